"""ONNX' nodes that choose channels, rows or columns: slices, and splits into parts."""

from collections.abc import Iterator
from itertools import accumulate, pairwise

from archcompiler.models.onnx_file import OnnxNode
from archcompiler.ops.pooling import MaxPooling2D
from archcompiler.ops.rearranging import ChannelSlice
from archcompiler.ops.resizing import Cropping2D
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_values import NotReadError, positions
from archcompiler.shapes import Pair

_TO_THE_END = 2**31 - 1
"""From here on, exporters mean the end of an axis, however long it is."""


def slicing(reader: Reader, node: OnnxNode) -> int:
    """Add a slice of channels, and of height and width what is cut off or left out.

    Of an axis that is kept whole nothing is added.
    """
    place, steps = _cut(reader, node), _steps(reader, node)
    if steps == (1, 1):
        return place
    every = MaxPooling2D(pool_size=(1, 1), strides=steps)
    return reader.lower(node, every, (place,))


def _cut(reader: Reader, node: OnnxNode) -> int:
    name, place = node.inputs[0], reader.operand(node)
    cuts = {axis: limits for axis, *limits in _cuts(reader, node)}
    channels = cuts.pop(reader.channel_axis(name), None)
    if channels is not None:
        place = reader.lower(
            node, ChannelSlice(start=channels[0], stop=channels[1]), (place,)
        )
    if not cuts:
        return place
    axes = positions(reader, node)
    lengths = reader.dimensions(name)
    if len(lengths) != 4 or {*cuts} - {*axes}:
        raise NotReadError
    sides = []
    for axis in axes:
        length = lengths[axis] or 0
        start, stop = cuts.get(axis, (0, length))
        sides.append((start, length - stop))
    return reader.lower(node, Cropping2D(cropping=(sides[0], sides[1])), (place,))


def _cuts(reader: Reader, node: OnnxNode) -> Iterator[tuple[int, int, int]]:
    """Yield axis, start and stop, where an axis is not kept whole."""
    starts = _given(reader, node, 1, "starts")
    ends = _given(reader, node, 2, "ends")
    axes = _given(reader, node, 3, "axes") or range(len(starts))
    lengths = reader.dimensions(node.inputs[0])
    for axis, start, end in zip(axes, starts, ends, strict=True):
        if start == 0 and end >= _TO_THE_END:
            continue
        at = int(axis) % len(lengths) if lengths else 0
        length = lengths[at] if lengths else None
        if length is None:
            raise NotReadError
        first, stop, _ = slice(int(start), int(end)).indices(length)
        if (first, stop) != (0, length):
            yield at, first, stop


def _steps(reader: Reader, node: OnnxNode) -> Pair:
    """Return which of the rows and columns are kept: 2 is every other one."""
    steps = _given(reader, node, 4, "steps")
    if {*steps} <= {1}:
        return 1, 1
    axes = _given(reader, node, 3, "axes") or range(len(steps))
    pairs = zip(axes, steps, strict=True)
    found = {int(axis) % 4: int(step) for axis, step in pairs if step != 1}
    down, right = positions(reader, node)
    if {*found} - {down, right} or min(found.values()) < 1:
        raise NotReadError
    return found.get(down, 1), found.get(right, 1)


def splitting(reader: Reader, node: OnnxNode) -> int:
    """Add the parts of a split of channels, a slice each; return the first."""
    channels = _channels(reader, node, int(node.number("axis", 0)))
    part = -(-channels // len(node.outputs))
    sizes = _given(reader, node, 1, "split") or (part,) * len(node.outputs)
    limits = [min(int(end), channels) for end in accumulate(sizes, initial=0)]
    if len(limits) != len(node.outputs) + 1:
        raise NotReadError
    for name, (start, stop) in zip(node.outputs, pairwise(limits), strict=True):
        reader.places[name] = _keep(reader, node, start, stop)
    return reader.places[node.outputs[0]]


def _given(reader: Reader, node: OnnxNode, at: int, name: str) -> tuple[float, ...]:
    """Return numbers that are in the file, none where none are wanted."""
    numbers = reader.numbers(node, at, name)
    if numbers is None and node.inputs[at : at + 1] not in ((), ("",)):
        raise NotReadError  # they are computed
    return numbers or ()


def _channels(reader: Reader, node: OnnxNode, axis: int) -> int:
    """Return how many channels arrive, if `axis` is theirs."""
    name = node.inputs[0]
    rank, shape = reader.rank(name), reader.units[reader.operand(node)].shape
    if not rank or shape is None or axis % rank != reader.channel_axis(name):
        raise NotReadError
    return shape[-1]


def _keep(reader: Reader, node: OnnxNode, start: int, stop: int) -> int:
    op = ChannelSlice(start=start, stop=stop)
    return reader.lower(node, op, (reader.operand(node),))
