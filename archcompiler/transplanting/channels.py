"""Channels: a slice, a part of a split and `x[..., 2:8]` are one node; so are means."""

from collections.abc import Hashable
from itertools import accumulate, pairwise
from typing import Any

from archcompiler.transplanting.axes import axes_from_end
from archcompiler.transplanting.call import Call
from archcompiler.transplanting.generic import generic
from archcompiler.transplanting.graph import Value

_ALL = ("slice", None, None, None)
_REDUCTIONS = {"Mean": "ChannelAveragePooling", "Max": "ChannelMaxPooling"}


def channel_pooling(call: Call) -> Value:
    """`ChannelAveragePooling` and `ChannelMaxPooling`."""
    return _pool(call, type(call.layer).__name__)


def channel_reduction(call: Call) -> Value:
    """Keras' `mean(x, axis=-1, keepdims=True)` and `max` of an image."""
    settings = call.settings
    is_plain = settings["keepdims"] is True and settings.get("initial") is None
    if not is_plain or len(call.sizes[0]) != 3 or axes_from_end(call) != -1:
        return generic(call)
    return _pool(call, _REDUCTIONS[type(call.layer).__name__])


def _pool(call: Call, kind: str) -> Value:
    return call.add(kind, {**call.precision(), **call.ranks()})


def channel_slice(call: Call) -> Value:
    """`ChannelSlice`."""
    return _keep(call, call.layer.start, call.layer.stop)


def channel_split(call: Call) -> Value:
    """`ChannelSplit`: its parts are slices."""
    size: Any = call.results[0][-1]
    return _keep(call, call.layer.part * size, (call.layer.part + 1) * size)


def channel_item(call: Call) -> Value:
    """Keras' `x[..., 2:8]`; an item that asks for anything else is as it is written."""
    match call.arguments:
        case (("tensor", (*before, ("slice", start, stop, None | 1))), ()):
            limits: tuple[Any, Any] = start, stop
            if _is_whole(before, call) and _are_numbers(*limits):
                return _keep(call, *limits)
    return generic(call)


def channel_parts(call: Call) -> tuple[Value, ...]:
    """Keras' `split(x, [2], axis=-1)`, which gives a slice for each part."""
    sizes: list[Any] = [size[-1] for size in call.results]
    if call.arguments is not None or None in sizes or axes_from_end(call) != -1:
        value = generic(call)
        return tuple(Value(value.node, output) for output in range(len(sizes)))
    limits = pairwise(accumulate(sizes, initial=0))
    return tuple(_keep(call, start, stop) for start, stop in limits)


def _keep(call: Call, start: int | None, stop: int | None) -> Value:
    """Keep channels, counted from the first; nothing is done where all are kept."""
    channels = call.sizes[0][-1]
    if channels is None:
        return generic(call)
    first, end, _ = slice(start, stop).indices(channels)
    if (first, end) == (0, channels):
        return call.operands[0]
    attributes = {"start": first, "stop": end, **call.ranks()}
    return call.add("ChannelSlice", attributes)


def _is_whole(before: list[Hashable], call: Call) -> bool:
    """Return whether what stands in the brackets before the channels keeps it all."""
    is_complete = ... in before or len(before) == len(call.sizes[0])
    return is_complete and all(each in (_ALL, ...) for each in before)


def _are_numbers(*limits: Any) -> bool:
    return all(limit is None or isinstance(limit, int) for limit in limits)
