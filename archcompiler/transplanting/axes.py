"""Axes, counted from the end: a 1x1 image and a vector then have the same last axis."""

from collections.abc import Hashable
from typing import Any

from archcompiler.transplanting.call import Call


def axes_from_end(call: Call) -> Hashable:
    """Return the `axis` of a layer, all negative; one number where there is one."""
    axis: Any = call.settings["axis"]
    if axis is None:
        return None
    rank = len(call.sizes[0]) + 1
    axes = axis if isinstance(axis, tuple) else (axis,)
    from_end = tuple(each - rank if each >= 0 else each for each in axes)
    return from_end[0] if len(from_end) == 1 else from_end


def along_axes(call: Call) -> dict[str, Hashable]:
    """Return the axes, and the rank unless it is the last: any rank has that one."""
    axes = axes_from_end(call)
    return {"axis": axes} if axes == -1 else {"axis": axes, **call.ranks()}
