"""Axes, counted from the end: a 1x1 image and a vector then have the same last axis."""

from collections.abc import Hashable

from archcompiler.transplanting.call import Call


def along_axes(call: Call) -> dict[str, Hashable]:
    """Return the axes, and the rank unless it is the last: any rank has that one."""
    axes = call.axis
    return {"axis": axes} if axes == -1 else {"axis": axes, **call.ranks()}
