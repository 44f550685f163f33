"""Pooling: over a sliding window, over the whole image, and over channels."""

from typing import Literal

from archcompiler.ops.base import (
    AbstractPositionwiseOp,
    AbstractWeightlessOp,
    Shapes,
    Window,
)
from archcompiler.ops.expect import expect_image
from archcompiler.ops.fields import Bool, OptionalPair, Padding, PositivePair
from archcompiler.ops.sliding import slide, sliding_window
from archcompiler.shapes import Shape


class AbstractPooling(AbstractWeightlessOp):
    """A window that keeps one number per channel; it strides by its size if unsaid."""

    role = "pooling"
    keeps_signs = True
    window_field = "pool_size"

    pool_size: PositivePair
    strides: OptionalPair = None
    padding: Padding = "valid"

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Slide the window; the channels stay."""
        image = expect_image(self, inputs)
        strides = self.strides or self.pool_size
        height, width = slide(image, "pool_size", self.pool_size, strides, self.padding)
        return height, width, image[2]

    def window(self, inputs: Shapes) -> Window:
        """Return the pooled window."""
        return sliding_window(self.pool_size, self.strides or self.pool_size)


class MaxPooling2D(AbstractPooling):
    """Largest value of a window."""

    op: Literal["MaxPooling2D"] = "MaxPooling2D"
    pool_size: PositivePair = (2, 2)


class AveragePooling2D(AbstractPooling):
    """Mean of a window; padded positions are left out."""

    op: Literal["AveragePooling2D"] = "AveragePooling2D"


class AbstractGlobalPooling(AbstractWeightlessOp):
    """One number per channel of the whole image."""

    role = "pooling"
    keeps_signs = True

    keepdims: Bool = False

    def infer_shape(self, inputs: Shapes) -> Shape:
        """Return a vector of the channels, or 1x1xC with `keepdims`."""
        channels = expect_image(self, inputs)[2]
        return (1, 1, channels) if self.keepdims else (channels,)

    def window(self, inputs: Shapes) -> Window:
        """Return the whole image."""
        return Window.whole(inputs[0])


class GlobalAveragePooling2D(AbstractGlobalPooling):
    """Mean of every channel."""

    op: Literal["GlobalAveragePooling2D"] = "GlobalAveragePooling2D"


class GlobalMaxPooling2D(AbstractGlobalPooling):
    """Largest value of every channel."""

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

    op: Literal["ChannelAveragePooling"] = "ChannelAveragePooling"


class ChannelMaxPooling(AbstractChannelPooling):
    """Largest channel at every position, HxWx1: CBAM, section 3."""

    op: Literal["ChannelMaxPooling"] = "ChannelMaxPooling"
