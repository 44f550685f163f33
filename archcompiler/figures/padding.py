"""Zeros around an image: told where their order matters, else a part of a window."""

from collections.abc import Collection

from archcompiler.graph.nodes import OpNode
from archcompiler.ops.reshaping import Flatten, Permute, Reshape
from archcompiler.ops.resizing import Cropping2D

_MOVING = (Cropping2D, Flatten, Permute, Reshape)
"""Of these, zeros before are not zeros behind, and they take no window with them."""


def unsaid_padding(
    layers: Collection[OpNode], *, shown: bool = False
) -> frozenset[str]:
    """Return the layers that pad and go without saying, as those before a window.

    Before what moves elements about, as between two permutations, one is told.
    """
    if shown:
        return frozenset()
    moving = [node for node in layers if isinstance(node.op, _MOVING)]
    moved = {source for node in moving for source in node.inputs}
    padding = {node.name for node in layers if node.op.is_padding}
    return frozenset(padding - moved)
