"""Merges: pictures beside each other, led into the bar or the disc that joins them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from archcompiler.figures.cells import Cell
from archcompiler.figures.extents import HEAD_LENGTH, room
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.picture import (
    Exit,
    Marks,
    Picture,
    edge,
    moved_exits,
)
from archcompiler.figures.places import Point
from archcompiler.figures.scene import Box, Disc, Line, Mark, Run, Text, moved
from archcompiler.figures.staggering import Arrangement, arranged
from archcompiler.figures.styles import USUAL, Style

FORK = 18
"""From where a value forks to its branches; the bus lies at `BUS`."""

BUS = 7
MERGE = 16
"""From the branches to their merge."""

CORNER = 5
DISC = 9
ASIDE = CORNER + HEAD_LENGTH
"""From a branch to the disc that it enters from a side."""


def into_bar(branches: Sequence[Picture], bar: "Bar") -> Picture:
    """Return branches side by side above the bar that merges them."""
    placed = arranged(branches, bar.style)
    width = max(placed.width, bar.width)
    anchor = _trunk(placed, width)
    fork = _fork(placed, anchor)
    bottom = fork.height
    marks = list(fork.marks)
    for x, dashed in fork.exits:
        marks.append(edge(x, bottom, bottom + MERGE, dashed=dashed))
    marks += moved(bar.marks(width), 0, bottom + MERGE)
    total = bottom + MERGE + bar.height
    return Picture(width, total, anchor, tuple(marks), False, fork.is_open)


def into_disc(
    branches: Sequence[Picture], disc: "Sign", *, is_chained: bool = False
) -> Picture:
    """Return branches around the disc that merges them, the largest above it.

    Where their order matters, the first stands above the disc. Two stand on its sides,
    unless they are a chain of merges and a name, which would lead down like stairs.
    """
    if disc.cell.is_ordered:
        return _around(branches, disc)
    is_pair = len(branches) == 2 and not any(each.several for each in branches)
    if is_pair and not is_chained and not any(each.is_shortcut for each in branches):
        return _from_both_sides(branches, disc)
    return _around(_largest_first(branches), disc)


def above_bar(branches: Sequence[Picture], style: Style) -> Picture:
    """Return branches that a bar below merges together with others."""
    placed = arranged(branches, style)
    return _unmerged(placed, _trunk(placed, placed.width))


def above_disc(branches: Sequence[Picture], style: Style) -> Picture:
    """Return branches that a disc below merges together with others."""
    placed = arranged(_largest_first(branches), style)
    return _unmerged(placed, _first_anchor(placed))


def _first_anchor(placed: Arrangement) -> float:
    return placed.lefts[0] + placed.branches[0].anchor


def _unmerged(placed: Arrangement, anchor: float) -> Picture:
    fork = _fork(placed, anchor)
    short = all(each.is_shortcut for each in placed.branches)
    return Picture(
        placed.width,
        fork.height,
        anchor,
        fork.marks,
        has_head=False,
        is_open=fork.is_open,
        is_shortcut=short,
        several=fork.exits,
    )


def _largest_first(branches: Sequence[Picture]) -> list[Picture]:
    return sorted(branches, key=lambda each: (each.is_shortcut, -each.height))


def _around(branches: Sequence[Picture], disc: "Sign") -> Picture:
    """Return branches of which the first falls into a disc, others enter its side."""
    placed = arranged(branches, disc.style)
    anchor = _first_anchor(placed)
    fork = _fork(placed, anchor)
    marks = list(fork.marks)
    bottom = fork.height
    centre = bottom + MERGE + DISC
    for at, (x, dashed) in enumerate(fork.exits):
        if at == 0:
            marks.append(edge(x, bottom, bottom + MERGE, dashed=dashed))
        else:
            marks.append(_sideways(x, bottom, anchor + DISC, centre, dashed=dashed))
    marks += disc.marks(anchor, centre)
    width = max(placed.width, anchor + DISC)
    return Picture(
        width, centre + DISC, anchor, tuple(marks), has_head=False, is_open=fork.is_open
    )


def _from_both_sides(branches: Sequence[Picture], disc: "Sign") -> Picture:
    placed = _apart(arranged(branches, disc.style))
    ends = [a + each.anchor for each, a in zip(branches, placed.lefts, strict=True)]
    anchor = (ends[0] + ends[1]) / 2
    fork = _fork(placed, anchor)
    marks = list(fork.marks)
    bottom = fork.height
    centre = bottom + MERGE
    marks.append(_sideways(ends[0], bottom, anchor - DISC, centre))
    marks.append(_sideways(ends[1], bottom, anchor + DISC, centre))
    marks += disc.marks(anchor, centre)
    return Picture(
        placed.width,
        centre + DISC,
        anchor,
        tuple(marks),
        has_head=False,
        is_open=fork.is_open,
    )


def _apart(pair: Arrangement) -> Arrangement:
    """Return two branches so far apart that a disc and two arrows stand between."""
    first, second = pair.branches
    left, right = pair.lefts
    missing = 2 * (DISC + ASIDE) - (right + second.anchor - left - first.anchor)
    if missing <= 0:
        return pair
    lefts, width = (left, right + missing), right + missing + second.width
    return replace(pair, lefts=lefts, width=max(pair.width, width))


def _sideways(
    x: float, top: float, end: float, y: float, *, dashed: bool = False
) -> Line:
    points = (Point(x, top), Point(x, y), Point(end, y))
    return Line(points, radius=CORNER, dashed=dashed, arrow=True)


def _trunk(placed: Arrangement, width: float) -> float:
    """Return where branches are entered: above the largest where one is a line."""
    branches = placed.branches
    if all(each.height for each in branches):
        return width / 2
    at = max(range(len(branches)), key=lambda each: branches[each].height)
    return placed.lefts[at] + branches[at].anchor


@dataclass(frozen=True)
class _Fork:
    """Branches down to where the lowest ends, and the lines from a value to them."""

    marks: Marks
    height: float
    exits: tuple[Exit, ...]
    is_open: bool


def _fork(placed: Arrangement, anchor: float) -> _Fork:
    """Return one bus with a drop for each branch; all lead to one height."""
    is_open = all(each.is_open for each in placed.branches)
    top = 0 if is_open else FORK
    ends = [top + placed.ends[level] for level in placed.levels]
    bottom = top + placed.height
    marks: list[Mark] = [*_drops(placed, ends, anchor)]
    exits: list[Exit] = []
    for each, left, end in zip(placed.branches, placed.lefts, ends, strict=True):
        marks += moved(each.marks, left, end - each.height)
        leaving = moved_exits(each.exits, left)
        if end < bottom:
            marks += [
                edge(x, end, bottom, arrow=False, dashed=dashed)
                for x, dashed in leaving
            ]
        exits += leaving
    return _Fork(tuple(marks), bottom, tuple(exits), is_open)


def _drops(placed: Arrangement, ends: Sequence[float], anchor: float) -> Iterator[Line]:
    """Yield the lines to all branches that take the value; outermost are rounded."""
    taking = [
        (left + each.anchor, end - each.height, each)
        for each, left, end in zip(placed.branches, placed.lefts, ends, strict=True)
        if not each.is_open
    ]
    if taking:
        yield edge(anchor, 0, BUS, arrow=False)
    outermost = [x for x, *_ in (taking[:1] + taking[-1:]) if x != anchor]
    for x, end, each in taking:
        bend = [Point(anchor, BUS)] if x in outermost else []
        points = (*bend, Point(x, BUS), Point(x, end))
        yield Line(
            points,
            radius=CORNER if bend else 0,
            dashed=each.dashed,
            arrow=each.has_head,
        )


@dataclass(frozen=True)
class Bar:
    """A merge as wide as its branches, with its word."""

    cell: Cell
    dashed: bool = False
    style: Style = USUAL

    @property
    def height(self) -> float:
        """The height of one line or of two."""
        return self.style.height(2 if self.cell.second else 1)

    @property
    def width(self) -> float:
        """The least width that its words need."""
        return max(room(self._run, spare=18), room(*self.cell.second, spare=18)) + 20

    @property
    def _run(self) -> Run:
        return Run(self.cell.title, size=self.style.size)

    def marks(self, width: float) -> Marks:
        """Return its marks from (0, 0)."""
        box = Box(0, 0, width, self.height, 2, self.cell.paint, dashed=self.dashed)
        lines = [line for line in ((self._run,), self.cell.second) if line]
        places = [self.style.baseline(at, len(lines)) for at in range(len(lines))]
        texts = [
            Text(width / 2, y, line, "middle")
            for y, line in zip(places, lines, strict=True)
        ]
        return self.cell.group((box, *texts))


@dataclass(frozen=True)
class Sign:
    """A merge as a disc with a sign: `+`."""

    cell: Cell
    dashed: bool = False
    style: Style = USUAL

    def marks(self, x: float, y: float) -> Marks:
        """Return its marks around a centre."""
        disc = Disc(x, y, DISC, Paint.MERGING, dashed=self.dashed)
        run = Run(self.cell.sign, Tone.MERGING, 14, bold=True)
        return self.cell.group((disc, Text(x, y + 4.9, (run,), "middle")))
