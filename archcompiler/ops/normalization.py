"""Normalisation by statistics: of the batch, of the sample, of the data set."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from archcompiler.ops.base import (
    AbstractPositionwiseOp,
    AbstractUncountedOp,
    Family,
    Measures,
    OpError,
    Shapes,
    Weight,
)
from archcompiler.ops.expect import (
    expect_channel_numbers,
    expect_divisor,
    expect_image,
    expect_one,
)
from archcompiler.ops.fields import (
    Bool,
    Epsilon,
    Momentum,
    OddInt,
    PositiveInt,
    PositiveReal,
    Statistic,
)
from archcompiler.ops.initializers import VectorInitializer
from archcompiler.ops.sliding import expect_padded
from archcompiler.shapes import Shape


class AbstractNormalization(AbstractUncountedOp):
    """Normalisation of every channel by statistics, which no receptive field counts."""

    family: ClassVar[Family] = "normalisation"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)

    def measures(self, inputs: Shapes, output: Shape) -> Measures:
        """Return its elements, channels and learnt weights."""
        gains = [w for w in self.weights(inputs) if w.name == "gamma"]
        return {
            **super().measures(inputs, output),
            "channels": output[-1],
            "scaled channels": sum([gain.size for gain in gains]),
            "weights": sum([w.size for w in self.weights(inputs) if w.trainable]),
        }


class BatchNormalization(AbstractNormalization):
    """Normalisation by the batch in training, by its moving average afterwards."""

    unchecked = frozenset({"epsilon", "momentum"})
    has_modes = True
    training_arguments = frozenset(
        {"synchronized", "renorm", "renorm_clipping", "renorm_momentum"}
    )
    short = "BN"

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

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return its name in words, and that with `bare`."""
        return cls.in_words(), f"bare {cls.in_words()}"

    def kind(self) -> str:
        """Return its name in words, `bare` where nothing is learnt."""
        return self.kinds()[0 if self.scale or self.center else 1]

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
    short = "LN"

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
    short = "GN"

    own: ClassVar[Mapping[str, str]] = {
        "groups": "into how many groups the channels are parted, each normalised alone",
    }

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
    """Normalisation of every channel by the mean and variance of a data set.

    They are given, as one number or as one for each channel, or learnt by `adapt`.
    """

    family = "scaling"

    own: ClassVar[Mapping[str, str]] = {
        "mean": "what is subtracted: a number, or one for each channel",
        "variance": "what is divided by the root of: a number, or one for each channel",
    }

    op: Literal["Normalization"] = "Normalization"
    mean: Statistic = None
    variance: Statistic = None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, which lists of numbers must fit."""
        shape = expect_one(self, inputs)
        if (self.mean is None) != (self.variance is None):
            given, lacking = ("mean", "variance")[:: 1 if self.variance is None else -1]
            message = f"`Normalization` with a `{given}` needs a `{lacking}`, too"
            raise OpError("missing-argument", message)
        if isinstance(self.mean, tuple) != isinstance(self.variance, tuple):
            message = "`mean` and `variance` are two numbers, or two lists"
            raise OpError("shape-mismatch", message)
        expect_channel_numbers("mean", self.mean, shape[-1])
        expect_channel_numbers("variance", self.variance, shape[-1])
        return shape

    def is_affine(self) -> bool:
        """Return true: the statistics are numbers that are given."""
        return True

    def weights(self, inputs: Shapes) -> tuple[Weight, ...]:
        """Return the statistics, and the count that Keras keeps for old files.

        None of them where mean and variance are given.
        """
        if self.mean is not None:
            return ()
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
    short = "LRN"

    own: ClassVar[Mapping[str, str]] = {
        "size": "how many neighbouring channels are looked at",
        "alpha": "the factor of the neighbours' mean square",
        "beta": "the power of the divisor",
        "k": "what is added to the divisor",
    }

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
