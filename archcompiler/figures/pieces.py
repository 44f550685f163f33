"""Pieces: a diagram cut at values, so that no edge of what is left crosses another.

What is series-parallel is one piece. What isn't is cut at the values that are taken
most often: each ends a piece of its own and stands as a name where it is taken.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count
from string import ascii_lowercase

from archcompiler.figures.cells import Cell, Diagram
from archcompiler.graph.series_parallel import Parallel, Series, Tangle, tree_of

DEEPEST = 12
"""How deeply forks may nest in one piece."""

MOST_CELLS = 120
"""How many cells one piece may have."""

MOST_TAKEN = 16
"""A value that more cells take stands as a name."""

Group = tuple[int, ...]
"""The places of a diagram that make a piece; the last is its end."""


@dataclass(frozen=True)
class Piece:
    """A part of a diagram that ends with one value; `name` is what it is taken as."""

    cells: tuple[Cell, ...]
    feeds: tuple[tuple[int, ...], ...]
    name: str = ""
    places: Group = ()
    """Where in the diagram its cells are; -1 for names of values made elsewhere."""

    @cached_property
    def tree(self) -> Series:
        """The series-parallel tree."""
        return tree_of(self.feeds, (len(self.cells) - 1,))


def pieces_of(diagram: Diagram, cuts: Collection[int] = ()) -> list[Piece]:
    """Return a diagram whole, or cut until each piece is series-parallel.

    It is cut at `cuts` as well, the places of cells.
    """
    often = _taken_often(diagram).union(cuts)
    places = tuple(range(len(diagram.cells)))
    whole = Piece(diagram.cells, diagram.feeds, places=places)
    if len(diagram.inputs) == 1 and not often and _is_drawable(whole):
        return [whole]
    groups = _groups_without_knots(diagram, often)
    names = _names(diagram, [group[-1] for group in groups[:-1]])
    return [_piece(diagram, group, names) for group in groups]


def _is_drawable(piece: Piece) -> bool:
    if len(piece.cells) > MOST_CELLS:
        return False
    with suppress(RecursionError):
        return next(_knots(piece), None) is None
    return False


def _taken_often(diagram: Diagram) -> set[int]:
    taken = Counter([each for fed in diagram.feeds for each in fed])
    return {place for place, times in taken.items() if times > MOST_TAKEN}


def _groups_without_knots(diagram: Diagram, often: Iterable[int]) -> list[Group]:
    """Return the places of pieces that can be laid out.

    A cut changes the group in which it is, no other: all are cut in one go.
    """
    cuts = {diagram.output, *often}
    settled: set[Group] = set()
    while True:
        groups = _groups(diagram, cuts)
        waiting = [each for each in groups if each not in settled]
        found = {group: _to_cut(diagram, group) for group in waiting}
        cuts.update(*found.values())
        settled.update([group for group, places in found.items() if not places])
        if not any(found.values()):
            return groups


def _groups(diagram: Diagram, cuts: set[int]) -> list[Group]:
    """Return what leads to each cut, and to each value that two of these share."""
    takers: list[set[int]] = [set() for _ in diagram.cells]
    found: dict[int, list[int]] = {}
    for place in reversed(range(len(diagram.cells))):
        ends = takers[place]
        end = place if place in cuts or len(ends) > 1 else min(ends, default=place)
        found.setdefault(end, []).append(place)
        for fed in diagram.feeds[place]:
            if fed >= 0:
                takers[fed].add(end)
    order = sorted(found, key=lambda end: (end == diagram.output, end))
    return [tuple(reversed(found[end])) for end in order]


def _to_cut(diagram: Diagram, group: Group) -> set[int]:
    """Return what must end pieces of its own, if a piece cannot be laid out.

    In a tangle it is the value that is taken most often; what is too large or too deep
    is cut at equal distances.
    """
    if len(group) > MOST_CELLS:
        return {*group[MOST_CELLS // 2 : -1 : MOST_CELLS // 2]}
    piece = _piece(diagram, group, {})
    try:
        knot = next(_knots(piece), None)
    except RecursionError:
        return {*group[DEEPEST:-1:DEEPEST]}
    if knot is None:
        return set()
    taken = Counter([each for fed in piece.feeds for each in fed])
    inside = {fed for at in knot for fed in piece.feeds[at]}
    cells = [at for at in inside.union(knot) if not piece.cells[at].is_name]
    cut = min(cells, key=lambda at: (-taken[at], at))
    return {place for place in group if diagram.cells[place] is piece.cells[cut]}


def _piece(diagram: Diagram, group: Group, names: Mapping[int, str]) -> Piece:
    """Return what leads to a value; what it takes of others stands as names."""
    cells: list[Cell] = []
    feeds: list[tuple[int, ...]] = []
    places: list[int] = []
    where: dict[int, int] = {}
    for place in group:
        taken = []
        for fed in diagram.feeds[place]:
            taken.append(where.get(fed, len(cells)))
            if fed not in where:
                cells.append(Cell(title=names.get(fed, ""), is_name=True))
                feeds.append(())
                places.append(-1)
        where[place] = len(cells)
        cells.append(diagram.cells[place])
        feeds.append(tuple(taken))
        places.append(place)
    name = names.get(group[-1], "")
    return Piece(tuple(cells), tuple(feeds), name, tuple(places))


def _names(diagram: Diagram, places: Iterable[int]) -> dict[int, str]:
    """Return the name of each input and of each place: the block's own, or a letter."""
    inputs = {-1 - at: name for at, name in enumerate(diagram.inputs)}
    owned = Counter([*inputs.values(), *[cell.name for cell in diagram.cells]])
    signs = chain(ascii_lowercase, map(str, count(1)))
    free = (sign for sign in signs if sign not in owned)
    return inputs | {
        place: name if name and owned[name] == 1 else next(free)
        for place in places
        for name in [diagram.cells[place].name]
    }


