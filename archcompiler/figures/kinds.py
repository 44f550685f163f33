"""Kinds: which colour a part of a network has, from what it holds."""

from collections.abc import Sequence

from archcompiler.figures.calls import is_heavy
from archcompiler.figures.palette import Paint, paint_of
from archcompiler.graph.nodes import OpNode


def paint_of_all(nodes: Sequence[OpNode]) -> Paint:
    """Return the paint of a part: that of branches, or of what multiplies most."""
    heavy = [node for node in nodes if is_heavy(node)] or nodes
    weights: dict[Paint, int] = {}
    for node in heavy:
        shapes = tuple([each.shape for each in node.operands])
        paint = paint_of(node.op, shapes)
        if paint is Paint.MERGING:
            return paint
        weights[paint] = weights.get(paint, 0) + 1 + node.macs
    return max(weights, key=lambda paint: weights[paint])
