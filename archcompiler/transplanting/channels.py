"""Channels: a slice, a part of a split and `x[..., 2:8]` are one node; so are means."""

from itertools import accumulate, pairwise
from typing import Any

from archcompiler.transplanting.call import Call
from archcompiler.transplanting.generic import generic
from archcompiler.transplanting.graph import Value


def channel_pooling(call: Call) -> Value:
    """`ChannelAveragePooling` and `ChannelMaxPooling`."""
    return pool_channels(call, type(call.layer).__name__)


def pool_channels(call: Call, kind: str) -> Value:
    """Add a mean or the largest value over the channels."""
    return call.add(kind, {**call.precision(), **call.ranks()})


def channel_slice(call: Call) -> Value:
    """`ChannelSlice`."""
    return keep_channels(call, call.layer.start, call.layer.stop)


def channel_split(call: Call) -> Value:
    """`ChannelSplit`: its parts are slices."""
    size: Any = call.results[0][-1]
    return keep_channels(call, call.layer.part * size, (call.layer.part + 1) * size)


def channel_parts(call: Call) -> tuple[Value, ...]:
    """Keras' `split(x, [2], axis=-1)`, which gives a slice for each part."""
    sizes: list[Any] = [size[-1] for size in call.results]
    if call.arguments is not None or None in sizes or call.axis != -1:
        value = generic(call)
        return tuple(Value(value.node, output) for output in range(len(sizes)))
    limits = pairwise(accumulate(sizes, initial=0))
    return tuple(keep_channels(call, start, stop) for start, stop in limits)


def keep_channels(call: Call, start: int | None, stop: int | None) -> Value:
    """Keep channels, counted from the first; nothing is done where all are kept."""
    channels = call.sizes[0][-1]
    if channels is None:
        return generic(call)
    first, end, _ = slice(start, stop).indices(channels)
    if (first, end) == (0, channels):
        return call.operands[0]
    attributes = {"start": first, "stop": end, **call.ranks()}
    return call.add("ChannelSlice", attributes)
