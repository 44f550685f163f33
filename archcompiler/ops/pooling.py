"""Pooling: over a sliding window, over the whole image, and over channels."""

from math import prod
from typing import ClassVar, Literal

from archcompiler.ops.base import (
    AbstractPositionwiseOp,
    AbstractWeightlessOp,
    Measures,
    Shapes,
    Window,
)
from archcompiler.ops.expect import expect_image
from archcompiler.ops.fields import (
    Bool,
    OptionalStrides,
    Padding,
    PoolSize,
)
from archcompiler.ops.merging import AbstractMerge, Average, Maximum
from archcompiler.ops.sliding import slide, sliding_window
from archcompiler.shapes import Shape


class AbstractPooling(AbstractWeightlessOp):
    """A window that keeps one number per channel; it strides by its size if unsaid."""

    role = "pooling"
    keeps_signs = True
    window_field = "pool_size"

    pool_size: PoolSize
    strides: OptionalStrides = None
    padding: Padding = "valid"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Slide the window; the channels stay."""
        image = expect_image(self, inputs)
        strides = self.strides or self.pool_size
        left = slide(image, "pool_size", self.pool_size, strides, self.padding)
        return (*left, image[-1])

    def measures(self, inputs: Shapes, output: Shape) -> Measures:
        """Return its elements, and those of all windows."""
        windows = prod(output) * prod(self.pool_size)
        return {**super().measures(inputs, output), "windows": windows}

    def window(self, inputs: Shapes) -> Window:
        """Return the pooled window."""
        return sliding_window(self.pool_size, self.strides or self.pool_size)


class MaxPooling2D(AbstractPooling):
    """Largest value of a window."""

    short = "max pool"

    op: Literal["MaxPooling2D"] = "MaxPooling2D"
    pool_size: PoolSize = (2, 2)


class AveragePooling2D(AbstractPooling):
    """Mean of a window; padded positions are left out."""

    short = "avg pool"

    op: Literal["AveragePooling2D"] = "AveragePooling2D"

    @classmethod
    def kinds(cls) -> tuple[str, ...]:
        """Return its name in words, and what 1x1 is."""
        return cls.in_words(), "adaptive average pooling"

    def kind(self) -> str:
        """Return `adaptive average pooling` for 1x1, which is written for no other."""
        alone = self.pool_size == (1, 1) and self.strides in (None, (1, 1))
        return self.kinds()[1 if alone else 0]


class AbstractGlobalPooling(AbstractWeightlessOp):
    """One number per channel of the whole image."""

    role = "pooling"
    keeps_signs = True

    merge: ClassVar[type[AbstractMerge]]
    """The op that does the same of several values, element by element."""

    keepdims: Bool = False

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return a vector of the channels, or 1x1xC with `keepdims`."""
        channels = expect_image(self, inputs)[-1]
        return (*(1,) * self.rank, channels) if self.keepdims else (channels,)

    def window(self, inputs: Shapes) -> Window:
        """Return the whole image."""
        return Window.whole(inputs[0])


class GlobalAveragePooling2D(AbstractGlobalPooling):
    """Mean of every channel."""

    short = "global avg pool"
    merge = Average

    op: Literal["GlobalAveragePooling2D"] = "GlobalAveragePooling2D"


class GlobalMaxPooling2D(AbstractGlobalPooling):
    """Largest value of every channel."""

    short = "global max pool"
    merge = Maximum

    op: Literal["GlobalMaxPooling2D"] = "GlobalMaxPooling2D"


class AbstractChannelPooling(AbstractPositionwiseOp):
    """One number per position of all its channels: the map of spatial attention."""

    family = "pooling"
    keeps_signs = True
    custom = True

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return the height and width, with one channel."""
        height, width, _ = expect_image(self, inputs)
        return height, width, 1


class ChannelAveragePooling(AbstractChannelPooling):
    """Mean of the channels at every position, HxWx1: CBAM, section 3."""

    short = "channel avg pool"

    op: Literal["ChannelAveragePooling"] = "ChannelAveragePooling"


class ChannelMaxPooling(AbstractChannelPooling):
    """Largest channel at every position, HxWx1: CBAM, section 3."""

    short = "channel max pool"

    op: Literal["ChannelMaxPooling"] = "ChannelMaxPooling"
