"""Ops that pad, crop, enlarge or shrink an image."""

from typing import Literal

from archcompiler.ops.base import (
    AbstractPositionwiseOp,
    AbstractWeightlessOp,
    OpError,
    Shapes,
    Window,
)
from archcompiler.ops.expect import expect_image
from archcompiler.ops.fields import Interpolation, PositiveInt, PositivePair, Sides
from archcompiler.shapes import Shape, format_shape

_TAPS: dict[Interpolation, int] = {
    "nearest": 1,
    "bilinear": 2,
    "bicubic": 4,
    "lanczos3": 6,
    "lanczos5": 10,
}


class ZeroPadding2D(AbstractPositionwiseOp):
    """Zeros around the image: ((top, bottom), (left, right))."""

    unchecked = frozenset({"padding"})
    keeps_signs = True

    op: Literal["ZeroPadding2D"] = "ZeroPadding2D"
    padding: Sides = ((1, 1), (1, 1))

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Add the sides to height and width."""
        height, width, channels = expect_image(self, inputs)
        (top, bottom), (left, right) = self.padding
        return height + top + bottom, width + left + right, channels


class Cropping2D(AbstractPositionwiseOp):
    """The image without its borders: ((top, bottom), (left, right))."""

    keeps_signs = True

    op: Literal["Cropping2D"] = "Cropping2D"
    cropping: Sides = ((0, 0), (0, 0))

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Take the sides from height and width, of which something must be left."""
        height, width, channels = expect_image(self, inputs)
        (top, bottom), (left, right) = self.cropping
        if height <= top + bottom or width <= left + right:
            raise OpError(
                "shape-mismatch",
                f"`cropping` (={top}+{bottom} rows, {left}+{right} columns) leaves "
                f"nothing of the {format_shape((height, width))} that arrives",
            )
        return height - top - bottom, width - left - right, channels


class UpSampling2D(AbstractWeightlessOp):
    """The image enlarged by whole factors."""

    role = "other"

    op: Literal["UpSampling2D"] = "UpSampling2D"
    size: PositivePair = (2, 2)
    interpolation: Interpolation = "nearest"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Multiply height and width by `size`."""
        height, width, channels = expect_image(self, inputs)
        return height * self.size[0], width * self.size[1], channels

    def window(self, inputs: Shapes) -> Window:
        """Return the positions that the interpolation weighs."""
        taps = _TAPS[self.interpolation]
        return Window((taps, taps), (1 / self.size[0], 1 / self.size[1]))


class Resizing(AbstractWeightlessOp):
    """The image in another height and width, whatever it had."""

    role = "other"
    unchecked = frozenset({"height", "width"})

    op: Literal["Resizing"] = "Resizing"
    height: PositiveInt
    width: PositiveInt
    interpolation: Interpolation = "bilinear"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the new height and width; the channels stay."""
        return self.height, self.width, expect_image(self, inputs)[2]

    def window(self, inputs: Shapes) -> Window:
        """Return the positions that the interpolation weighs."""
        height, width, _ = inputs[0]
        taps = _TAPS[self.interpolation]
        return Window((taps, taps), (height / self.height, width / self.width))
