"""Ops that pad, crop, enlarge or shrink an image."""

from collections.abc import Mapping
from operator import add, mul, sub
from typing import ClassVar, Literal, get_args

from archcompiler.ops.base import (
    AbstractOp,
    AbstractPositionwiseOp,
    AbstractWeightlessOp,
    OfRanks,
    OpError,
    Shapes,
    Window,
)
from archcompiler.ops.expect import expect_image
from archcompiler.ops.fields import Interpolation, PositiveInt, PositivePair, Sides
from archcompiler.shapes import Lengths, Shape, format_shape

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
    is_padding = True
    own: ClassVar[Mapping[str, str]] = {
        "padding": "zeros at each side: `1`, `1x2`, or [[top, bottom], [left, right]]",
    }

    op: Literal["ZeroPadding2D"] = "ZeroPadding2D"
    padding: Sides = ((1, 1), (1, 1))

    def in_figures(self) -> str:
        """Return `pad 1`, or `pad` where its sides differ."""
        sides = {side for pair in self.padding for side in pair}
        return f"pad {sides.pop()}" if len(sides) == 1 else "pad"

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return None: each side is that of an axis."""
        return None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Add the sides to height and width."""
        *lengths, channels = expect_image(self, inputs)
        more = map(sum, self.padding)
        return (*map(add, lengths, more), channels)


class Cropping2D(AbstractPositionwiseOp):
    """The image without its borders: ((top, bottom), (left, right))."""

    keeps_signs = True
    of_ranks: ClassVar[OfRanks] = {
        rank: {"cropping": (..., ((1, 1),) * rank)} for rank in (1, 3)
    }
    short = "crop"

    own: ClassVar[Mapping[str, str]] = {
        "cropping": "cut off each side: `1`, `1x2`, or [[top, bottom], [left, right]]",
    }

    op: Literal["Cropping2D"] = "Cropping2D"
    cropping: Sides = ((0, 0), (0, 0))

    def turned(self, dims: Lengths) -> AbstractOp | None:
        """Return None: each side is that of an axis."""
        return None

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Take the sides from height and width, of which something must be left."""
        *lengths, channels = expect_image(self, inputs)
        rest = tuple(map(sub, lengths, map(sum, self.cropping)))
        if min(rest) < 1:
            axes = zip(self.cropping, ("rows", "columns", "planes"), strict=False)
            cut = ", ".join(f"{here}+{there} {what}" for (here, there), what in axes)
            raise OpError(
                "shape-mismatch",
                f"`cropping` (={cut}) leaves nothing of the "
                f"{format_shape(tuple(lengths))} that arrives",
            )
        return (*rest, channels)


class UpSampling2D(AbstractWeightlessOp):
    """The image enlarged by whole factors."""

    role = "other"
    short = "up-sampling"

    own: ClassVar[Mapping[str, str]] = {
        "size": "how many times as high and as wide",
    }

    op: Literal["UpSampling2D"] = "UpSampling2D"
    size: PositivePair = (2, 2)
    interpolation: Interpolation = "nearest"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Multiply height and width by `size`."""
        *lengths, channels = expect_image(self, inputs)
        return (*map(mul, lengths, self.size), channels)

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return a name for each interpolation."""
        return tuple([f"{way} resizing" for way in get_args(Interpolation)])

    def kind(self) -> str:
        """Return `bilinear resizing`, whichever op asks for it."""
        return f"{self.interpolation} resizing"

    def window(self, inputs: Shapes) -> Window:
        """Return the positions that the interpolation weighs."""
        taps = _TAPS[self.interpolation]
        return Window((taps,) * self.rank, tuple([1 / step for step in self.size]))


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

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return a name for each interpolation."""
        return tuple([f"{way} resizing" for way in get_args(Interpolation)])

    def kind(self) -> str:
        """Return `bilinear resizing`, whichever op asks for it."""
        return f"{self.interpolation} resizing"

    def window(self, inputs: Shapes) -> Window:
        """Return the positions that the interpolation weighs."""
        height, width, _ = inputs[0]
        taps = _TAPS[self.interpolation]
        return Window((taps, taps), (height / self.height, width / self.width))
