"""Walking two trees side by side: which units meet."""

from collections.abc import Iterator, Sequence

from archcompiler.alignment.distance import Distance
from archcompiler.alignment.series_parallel import (
    Element,
    Leaf,
    Parallel,
    Series,
    tree_of,
)
from archcompiler.alignment.wiring import Pairing
from archcompiler.units.network import Network
from archcompiler.units.units import Unit

Gap = tuple[Sequence[Element], Sequence[Element]]


def pair_by_trees(table: Network, model: Network) -> Pairing:
    """Return the units that stand together where the trees of two networks do.

    Raises:
        RecursionError: where branches nest too deeply.
    """
    here, there = (
        {id(unit): place for place, unit in enumerate(network.units)}
        for network in (table, model)
    )
    met = _walk(Distance(), tree_of(table), tree_of(model))
    return {here[id(one)]: there[id(other)] for one, other in met}


def _walk(
    distance: Distance, one: Series, other: Series
) -> Iterator[tuple[Unit, Unit]]:
    ours, theirs = one.elements, other.elements
    gap: tuple[list[Element], list[Element]] = ([], [])
    for i, j in distance.series(one, other)[1]:
        if i is not None and j is not None:
            yield from _close(distance, gap)
            gap = ([], [])
            yield from _meet(distance, ours[i], theirs[j])
        elif i is not None:
            gap[0].append(ours[i])
        elif j is not None:
            gap[1].append(theirs[j])
    yield from _close(distance, gap)


def _meet(
    distance: Distance, one: Element, other: Element
) -> Iterator[tuple[Unit, Unit]]:
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        yield one.unit, other.unit
    elif isinstance(one, Parallel) and isinstance(other, Parallel):
        for i, j in distance.parallel(one, other)[1]:
            if i is not None and j is not None:
                yield from _walk(distance, one.branches[i], other.branches[j])


def _close(distance: Distance, gap: Gap) -> Iterator[tuple[Unit, Unit]]:
    """Yield what meets between two elements that met.

    Where one side lacks a shortcut, the layers beside it are there nonetheless.
    """
    ours, theirs = gap
    if _has_fork(ours) == _has_fork(theirs):
        return
    one, other = _unfold(ours), _unfold(theirs)
    together = distance.series(one, other)[0] - one.weight - other.weight
    if together < 0:
        yield from _walk(distance, one, other)


def _has_fork(elements: Sequence[Element]) -> bool:
    return any(isinstance(element, Parallel) for element in elements)


def _unfold(elements: Sequence[Element]) -> Series:
    """Return elements with the longest branch of each fork in its place."""
    main: list[Element] = []
    for element in elements:
        if isinstance(element, Leaf):
            main.append(element)
        else:
            main += max(element.branches, key=lambda branch: branch.weight).elements
    key = ("unfolded", *(element.key for element in main))
    return Series(tuple(main), key, sum(element.weight for element in main))
