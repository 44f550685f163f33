"""Pairing: the layers of two networks that are wired alike, whatever they are set to.

Two skeletons are laid on each other as a transplant lays two graphs, but that a layer
may stand for another of its family: settings only decide where the wiring doesn't.
"""

from collections import Counter
from collections.abc import Hashable, Sequence

from archcompiler.alignment.skeleton import Skeleton, exact_keys
from archcompiler.transplanting.colours import (
    Coloured,
    Colours,
    Palette,
    refine_until_stable,
)
from archcompiler.transplanting.matching import is_isomorphism

Keys = Sequence[Hashable]
"""Of each node, all that tells it from others."""

_MOST_ROUNDS = 100


def pair_skeletons(one: Skeleton, other: Skeleton) -> list[int] | None:
    """Return the other's node for each node of one; None where the wiring differs."""
    graphs = Coloured(one.graph), Coloured(other.graph)
    keys = exact_keys(one), exact_keys(other)
    palette: Palette = {}
    colours = [graph.forward_colours(palette) for graph in graphs]
    for _ in range(_MOST_ROUNDS):
        colours = refine_until_stable(graphs, colours, palette)
        if Counter(colours[0]) != Counter(colours[1]):
            return None
        several = [each for each, count in Counter(colours[0]).items() if count > 1]
        if not several:
            places = {colour: node for node, colour in enumerate(colours[1])}
            order = [places[colour] for colour in colours[0]]
            return order if is_isomorphism(*graphs, order) else None
        finer = _tell_apart(colours, keys, palette)
        colours = finer or _pin(colours, _most_like(colours, keys, several[0]))
    return None


def _tell_apart(
    colours: Sequence[Colours], keys: Sequence[Keys], palette: Palette
) -> list[Colours] | None:
    """Tell nodes of one colour apart where both sides have the same settings in it."""
    ours, theirs = map(_keys_by_colour, colours, keys)
    split = {colour for colour in ours if len(ours[colour]) > 1} & {
        colour for colour in ours if ours[colour] == theirs[colour]
    }
    if not split:
        return None
    return [
        [
            palette.setdefault((colour, "set to", key), len(palette))
            if colour in split
            else colour
            for colour, key in zip(here, named, strict=True)
        ]
        for here, named in zip(colours, keys, strict=True)
    ]


def _keys_by_colour(colours: Colours, keys: Keys) -> dict[int, Counter[Hashable]]:
    found: dict[int, Counter[Hashable]] = {}
    for colour, key in zip(colours, keys, strict=True):
        found.setdefault(colour, Counter())[key] += 1
    return found


def _most_like(
    colours: Sequence[Colours], keys: Sequence[Keys], colour: int
) -> tuple[int, int]:
    """Return a node of a colour on each side, set alike if there are such."""
    ours, theirs = (
        {
            key: node
            for node, (each, key) in enumerate(zip(here, named, strict=True))
            if each == colour
        }
        for here, named in zip(colours, keys, strict=True)
    )
    alike = [key for key in ours if key in theirs]
    if alike:
        return ours[alike[0]], theirs[alike[0]]
    return next(iter(ours.values())), next(iter(theirs.values()))


def _pin(colours: Sequence[Colours], nodes: tuple[int, int]) -> list[Colours]:
    """Give one node of each side a colour of its own; the palette's are not below 0."""
    return [
        [*here[:node], -1, *here[node + 1 :]]
        for here, node in zip(colours, nodes, strict=True)
    ]
