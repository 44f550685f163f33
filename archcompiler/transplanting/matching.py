"""Matching: one node of the target for each of the source, or none at all."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from archcompiler.transplanting.colours import (
    Coloured,
    Colours,
    Palette,
    refine_until_stable,
)
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.frontier import differences, misjoined
from archcompiler.transplanting.graph import Graph, Node

Pairs: TypeAlias = list[tuple[Node, Node]]
Graphs: TypeAlias = tuple[Coloured, Coloured]

_MOST_FAILED = 100


def match(source: Graph, target: Graph) -> Pairs:
    """Return each node of the source with its node of the target.

    The pairs are verified: kinds, attributes, weight shapes, operands in their order,
    and which nodes share weights are equal.

    Raises:
        TransplantError: where the graphs differ.
    """
    palette: Palette = {}
    graphs = Coloured(source), Coloured(target)
    forward = [graph.forward_colours(palette) for graph in graphs]
    found = differences(graphs, forward)
    if found:
        raise TransplantError("\n".join(found))
    colours = refine_until_stable(graphs, forward, palette)
    order = _search(graphs, colours, palette)
    if order is None:
        raise TransplantError("\n".join(misjoined(graphs, colours)))
    return [(node, target[order[n]]) for n, node in enumerate(source)]


def _search(
    graphs: Graphs, colours: Sequence[Colours], palette: Palette
) -> list[int] | None:
    """Return the target's node of each of the source's; None where there is none.

    Of a class of several nodes one pair is pinned, and both graphs are refined again;
    where that leads nowhere, the next pair is tried.

    Raises:
        TransplantError: where too many tries lead nowhere.
    """
    tries = [iter([colours])]
    failed = 0
    while tries:
        ours, theirs = next(tries[-1], ([], []))
        if not ours:
            tries.pop()
            continue
        counts = Counter(ours)
        if counts == Counter(theirs):
            several = next((c for c, count in counts.items() if count > 1), None)
            if several is not None:
                tries.append(_pin_pairs(graphs, (ours, theirs), several, palette))
                continue
            places = {colour: index for index, colour in enumerate(theirs)}
            order = [places[colour] for colour in ours]
            if is_isomorphism(*graphs, order):
                return order
        failed += 1
        if failed > _MOST_FAILED:
            raise TransplantError("too many layers look alike: no match was found")
    return None


def _pin_pairs(
    graphs: Graphs, colours: Sequence[Colours], colour: int, palette: Palette
) -> Iterator[Sequence[Colours]]:
    """Pin the first node of a class to each of the other side's; refine anew."""
    ours, theirs = colours
    pinned = _pin(ours, ours.index(colour))
    for index, other in enumerate(theirs):
        if other == colour:
            both = [pinned, _pin(theirs, index)]
            yield refine_until_stable(graphs, both, palette)


def _pin(colours: Colours, index: int) -> Colours:
    """Give one node a colour of its own; the palette's numbers are never negative."""
    return [*colours[:index], -1, *colours[index + 1 :]]


def is_isomorphism(source: Coloured, target: Coloured, order: list[int]) -> bool:
    """Whether an order maps each node, edge and shared weight onto an equal one."""
    if sorted(order) != list(range(len(target.nodes))):
        return False
    weights: dict[int, int] = {}
    for index, node in enumerate(source.nodes):
        other = target.nodes[order[index]]
        if not _is_equal(node, other, order):
            return False
        for ours, theirs in zip(node.weights, other.weights, strict=True):
            known = weights.setdefault(id(ours.source), id(theirs.source))
            if known != id(theirs.source):
                return False
    return len(set(weights.values())) == len(weights)


def _is_equal(node: Node, other: Node, order: list[int]) -> bool:
    if (node.kind, node.attributes) != (other.kind, other.attributes):
        return False
    if [weight.shape for weight in node.weights] != [w.shape for w in other.weights]:
        return False
    ours = tuple(order[place] for place in node.operands)
    if node.is_commutative:
        return sorted(ours) == sorted(other.operands)
    return ours == other.operands
