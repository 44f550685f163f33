"""ONNX' windows: convolutions, pooling and padding, with their margins in numbers."""

from typing import Any

from archcompiler.models.onnx_file import OnnxNode
from archcompiler.ops.convolution import Conv2D, Conv2DTranspose
from archcompiler.ops.pooling import AveragePooling2D, MaxPooling2D
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_resizing import sides_of
from archcompiler.reading.onnx_values import NotReadError
from archcompiler.shapes import Pair, Shape, window_extent
from archcompiler.units.margins import add_sides, less_sides, padded
from archcompiler.units.units import NOWHERE, Sides

LEAST = -3.4e38
"""From here on down, a number of 32 bits is as good as minus infinity."""


def convolution(reader: Reader, node: OnnxNode) -> int:
    """Add a plain, grouped or depthwise convolution of an image."""
    kernel = reader.constant(node, 1)
    if kernel is None or len(kernel.dimensions) != 4:
        raise NotReadError
    op = Conv2D(
        filters=kernel.dimensions[0],
        kernel_size=_pair(kernel.dimensions[2:]),
        strides=_pair(node.numbers("strides", (1, 1))),
        dilation_rate=_pair(node.numbers("dilations", (1, 1))),
        groups=int(node.number("group", 1)),
        use_bias=len(node.inputs) > 2 and bool(node.inputs[2]),
    )
    channels = kernel.dimensions[1] * op.groups
    place = reader.image(node, channels)
    image = reader.units[place].shape
    zeros = _margin(node, image, op.kernel_size, op.strides, op.dilation_rate)
    arrays = reader.kernel_and_bias(node, 2, 3, 1, 0)
    return reader.lower(node, op, (place,), zeros, channels=channels, arrays=arrays)


def transposed_convolution(reader: Reader, node: OnnxNode) -> int:
    """Add a convolution that enlarges."""
    kernel = reader.constant(node, 1)
    if kernel is None or len(kernel.dimensions) != 4 or node.number("group", 1) != 1:
        raise NotReadError
    op = Conv2DTranspose(
        filters=kernel.dimensions[1],
        kernel_size=_pair(kernel.dimensions[2:]),
        strides=_pair(node.numbers("strides", (1, 1))),
        dilation_rate=_pair(node.numbers("dilations", (1, 1))),
        use_bias=len(node.inputs) > 2 and bool(node.inputs[2]),
    )
    cropping, operands = _cropping(node), (reader.operand(node),)
    arrays = reader.kernel_and_bias(node, 2, 3, 1, 0)
    return reader.lower(node, op, operands, cropping=cropping, arrays=arrays)


def _cropping(node: OnnxNode) -> Sides:
    """Return what is cut off; what `output_padding` adds behind is less to cut off."""
    word = node.word("auto_pad", "NOTSET")
    if word not in ("NOTSET", "VALID") or node.numbers("output_shape", ()):
        raise NotReadError
    pads = node.numbers("pads", (0, 0, 0, 0)) if word == "NOTSET" else (0, 0, 0, 0)
    more = node.numbers("output_padding", (0, 0))
    return (pads[0], pads[2] - more[0]), (pads[1], pads[3] - more[1])


def max_pooling(reader: Reader, node: OnnxNode) -> int:
    """Add the largest value of a window.

    A border that repeats what is beside it, or is below all numbers, never wins.
    """
    pad = reader.maker(node.inputs[0], "Pad")
    if pad is None or not _never_wins(reader, pad):
        return _pool(reader, node, MaxPooling2D)
    return _pool(reader, node, MaxPooling2D, pad)


def _never_wins(reader: Reader, pad: OnnxNode) -> bool:
    if pad.word("mode", "constant") == "edge":
        return True
    filled = reader.numbers(pad, 2, "value") or (0.0,)
    return filled[0] <= LEAST


def average_pooling(reader: Reader, node: OnnxNode) -> int:
    """Add the mean of a window."""
    return _pool(reader, node, AveragePooling2D)


def _pool(
    reader: Reader, node: OnnxNode, op: type[Any], pad: OnnxNode | None = None
) -> int:
    """Add pooling, of what `pad` surrounds by what isn't seen."""
    size = node.numbers("kernel_shape", ())
    if len(size) != 2 or set(node.numbers("dilations", (1, 1))) != {1}:
        raise NotReadError
    made = op(pool_size=_pair(size), strides=_pair(node.numbers("strides", (1, 1))))
    place = reader.operand(pad or node)
    unseen = sides_of(reader, pad) if pad else NOWHERE
    image = padded(reader.units[place].shape, unseen)
    around = _margin(node, image, made.pool_size, made.strides, (1, 1))
    if around is None:
        return reader.lower(node, made, (place,), None)
    (top, bottom), (left, right) = around
    zeros = NOWHERE
    if node.number("count_include_pad", 0):
        pads = node.numbers("pads", (0, 0, 0, 0))
        zeros = (top, min(bottom, pads[2])), (left, min(right, pads[3]))
    around = add_sides(less_sides(around, zeros), unseen)
    return reader.lower(node, made, (place,), zeros, outside=around)


def _margin(
    node: OnnxNode, image: Shape | None, size: Pair, strides: Pair, rates: Pair
) -> Sides | None:
    """Return what surrounds the image, as far as the windows reach.

    Windows that begin within the image may reach beyond its zeros (`ceil_mode`) or stop
    before its end: then the numbers behind say how far they really reach.
    """
    if image is None:
        return None
    lengths = (*image, 1, 1)[:2] if len(image) == 3 else (1, 1)
    pads = node.numbers("pads", (0, 0, 0, 0))
    word = node.word("auto_pad", "NOTSET")
    sides = []
    for axis in (0, 1):
        extent = window_extent(size[axis], rates[axis])
        length, stride = lengths[axis], strides[axis]
        before, after = pads[axis], pads[axis + 2]
        if word in ("SAME_UPPER", "SAME_LOWER"):
            before, after = _same(length, extent, stride, word)
        elif word == "VALID":
            before = after = 0
        windows = _windows(length + before + after - extent, stride, node)
        is_beyond = (windows - 1) * stride >= length + before
        if is_beyond and node.number("ceil_mode", 0):
            windows -= 1  # a window that is rounded up may not begin beyond the image
        sides.append((before, (windows - 1) * stride + extent - length - before))
    down, right = sides
    return down, right


def _windows(room: int, stride: int, node: OnnxNode) -> int:
    """Return how many windows there are; `ceil_mode` lets the last one overhang."""
    if node.number("ceil_mode", 0):
        return -(-room // stride) + 1
    return room // stride + 1


def _same(length: int, extent: int, stride: int, word: str) -> Pair:
    total = max(0, (-(-length // stride) - 1) * stride + extent - length)
    less, more = total // 2, total - total // 2
    return (less, more) if word == "SAME_UPPER" else (more, less)


def _pair(numbers: tuple[int, ...]) -> Pair:
    height, width = numbers
    return height, width
