"""Walking two trees side by side: which units meet, and which meet nothing."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from archcompiler.alignment.distance import Distance
from archcompiler.alignment.edits import Pairs
from archcompiler.alignment.series_parallel import Element, Leaf, Parallel, Series
from archcompiler.alignment.units import Unit


class Met(NamedTuple):
    """A unit of the table beside one of the model."""

    one: Unit
    other: Unit


class Missing(NamedTuple):
    """A unit of the table that the model lacks."""

    one: Unit


class Extra(NamedTuple):
    """A unit of the model that the table lacks, and the row nearest to it."""

    other: Unit
    row: int | None


class Reordered(NamedTuple):
    """Branches that the model joins in another order; ours, and theirs in its order."""

    one: Parallel
    ours: tuple[Series, ...]
    theirs: tuple[Series, ...]
    merge: Unit | None


class Rewired(NamedTuple):
    """Units that stand together, but take other values; all in the table's units."""

    one: Unit
    other: Unit
    ours: tuple[Unit, ...]
    theirs: tuple[Unit, ...]


Event = Met | Missing | Extra | Reordered | Rewired
Gap = tuple[Sequence[Element], Sequence[Element]]


def walk(distance: Distance, one: Series, other: Series) -> list[Event]:
    """Return everything that happens along two series, in the table's order."""
    return [*_walk(distance, one, other, None)]


def _walk(
    distance: Distance, one: Series, other: Series, row: int | None
) -> Iterator[Event]:
    ours, theirs = one.elements, other.elements
    gap: tuple[list[Element], list[Element]] = ([], [])
    _, pairs = distance.series(one, other)
    rows = _rows_nearby(ours, pairs, row)
    for (i, j), here in zip(pairs, rows, strict=True):
        if i is not None and j is not None:
            yield from _close(distance, gap, row)
            gap = ([], [])
            yield from _meet(distance, ours[i], theirs[j])
        elif i is not None:
            gap[0].append(ours[i])
        elif j is not None:
            gap[1].append(theirs[j])
        row = here
    yield from _close(distance, gap, row)


def _rows_nearby(
    ours: Sequence[Element], pairs: Pairs, row: int | None
) -> list[int | None]:
    """Return for each pair the row before it, or after it where none is before."""
    rows = [row if i is None else _row_of(ours[i].units(), row) for i, _ in pairs]
    after = next((each for each in rows if each is not None), None)
    nearby = []
    for each in rows:
        row = each if each is not None else row if row is not None else after
        nearby.append(row)
    return nearby


def _row_of(units: Iterable[Unit], otherwise: int | None) -> int | None:
    """Return the row of the last unit that has one."""
    rows = [unit.row for unit in units if unit.row is not None]
    return rows[-1] if rows else otherwise


def _meet(distance: Distance, one: Element, other: Element) -> Iterator[Event]:
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        yield Met(one.unit, other.unit)
    elif isinstance(one, Parallel) and isinstance(other, Parallel):
        yield from _meet_branches(distance, one, other)


def _meet_branches(
    distance: Distance, one: Parallel, other: Parallel
) -> Iterator[Event]:
    row = one.merge.row if one.merge else _row_of(one.units(), None)
    _, pairs = distance.parallel(one, other)
    together = [(i, j) for i, j in pairs if i is not None and j is not None]
    places = [j for _, j in together]
    if one.is_ordered and places != sorted(places):
        ours = tuple(one.branches[i] for i, _ in together)
        theirs = tuple(other.branches[j] for j in sorted(places))
        yield Reordered(one, ours, theirs, other.merge)
    for i, j in pairs:
        if i is not None and j is not None:
            yield from _walk(distance, one.branches[i], other.branches[j], row)
        elif i is not None:
            yield from _close(distance, (one.branches[i].elements, ()), row)
        elif j is not None:
            yield from _close(distance, ((), other.branches[j].elements), row)


def _close(distance: Distance, gap: Gap, row: int | None) -> Iterator[Event]:
    """Yield what stands between two elements that met."""
    ours, theirs = gap
    if _has_fork(ours) != _has_fork(theirs):
        (mine, left), (yours, over) = _unfold(ours), _unfold(theirs)
        one, other = _series(mine), _series(yours)
        together = distance.series(one, other)[0] + _weight((*left, *over))
        if together < _weight((*ours, *theirs)):
            yield from _walk(distance, one, other, row)
            ours, theirs = left, over
    yield from map(Missing, _told(ours))
    for unit in _told(theirs):
        yield Extra(unit, row)


def _has_fork(elements: Sequence[Element]) -> bool:
    return any(isinstance(element, Parallel) for element in elements)


def _unfold(elements: Sequence[Element]) -> Gap:
    """Return elements with the longest branch of each fork in its place, and the rest.

    Where one side lacks a shortcut, the layers beside it are there nonetheless.
    """
    main: list[Element] = []
    rest: list[Element] = []
    for element in elements:
        if isinstance(element, Leaf):
            main.append(element)
            continue
        longest = max(element.branches, key=lambda branch: branch.weight)
        main += longest.elements
        for branch in element.branches:
            rest += branch.elements if branch is not longest else ()
    return main, rest


def _series(elements: Sequence[Element]) -> Series:
    key = ("unfolded", *(element.key for element in elements))
    return Series(tuple(elements), key, _weight(elements))


def _weight(elements: Sequence[Element]) -> float:
    return sum(element.weight for element in elements)


def _told(elements: Sequence[Element]) -> list[Unit]:
    """Return the units to tell of: the activation of a missing layer goes with it."""
    units = [unit for element in elements for unit in element.units()]
    if all(unit.is_light for unit in units):
        return units
    kinds = ("activation", "batch normalisation")
    return [unit for unit in units if unit.kind not in kinds]
