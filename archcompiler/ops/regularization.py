"""Ops that act only in training."""

from collections.abc import Mapping
from typing import ClassVar, Literal

from archcompiler.ops.base import AbstractOp, AbstractPositionwiseOp, OpError, Shapes
from archcompiler.ops.expect import describe, expect_image, expect_one
from archcompiler.ops.fields import NoiseShape, OptionalNaturalInt, Rate, RateBelowOne
from archcompiler.shapes import Lengths, Shape, format_shape


class AbstractTrainingOp(AbstractPositionwiseOp):
    """Noise that nothing outside training sees."""

    only_in_training = True
    has_modes = True

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return itself, but where the noise has a shape of its own."""
        is_shaped = getattr(self, "noise_shape", None) is not None
        return None if is_shaped else self


class Dropout(AbstractTrainingOp):
    """Set a share of the elements to zero and scale up the rest.

    `noise_shape` leaves out the batch axis; an axis of 1 is dropped or kept as a whole,
    so that 1x1x1 drops whole samples, as StochasticDepth does.
    """

    unchecked = frozenset({"seed"})

    op: Literal["Dropout"] = "Dropout"
    rate: Rate
    noise_shape: NoiseShape = None
    seed: OptionalNaturalInt = None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, over which the noise must spread."""
        shape = expect_one(self, inputs)
        _check_noise(self.noise_shape, shape)
        return shape


class AlphaDropout(AbstractTrainingOp):
    """Set a share of the elements to SELU's lowest value, and keep mean and variance.

    `noise_shape` is that of Dropout.
    """

    unchecked = frozenset({"noise_shape", "rate", "seed"})

    op: Literal["AlphaDropout"] = "AlphaDropout"
    rate: RateBelowOne
    noise_shape: NoiseShape = None
    seed: OptionalNaturalInt = None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, over which the noise must spread."""
        shape = expect_one(self, inputs)
        _check_noise(self.noise_shape, shape)
        return shape


class SpatialDropout2D(AbstractTrainingOp):
    """Set a share of the channels to zero and scale up the rest."""

    unchecked = frozenset({"seed"})

    op: Literal["SpatialDropout2D"] = "SpatialDropout2D"
    rate: Rate
    seed: OptionalNaturalInt = None

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return itself where the channels stay last."""
        return AbstractPositionwiseOp.turned(self, dims)

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, which must be an image."""
        return expect_image(self, inputs)


class StochasticDepth(AbstractTrainingOp):
    """Set a share of the samples to zero and scale up the rest, also called drop path.

    At the end of a residual branch it leaves the sample to the shortcut.
    """

    custom = True
    unchecked = frozenset({"seed"})

    own: ClassVar[Mapping[str, str]] = {
        "rate": "the share of samples that lose the branch in training",
    }

    op: Literal["StochasticDepth"] = "StochasticDepth"
    rate: Rate
    seed: OptionalNaturalInt = None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)


class GaussianDropout(AbstractTrainingOp):
    """Multiply every element by noise around 1, as wide as that of Dropout."""

    unchecked = frozenset({"rate", "seed"})

    own: ClassVar[Mapping[str, str]] = {
        "rate": "as strong as dropping this share",
    }

    op: Literal["GaussianDropout"] = "GaussianDropout"
    rate: RateBelowOne
    seed: OptionalNaturalInt = None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)


class GaussianNoise(AbstractTrainingOp):
    """Add noise around 0 to every element."""

    unchecked = frozenset({"seed"})

    own: ClassVar[Mapping[str, str]] = {
        "stddev": "the deviation of what is added in training",
    }

    op: Literal["GaussianNoise"] = "GaussianNoise"
    stddev: Rate
    seed: OptionalNaturalInt = None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives."""
        return expect_one(self, inputs)


def _check_noise(noise: Shape | None, shape: Shape) -> None:
    """Refuse noise that does not spread over the shape that arrives."""
    if noise is not None and not _spreads(noise, shape):
        raise OpError(
            "shape-mismatch",
            f"`noise_shape` (={format_shape(noise)}) does not spread over "
            f"{describe(shape)}",
            "each axis is 1 or as it arrives, without the batch axis",
        )


def _spreads(noise: Shape, shape: Shape) -> bool:
    """Return whether every axis of `noise` is 1 or equal to that of `shape`."""
    return len(noise) == len(shape) and all(
        size in (1, axis) for size, axis in zip(noise, shape, strict=True)
    )
