"""Receptive fields: what one position sees of the image."""

from typing import NamedTuple

from archcompiler.ops.base import Window

RealPair = tuple[float, float]


class Field(NamedTuple):
    """What one position sees of the image: receptive field and stride, in pixels."""

    height: float = 1
    width: float = 1
    stride_down: float = 1
    stride_right: float = 1

    @property
    def extent(self) -> RealPair:
        """Height and width of the receptive field."""
        return self.height, self.width

    @property
    def strides(self) -> RealPair:
        """Distance between two neighbours' fields, down and to the right."""
        return self.stride_down, self.stride_right

    def widest(self, other: "Field") -> "Field":
        """Return what a position sees that sees both."""
        return Field(*map(max, self, other))

    def through(self, window: Window) -> "Field":
        """Return what a window sees whose positions see this.

        What a reshaping makes of an image may have other axes: there it stays.
        """
        if window == _ONE_POSITION or len(window.extent) != 2:
            return self
        height, width, down, right = self
        (tall, wide), (stride_down, stride_right) = window
        height, width = height + (tall - 1) * down, width + (wide - 1) * right
        return Field(height, width, down * stride_down, right * stride_right)


_ONE_POSITION = Window()
