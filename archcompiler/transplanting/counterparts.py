"""Counterparts: where only the target's ends are named, the source's are found.

A value of the source is the counterpart of an end if the same leads to it: its forward
colour is the same. Of several, the isomorphism decides; where it cannot, nobody does.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, islice, product
from typing import NamedTuple

from archcompiler.diagnostics import listed
from archcompiler.transplanting.colours import Coloured, Palette
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.frontier import lacking
from archcompiler.transplanting.graph import Graph
from archcompiler.transplanting.matching import Pairs, match
from archcompiler.transplanting.reading import ReadModel, mark

Choice = Sequence[Sequence[int]]
"""For each group of ends that cannot be told apart, as many places."""

_MOST_TRIES = 100


class _Group(NamedTuple):
    """Ends of the target that look alike, and what looks like them in the source."""

    ends: list[int]
    candidates: list[int]


def match_until(source: ReadModel, target: ReadModel, ends: Iterable[int]) -> Pairs:
    """Return each node of the source that leads to the ends, with its node there.

    Raises:
        TransplantError: where the source lacks something that leads to the ends, or
            has it more often and nothing says which is meant.
    """
    groups = _find(source, target, ends)
    found: list[tuple[Choice, Pairs]] = []
    refused: TransplantError | None = None
    for choice in _choices(groups):
        try:
            pairs = match(*_parts(source, target, groups, choice))
        except TransplantError as error:
            refused = refused or error
            continue
        found.append((choice, pairs))
        if len(found) > 1:
            raise _ambiguous(source, target, groups, [each for each, _ in found])
    if not found:
        assert refused is not None
        raise refused
    return found[0][1]


def _find(source: ReadModel, target: ReadModel, ends: Iterable[int]) -> list[_Group]:
    """Return the ends by colour, with the places of the source of that colour."""
    palette: Palette = {}
    groups: dict[int, _Group] = {}
    for end in dict.fromkeys(ends):
        colour = _colour(target, end, palette)
        if colour not in groups:
            groups[colour] = _Group(
                [],
                [
                    place
                    for place, sizes in enumerate(source.sizes)
                    if sizes == target.sizes[end]
                    and _colour(source, place, palette) == colour
                ],
            )
        groups[colour].ends.append(end)
    if not all(group.candidates for group in groups.values()):
        _refuse_lacking(source, target, [g.ends[0] for g in groups.values()])
    return list(groups.values())


def _colour(model: ReadModel, place: int, palette: Palette) -> int:
    """Return the colour of all that leads to a place."""
    return Coloured(model.ending_in([mark(place, 0)])).forward_colours(palette)[-1]


def _refuse_lacking(source: ReadModel, target: ReadModel, ends: list[int]) -> None:
    """Name the first layers, of those that lead to the ends, that the source lacks."""
    palette: Palette = {}
    marks = [mark(end, 0) for end in ends]
    parts = ((source, source.outputs), (target, marks))
    ours, theirs = (
        Coloured(model.ending_in(each)[: -len(each)]) for model, each in parts
    )
    graphs = ours, theirs
    lines, layers = lacking(graphs, [g.forward_colours(palette) for g in graphs])
    raise TransplantError("\n".join(lines), layers)


def _choices(groups: list[_Group]) -> Iterator[Choice]:
    """Yield every choice of as many values as there are ends.

    Raises:
        TransplantError: where these are too many to be tried.
    """
    each = [
        combinations(group.candidates, min(len(group.ends), len(group.candidates)))
        for group in groups
    ]
    tried = product(*each)
    yield from islice(tried, _MOST_TRIES)
    if next(tried, None) is not None:
        raise TransplantError("too many layers look alike: no match was found")


def _parts(
    source: ReadModel, target: ReadModel, groups: list[_Group], choice: Choice
) -> tuple[Graph, Graph]:
    """Return both parts; which end of a group is which, the isomorphism says."""
    ours = [mark(at, n) for n, places in enumerate(choice) for at in places]
    theirs = [mark(at, n) for n, group in enumerate(groups) for at in group.ends]
    return source.ending_in(ours), target.ending_in(theirs)


def _ambiguous(
    source: ReadModel, target: ReadModel, groups: list[_Group], choices: list[Choice]
) -> TransplantError:
    """Name the end that several layers of the source are like."""
    one, other = choices
    units = source.reading.units
    at = next(n for n, values in enumerate(one) if values != other[n])
    end = target.reading.units[groups[at].ends[0]].layer
    names = listed(f"`{units[each].layer}`" for each in groups[at].candidates)
    return TransplantError(
        f"`{end}` of the target has several counterparts in the source, {names}: "
        "which one is meant nobody can tell; `until={source layer: target layer}` says"
    )
