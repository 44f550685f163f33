"""The spine: each row's tensor seen from the side, and the edges between rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from math import log2

from archcompiler.figures.extents import room
from archcompiler.figures.lines import RowLine, lines_along
from archcompiler.figures.palette import Paint
from archcompiler.figures.places import Point
from archcompiler.figures.scene import Box, Line, Mark, Polygon, Run, Text
from archcompiler.figures.skips import Skip, skips_along
from archcompiler.shapes import Shape

LANE = 9
NEAREST_LANE = 9
"""From the widest bar to the first edge beside the spine."""

BREAK = 12
"""More room before a row that the one before does not feed."""

CARD = 2.5
"""How far each card of a repeated row stands out, to the right and up."""

ABOVE = 4
"""Above the first row of a continued spine."""

STUB = 9
"""How far the trunk leads on after an output."""


def extent_across(shape: Shape) -> float:
    """Return how wide the bar of a tensor is: the logarithm of its height."""
    return 12 + 11.5 * log2(max(shape[0], 1)) if len(shape) == 3 else 12


def extent_along(shape: Shape) -> float:
    """Return how thick the bar of a tensor is: the logarithm of its channels."""
    return min(16, 3 + 1.25 * log2(max(shape[-1], 1)))


class Flow(Enum):
    """Where a spine leads."""

    DOWN = "down"
    RIGHT = "right"

    def point(self, along: float, across: float) -> Point:
        """Return a place, given along the spine and across it."""
        return Point(across, along) if self is Flow.DOWN else Point(along, across)

    @property
    def cards(self) -> int:
        """The side on which the cards of a repeated row stand out."""
        return 1 if self is Flow.DOWN else 0


@dataclass(frozen=True)
class Spine:
    """The rows' bars one after the other, around `centre`.

    What comes from rows before the first, or leads to rows after the last, begins and
    ends at the `edges` of the figure.
    """

    lines: Sequence[RowLine]
    skips: Sequence[Skip]
    places: Sequence[float]
    """The middle of each row along the spine."""

    half: float
    """Half of the widest bar."""

    flow: Flow = Flow.DOWN
    lane: float = LANE
    stretch: float = 1
    """By how much bars are wider than those of a table's lines."""

    thickening: float = 1
    """By how much bars are thicker."""

    edges: tuple[float, float] = (0, 0)
    goes_on: bool = False
    """Whether the last row feeds one after it."""

    @cached_property
    def centre(self) -> float:
        """The place of the trunk across the spine."""
        return self.beside(0) + self.half

    @property
    def width(self) -> float:
        """The width with the edges on both sides."""
        return self.centre + self.half + max(self.beside(1), self._times_beside[1])

    def beside(self, side: int) -> float:
        """Return how much room the edges on a side take."""
        lanes = [skip.lane for skip in self.skips if skip.side == side]
        return self._nearest(side) + self.lane * max(lanes) + 2 if lanes else 0

    def reach(self, line: RowLine) -> float:
        """Return how far a bar reaches on each side of the trunk."""
        return self.stretch * extent_across(line.shape) / 2

    def thickness(self, line: RowLine) -> float:
        """Return how far a bar reaches along the trunk."""
        return self.thickening * extent_along(line.shape)

    def lane_of(self, skip: Skip) -> float:
        """Return where an edge runs, across the spine."""
        away = self._nearest(skip.side) + self.lane * skip.lane
        return self._at_side(skip, self.half + away)

    def _at_side(self, skip: Skip, away: float) -> float:
        return self.centre + (away if skip.side else -away)

    def _nearest(self, side: int) -> float:
        """Return how far beyond the widest bar the first edge runs."""
        return min(NEAREST_LANE, self.lane + 1) + self._times_beside[side]

    @cached_property
    def _times_beside(self) -> tuple[float, float]:
        """How far a `×n` beside a bar goes beyond the widest one, on each side."""
        left, right = (
            max([0, *[self._end(line, side) - self.half for line in self.lines]])
            for side in (0, 1)
        )
        return left, right

    def _end(self, line: RowLine, side: int) -> float:
        """Return how far a bar reaches with a `×n` beside it."""
        is_beside = side == self.flow.cards and self.flow is Flow.DOWN
        if line.times == 1 or not is_beside or self.holds_times(line):
            return self.reach(line)
        return self.reach(line) + 2 * CARD + 4 + room(times_run(line), spare=1)

    def marks(self) -> list[Mark]:
        """Return silhouette, edges and bars, from back to front."""
        return [*self._silhouette(), *self._trunk(), *self._skips(), *self._bars()]

    def is_fed(self, at: int) -> bool:
        """Whether a row takes the one before it."""
        return at - 1 in self.lines[at].sources

    @property
    def is_continued(self) -> bool:
        """Whether a row before the first feeds it along the trunk."""
        return self.is_fed(0) and not self.lines[0].is_input

    @property
    def arriving(self) -> list[float]:
        """Where edges from rows before the first begin, across the spine."""
        lanes = [self.lane_of(skip) for skip in self.skips if skip.source < 0]
        return sorted([*lanes, *([self.centre] if self.is_continued else [])])

    @property
    def leaving(self) -> list[float]:
        """Where edges to rows after the last end, across the spine."""
        count = len(self.lines)
        lanes = [self.lane_of(skip) for skip in self.skips if skip.target >= count]
        return sorted([*lanes, *([self.centre] if self.goes_on else [])])

    def _silhouette(self) -> list[Mark]:
        """Return the shadows between neighbours, which make a funnel visible."""
        found: list[Mark] = []
        for at in range(1, len(self.lines)):
            if not self.is_fed(at):
                continue
            first, second = self.reach(self.lines[at - 1]), self.reach(self.lines[at])
            begin, end = self.places[at - 1], self.places[at]
            corners = (
                self.flow.point(begin, self.centre - first),
                self.flow.point(begin, self.centre + first),
                self.flow.point(end, self.centre + second),
                self.flow.point(end, self.centre - second),
            )
            found.append(Polygon(corners, Paint.BAND))
        return found

    def _trunk(self) -> list[Mark]:
        found: list[Mark] = []
        if self.is_continued:
            found.append(self._straight(self.edges[0], self.places[0]))
        for at, line in enumerate(self.lines):
            begin = self.places[at]
            is_last = at + 1 == len(self.lines)
            if not is_last and self.is_fed(at + 1):
                found.append(self._straight(begin, self.places[at + 1]))
            elif is_last and self.goes_on:
                is_end = self.flow is Flow.RIGHT
                found.append(self._straight(begin, self.edges[1], arrow=is_end))
            elif line.is_output:
                end = begin + self.thickness(line) / 2 + STUB
                found.append(self._straight(begin, end, arrow=True))
        return found

    def _straight(self, begin: float, end: float, *, arrow: bool = False) -> Line:
        points = (
            self.flow.point(begin, self.centre),
            self.flow.point(end, self.centre),
        )
        return Line(points, width=1, arrow=arrow)

    def _skips(self) -> list[Mark]:
        return [self._skip(skip) for skip in self.skips]

    def _skip(self, skip: Skip) -> Mark:
        """Return the edge from a bar to another, or from and to the figure's edges."""
        lane, point = self.lane_of(skip), self.flow.point
        if skip.source >= 0:
            leaves = self.places[skip.source] + 1.5
            start = self._at_side(skip, self._end(self.lines[skip.source], skip.side))
            points = [point(leaves, start), point(leaves, lane)]
        else:
            points = [point(self.edges[0], lane)]
        if skip.target < len(self.lines):
            enters = self.places[skip.target] - 1.5
            points += [point(enters, lane), point(enters, self._entrance(skip))]
        else:
            points.append(point(self.edges[1], lane))
        is_end = self.flow is Flow.RIGHT or skip.target < len(self.lines)
        return Line(tuple(points), radius=5, arrow=is_end)

    def _entrance(self, skip: Skip) -> float:
        line = self.lines[skip.target]
        has_cards = line.times > 1 and skip.side == self.flow.cards
        cards = self.reach(line) + 2 * CARD * has_cards
        return self._at_side(skip, 0.6 + max(cards, self._end(line, skip.side)))

    def _bars(self) -> list[Mark]:
        found: list[Mark] = []
        for line, place in zip(self.lines, self.places, strict=True):
            found += self._bar(line, place)
        return found

    def _bar(self, line: RowLine, place: float) -> list[Mark]:
        thick, reach = self.thickness(line) / 2, self.reach(line)
        left, top = self.flow.point(place - thick, self.centre - reach)
        width, height = self.flow.point(2 * thick, 2 * reach)
        found: list[Mark] = []
        if line.times > 1:
            for card in (2, 1):
                x, y = left + card * CARD, top - card * CARD
                found.append(Box(x, y, width, height, 2, line.paint))
        found.append(Box(left, top, width, height, 2, line.paint, solid=True))
        if line.times > 1:
            found += self._times(line, place)
        return found

    def _times(self, line: RowLine, place: float) -> list[Mark]:
        """Return how often a row repeats, in its bar or right of it."""
        run = times_run(line)
        x, y = self.flow.point(place, self.centre)
        if self.holds_times(line):
            run = Run(run.text, line.paint.over, run.size, bold=True)
            return [Text(x, y + 3.2, (run,), "middle")]
        if self.flow is Flow.RIGHT:
            return []
        return [Text(x + self.reach(line) + 2 * CARD + 3, y + 3.2, (run,))]

    def holds_times(self, line: RowLine) -> bool:
        """Whether a bar has room for how often its row repeats."""
        width, height = self.flow.point(self.thickness(line), 2 * self.reach(line))
        return height >= 10 and width >= room(times_run(line), spare=0) + 1


