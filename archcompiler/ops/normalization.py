"""Normalisation by statistics: of the batch, of the sample, of the data set."""

from typing import Literal

from archcompiler.ops.base import (
    AbstractOp,
    AbstractPositionwiseOp,
    Shapes,
    Weight,
    Window,
)
from archcompiler.ops.expect import expect_image, expect_one
from archcompiler.ops.fields import (
    Bool,
    OddInt,
    PositiveReal,
    Rate,
    Real,
    VectorInitializer,
)
from archcompiler.shapes import Shape


class AbstractNormalization(AbstractOp):
    """Normalisation of every channel by statistics, and by weights of its own."""

    role = "other"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)

    def macs(self, inputs: Shapes) -> int:
        """Return 0: it folds into the preceding convolution."""
        return 0

    def window(self, inputs: Shapes) -> Window:
        """Return one position: the statistics are no part of the receptive field."""
        return Window()


class BatchNormalization(AbstractNormalization):
    """Normalisation by the batch in training, by its moving average afterwards."""

    op: Literal["BatchNormalization"] = "BatchNormalization"
    momentum: Rate = 0.99
    epsilon: PositiveReal = 0.001
    center: Bool = True
    scale: Bool = True
    beta_initializer: VectorInitializer = "zeros"
    gamma_initializer: VectorInitializer = "ones"
    moving_mean_initializer: VectorInitializer = "zeros"
    moving_variance_initializer: VectorInitializer = "ones"

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

    op: Literal["LayerNormalization"] = "LayerNormalization"
    epsilon: PositiveReal = 0.001
    center: Bool = True
    scale: Bool = True
    beta_initializer: VectorInitializer = "zeros"
    gamma_initializer: VectorInitializer = "ones"

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return gamma and beta."""
        return _affine(inputs[0][-1:], scale=self.scale, center=self.center)


class Normalization(AbstractNormalization):
    """Normalisation of every channel by the mean and variance of a data set."""

    op: Literal["Normalization"] = "Normalization"

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

    custom = True

    op: Literal["LocalResponseNormalization"] = "LocalResponseNormalization"
    size: OddInt = 5
    alpha: PositiveReal = 1e-4
    beta: PositiveReal = 0.75
    k: PositiveReal = 1.0

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, which must be an image."""
        return expect_image(self, inputs)


class Rescaling(AbstractPositionwiseOp):
    """`inputs * scale + offset`, as `1 / 255` for images of bytes."""

    op: Literal["Rescaling"] = "Rescaling"
    scale: Real
    offset: Real = 0.0

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)


def _affine(channels: Shape, *, scale: bool, center: bool) -> tuple[Weight, ...]:
    gamma = (Weight("gamma", channels),) if scale else ()
    beta = (Weight("beta", channels),) if center else ()
    return gamma + beta
