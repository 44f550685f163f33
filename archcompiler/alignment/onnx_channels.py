"""ONNX' nodes that choose channels: slices, and splits into parts."""

from itertools import accumulate, pairwise

from archcompiler.alignment.onnx_file import OnnxNode
from archcompiler.alignment.onnx_reader import NotReadError, Reader
from archcompiler.ops.rearranging import ChannelSlice


def slicing(reader: Reader, node: OnnxNode) -> int:
    """Add a slice of channels."""
    axes = reader.numbers(node, 3, "axes") or ()
    starts = reader.numbers(node, 1, "starts") or ()
    ends = reader.numbers(node, 2, "ends") or ()
    if not len(axes) == len(starts) == len(ends) == 1:
        raise NotReadError
    if set(reader.numbers(node, 4, "steps") or ()) - {1}:
        raise NotReadError
    channels = _channels(reader, node, int(axes[0]))
    start, stop, _ = slice(int(starts[0]), int(ends[0])).indices(channels)
    return _keep(reader, node, start, stop)


def splitting(reader: Reader, node: OnnxNode) -> int:
    """Add the parts of a split of channels, a slice each; return the first."""
    channels = _channels(reader, node, int(node.number("axis", 0)))
    part = -(-channels // len(node.outputs))
    sizes = reader.numbers(node, 1, "split") or (part,) * len(node.outputs)
    limits = [min(int(end), channels) for end in accumulate(sizes, initial=0)]
    if len(limits) != len(node.outputs) + 1:
        raise NotReadError
    for name, (start, stop) in zip(node.outputs, pairwise(limits), strict=True):
        reader.places[name] = _keep(reader, node, start, stop)
    return reader.places[node.outputs[0]]


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
