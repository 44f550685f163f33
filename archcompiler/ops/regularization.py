"""Ops that act only in training."""

from typing import Literal

from archcompiler.ops.base import AbstractPositionwiseOp, OpError, Shapes
from archcompiler.ops.expect import describe, expect_one
from archcompiler.ops.fields import NoiseShape, Rate
from archcompiler.shapes import Shape, format_shape


class Dropout(AbstractPositionwiseOp):
    """Set a share of the elements to zero and scale up the rest.

    `noise_shape` leaves out the batch axis; an axis of 1 is dropped or kept as a whole,
    so that 1x1x1 drops whole samples: stochastic depth.
    """

    op: Literal["Dropout"] = "Dropout"
    rate: Rate
    noise_shape: NoiseShape = None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the shape that arrives, over which the noise must spread."""
        shape = expect_one(self, inputs)
        if self.noise_shape is not None and not _spreads(self.noise_shape, shape):
            raise OpError(
                "shape-mismatch",
                f"`noise_shape` (={format_shape(self.noise_shape)}) does not spread "
                f"over {describe(shape)}",
                "each axis is 1 or as it arrives, without the batch axis",
            )
        return shape


def _spreads(noise: Shape, shape: Shape) -> bool:
    """Return whether every axis of `noise` is 1 or equal to that of `shape`."""
    return len(noise) == len(shape) and all(
        size in (1, axis) for size, axis in zip(noise, shape, strict=True)
    )
