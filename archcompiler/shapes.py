"""Shape arithmetic, as Keras does it.

A shape is channels-last and leaves out the batch axis: an image is `(height, width,
channels)`, a vector is `(features,)`.
"""

from typing import Literal

Shape = tuple[int, ...]
Pair = tuple[int, int]
Padding = Literal["valid", "same"]


def format_shape(shape: Shape) -> str:
    """Write a shape as papers do: `28x28x192`."""
    return "x".join(map(str, shape))


def channels_last(shape: Shape) -> Shape | None:
    """Return the image that a shape with its channels first was to be, if it is one."""
    if len(shape) != 3 or shape[0] not in (1, 3) or min(shape[1:]) < 5:
        return None
    channels, height, width = shape
    return (height, width, channels) if channels == 3 or height == width else None


def window_extent(size: int, dilation: int = 1) -> int:
    """Return the positions that a window of `size` taps spans along one axis."""
    return (size - 1) * dilation + 1


def window_output(length: int, extent: int, stride: int, padding: Padding) -> int:
    """Return the outputs of a window along one axis; 0 or less: it does not fit."""
    if padding == "same":
        return -(-length // stride)
    return (length - extent) // stride + 1


def transposed_output(
    length: int, extent: int, stride: int, padding: Padding, output_padding: int | None
) -> int:
    """Return the length that a transposed window produces along one axis."""
    if output_padding is None:
        return length * stride + (max(extent - stride, 0) if padding == "valid" else 0)
    pad = extent // 2 if padding == "same" else 0
    return (length - 1) * stride + extent - 2 * pad + output_padding


def transposed_cropping(
    length: int, extent: int, stride: int, padding: Padding, output: int
) -> Pair:
    """Return how much a transposed window cuts off before and after its output.

    Below 0 zeros are added. `output` is the length of what is left along the axis.
    """
    total = (length - 1) * stride + extent - output
    before = max(total, 0) // 2 if padding == "same" else 0
    return before, total - before