def _knots(piece: Piece) -> Iterator[tuple[int, ...]]:
    """Yield the places of what cannot be drawn: tangles, and branches out of order.

    Raises:
        RecursionError: where forks nest too deeply.
    """
    yield from _tangles(piece.tree)
    yield from _disordered(piece, piece.tree, -1)


def _tangles(series: Series, depth: int = 0) -> Iterator[tuple[int, ...]]:
    for element in series.elements:
        if isinstance(element, Tangle):
            yield element.places
        elif isinstance(element, Parallel):
            if depth > DEEPEST:
                raise RecursionError
            for branch in element.branches:
                yield from _tangles(branch, depth + 1)


def _disordered(
    piece: Piece, series: Series, start: int, end: int | None = None
) -> Iterator[tuple[int, ...]]:
    """Yield the places below a merge whose order of operands no layout shows.

    The series takes the value of the place `start`; `end` merges it with others.
    """
    at = start
    for element in series.elements:
        if isinstance(element, Parallel):
            merge = element.merge
            assert merge is not None
            for branch in element.branches:
                yield from _disordered(piece, branch, at, merge)
            is_drawn = merge != end and piece.cells[merge].is_ordered
            if is_drawn and tuple(_led_in(element, at)) != piece.feeds[merge]:
                yield tuple(_inside(Series((element,))))
        elif isinstance(element, int):
            at = element


def _inside(series: Series) -> Iterator[int]:
    for element in series.elements:
        if isinstance(element, int):
            yield element
        elif isinstance(element, Parallel):
            for branch in element.branches:
                yield from _inside(branch)


def _led_in(parallel: Parallel, start: int) -> Iterator[int]:
    """Yield the places that lead into a merge, from left to right."""
    for branch in parallel.branches:
        *before, last = branch.elements or (start,)
        if isinstance(last, Parallel):
            fork = before[-1]
            assert isinstance(fork, int)
            yield from _led_in(last, fork)
        elif isinstance(last, int):
            yield last
