"""Normalisation by statistics: of the batch, of the sample, of the data set."""

from typing import ClassVar, Literal

from archcompiler.ops.base import (
    AbstractPositionwiseOp,
    AbstractUncountedOp,
    Family,
    Shapes,
    Weight,
)
from archcompiler.ops.expect import expect_divisor, expect_image, expect_one
from archcompiler.ops.fields import (
    Bool,
    Epsilon,
    Momentum,
    OddInt,
    PositiveInt,
    PositiveReal,
    VectorInitializer,
)
from archcompiler.ops.sliding import expect_padded
from archcompiler.shapes import Shape


class AbstractNormalization(AbstractUncountedOp):
    """Normalisation of every channel by statistics, which no receptive field counts."""

    family: ClassVar[Family] = "normalisation"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)


class BatchNormalization(AbstractNormalization):
    """Normalisation by the batch in training, by its moving average afterwards."""

    unchecked = frozenset({"epsilon", "momentum"})
    has_modes = True
    training_arguments = frozenset(
        {"synchronized", "renorm", "renorm_clipping", "renorm_momentum"}
    )

    op: Literal["BatchNormalization"] = "BatchNormalization"
    momentum: Momentum = 0.99
    epsilon: Epsilon = 0.001
    center: Bool = True
    scale: Bool = True
    beta_initializer: VectorInitializer = "zeros"
    gamma_initializer: VectorInitializer = "ones"
    moving_mean_initializer: VectorInitializer = "zeros"
    moving_variance_initializer: VectorInitializer = "ones"

    def is_affine(self) -> bool:
        """Return true: the statistics are numbers by then."""
        return True

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return gamma, beta and the moving statistics, which do not train."""
        channels = inputs[0][-1:]
        moving = (
            Weight("moving_mean", channels, trainable=False),
            Weight("moving_variance", channels, trainable=False),
        )
        return _affine(channels, scale=self.scale, center=self.center) + moving


class LayerNormalization(AbstractNormalization):
    """Normalisation of the channels at every position."""

    unchecked = frozenset({"epsilon"})

    op: Literal["LayerNormalization"] = "LayerNormalization"
    epsilon: Epsilon = 0.001
    center: Bool = True
    scale: Bool = True
    beta_initializer: VectorInitializer = "zeros"
    gamma_initializer: VectorInitializer = "ones"

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return gamma and beta."""
        return _affine(inputs[0][-1:], scale=self.scale, center=self.center)


class GroupNormalization(AbstractNormalization):
    """Normalisation of each group of channels of a sample, over all positions.

    A group of each channel is instance normalisation: `groups: <in.channels>`.
    """

    unchecked = frozenset({"epsilon", "groups"})

    op: Literal["GroupNormalization"] = "GroupNormalization"
    groups: PositiveInt = 32
    epsilon: Epsilon = 0.001
    center: Bool = True
    scale: Bool = True
    beta_initializer: VectorInitializer = "zeros"
    gamma_initializer: VectorInitializer = "ones"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, whose channels the groups must divide."""
        shape = expect_one(self, inputs)
        expect_divisor("groups", self.groups, shape[-1])
        return shape

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return gamma and beta."""
        return _affine(inputs[0][-1:], scale=self.scale, center=self.center)


class UnitNormalization(AbstractPositionwiseOp):
    """Division of the channels at every position by their Euclidean length."""

    family = "normalisation"

    op: Literal["UnitNormalization"] = "UnitNormalization"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)


class Normalization(AbstractNormalization):
    """Normalisation of every channel by the mean and variance of a data set."""

    family = "scaling"

    op: Literal["Normalization"] = "Normalization"

    def is_affine(self) -> bool:
        """Return true: the statistics are numbers that are given."""
        return True

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the statistics, and the count that Keras keeps for old files."""
        channels = inputs[0][-1:]
        return (
            Weight("mean", channels, trainable=False),
            Weight("variance", channels, trainable=False),
            Weight("count", (), trainable=False),
        )


class LocalResponseNormalization(AbstractPositionwiseOp):
    """Inhibition by the neighbouring channels: AlexNet, section 3.3.

    `alpha` is divided by `size`, as Caffe and PyTorch do.
    """

    family = "normalisation"
    keeps_signs = True
    custom = True
    unchecked = frozenset({"alpha", "beta", "k", "size"})

    op: Literal["LocalResponseNormalization"] = "LocalResponseNormalization"
    size: OddInt = 5
    alpha: PositiveReal = 1e-4
    beta: PositiveReal = 0.75
    k: PositiveReal = 1.0

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, which must be an image."""
        height, width, channels = expect_image(self, inputs)
        expect_padded("size", (height, width, channels + self.size))
        return height, width, channels


def _affine(channels: Shape, *, scale: bool, center: bool) -> tuple[Weight, ...]:
    gamma = (Weight("gamma", channels),) if scale else ()
    beta = (Weight("beta", channels),) if center else ()
    return gamma + beta
