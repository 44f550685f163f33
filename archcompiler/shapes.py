"""Shape arithmetic, as Keras does it.

A shape is channels-last and leaves out the batch axis: an image is `(height, width,
channels)`, a vector is `(features,)`.
"""

from functools import lru_cache
from typing import Literal, TypeVar

T = TypeVar("T")

Shape = tuple[int, ...]
Pair = tuple[int, int]
Lengths = tuple[int, ...]
"""A number for each axis along which a window slides: two for an image."""

Padding = Literal["valid", "same", "causal"]
"""The last is for sequences alone: all that `same` adds stands before them."""


@lru_cache(maxsize=4096)  # one text for all layers of a shape
def format_shape(shape: Shape) -> str:
    """Write a shape as papers do: `28x28x192`."""
    return "x".join(map(str, shape))


def channels_last(shape: Shape) -> Shape | None:
    """Return the image that a shape with its channels first was to be, if it is one."""
    if len(shape) != 3 or shape[0] not in (1, 3) or min(shape[1:]) < 5:
        return None
    channels, height, width = shape
    return (height, width, channels) if channels == 3 or height == width else None


def channels_to_front(rank: int) -> Lengths:
    """Return the order of axes in which the last of `rank` comes first.

    Orders are as Keras' Permute has them: axes count from 1.
    """
    return (rank, *range(1, rank))


def undone(order: Lengths) -> Lengths:
    """Return the order that undoes another one."""
    return tuple(order.index(axis) + 1 for axis in range(1, len(order) + 1))


def laid_out(shape: tuple[T, ...], order: Lengths) -> tuple[T, ...]:
    """Return a shape with its axes in an order; one of another rank as it is."""
    return tuple(shape[at - 1] for at in order) if len(shape) == len(order) else shape


def window_extent(size: int, dilation: int = 1) -> int:
    """Return the positions that a window of `size` taps spans along one axis."""
    return (size - 1) * dilation + 1


def window_output(length: int, extent: int, stride: int, padding: Padding) -> int:
    """Return the outputs of a window along one axis; 0 or less: it does not fit."""
    if padding == "valid":
        return (length - extent) // stride + 1
    return -(-length // stride)


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
