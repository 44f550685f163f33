"""Padding: a layer before a window, or a word of its own, becomes explicit numbers."""

from collections.abc import Hashable
from typing import Any

import keras

from archcompiler.models.sizes import Size
from archcompiler.transplanting.call import Call
from archcompiler.transplanting.generic import generic
from archcompiler.transplanting.graph import Graph, Value

Sides = tuple[tuple[int, int], ...]
"""Zeros before and after, for each axis of the image."""

ZERO_PADDING = "ZeroPadding"


def zero_padding(call: Call) -> Value:
    """`ZeroPadding1D`, `2D` and `3D`: a node of its own until a window absorbs it."""
    padding: Any = call.settings["padding"]
    sides: Sides = padding if isinstance(padding[0], tuple) else (padding,)
    if not any(map(any, sides)):
        return call.operands[0]
    layout = call.settings.get("data_format", "channels_last")
    return call.add(ZERO_PADDING, {"padding": sides, "data_format": layout})


def cropping(call: Call) -> Value:
    """`Cropping1D`, `2D` and `3D`: nothing, where nothing is cut off."""
    sides: Any = call.settings["cropping"]
    is_nothing = not any(keras.tree.flatten(sides))
    return call.operands[0] if is_nothing else generic(call)


def absorb(graph: Graph, value: Value, axes: int, layout: Any) -> tuple[Value, Sides]:
    """Return the value before all zero padding, and the zeros that were put around."""
    zeros: Sides = ((0, 0),) * axes
    while graph[value].kind == ZERO_PADDING:
        node = graph[value]
        if node.attribute("data_format") != layout:
            break
        zeros = add_sides(zeros, node.attribute("padding"))
        value = node.operands[0]
    return value, zeros


def padding_numbers(
    call: Call,
    settings: dict[str, Hashable],
    size: tuple[int, ...],
    strides: tuple[int, ...],
    rates: tuple[int, ...],
) -> Sides | None:
    """Return what the `padding` of a window means; None where only the run tells."""
    word = settings["padding"]
    if word == "valid":
        return ((0, 0),) * len(size)
    if word == "causal":
        return tuple(((n - 1) * rate, 0) for n, rate in zip(size, rates, strict=True))
    lengths = image_axes(call.sizes[0], settings["data_format"])
    sides = tuple(map(_same, lengths, size, strides, rates))
    known = tuple(side for side in sides if side is not None)
    return known if len(known) == len(sides) else None


def image_axes(size: Size, layout: Any) -> Size:
    """Return the lengths of an image's axes, without the channels."""
    return size[1:] if layout == "channels_first" else size[:-1]


def add_sides(one: Sides, other: Sides) -> Sides:
    """Return the zeros of two paddings, one around the other."""
    return tuple((a + c, b + d) for (a, b), (c, d) in zip(one, other, strict=True))


def _same(length: int | None, n: int, stride: int, rate: int) -> tuple[int, int] | None:
    extent = (n - 1) * rate + 1
    if stride == 1:
        total = extent - 1
    elif length is None:
        return None
    else:
        total = max(0, (-(-length // stride) - 1) * stride + extent - length)
    return total // 2, total - total // 2