def times_run(line: RowLine) -> Run:
    """Return how often a row repeats."""
    return Run(f"×{line.times}", size=9, bold=True)


def spine_of(
    table: Sequence[RowLine],
    rows: range,
    skips: Sequence[Skip],
    top: float,
    heights: Sequence[float],
    *,
    stretch: float = 1,
    thickening: float = 1,
    lane: float = LANE,
) -> Spine:
    """Return the spine of some rows of a table, the first of which begins at `top`.

    `heights` are those of the rows; all bars are as far below the tops of theirs.
    """
    lines = lines_along(table, rows)
    pitch = min(heights)
    places: list[float] = []
    y = top + pitch / 2
    for at in range(len(lines)):
        if begins_anew(lines, at):
            y += BREAK
        places.append(y)
        y += heights[at]
    half = stretch * max([extent_across(line.shape) for line in lines]) / 2
    return Spine(
        lines,
        skips_along(skips, rows),
        places,
        half,
        lane=lane,
        stretch=stretch,
        thickening=thickening,
        edges=(top - ABOVE, y - pitch / 2),
        goes_on=goes_on(table, rows),
    )


def arriving(table: Sequence[RowLine], rows: range, skips: Sequence[Skip]) -> int:
    """Return how many edges from rows above some lead to them or past them."""
    first = rows.start
    is_fed = first > 0 and first - 1 in table[first].sources
    return is_fed + sum([skip.source < first <= skip.target for skip in skips])


def goes_on(table: Sequence[RowLine], rows: range) -> bool:
    """Whether the last of some rows feeds the one after it."""
    last = rows.stop
    return last < len(table) and last - 1 in table[last].sources


def begins_anew(lines: Sequence[RowLine], at: int) -> bool:
    """Whether the row before does not feed a row."""
    return at > 0 and at - 1 not in lines[at].sources and not lines[at].is_input
