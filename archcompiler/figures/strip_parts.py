"""Strips: rows from left to right, with the edges that lead along them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from archcompiler.figures.extents import room
from archcompiler.figures.lines import COUNTS, RowLine, lines_along
from archcompiler.figures.palette import Tone
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Group, Mark, Run, Text
from archcompiler.figures.skips import Skip, skips_along
from archcompiler.figures.spine import Flow, Spine, extent_across, goes_on
from archcompiler.figures.strip_columns import Columns
from archcompiler.figures.strip_texts import HEADING, Counts, Texts

LANE = 13
"""From one edge to the next, so far that texts fit between them."""

THICKENING = 1.5
LEAST = 40
MOST = 64
WIDTH = 620
"""The width over which few rows are spread."""

ABOVE = 6
"""Above the widest bar, for the cards of a repeated row."""


@dataclass(frozen=True)
class Part:
    """A strip: some rows of a table, and the edges that lead along them."""

    table: Sequence[RowLine]
    counts: Counts
    rows: range
    table_skips: Sequence[Skip]

    @cached_property
    def lines(self) -> list[RowLine]:
        """The rows, their sources counted from the first."""
        return lines_along(self.table, self.rows)

    @cached_property
    def skips(self) -> list[Skip]:
        """The edges, counted from the first row."""
        return skips_along(self.table_skips, self.rows)

    @cached_property
    def columns(self) -> Columns:
        """Where the rows stand, right of headings and of rows in other strips."""
        least = min(max(LEAST, WIDTH / len(self.table)), MOST)
        headings = [Run(word, size=HEADING) for word in COUNTS.values()]
        texts = [*headings, *[run for _, run in self._comes_from()]]
        left = max([room(run, spare=4) for run in texts]) + 12
        return Columns(self.lines, left, least)

    @property
    def width(self) -> float:
        """The width with the names of rows in other strips."""
        beyond = [room(run, spare=0) + 6 for _, run in self._leads_to()]
        return self.columns.right + max([0, *beyond])

    @property
    def bar_height(self) -> float:
        """The height of the highest bar before it grows."""
        return max([extent_across(line.shape) for line in self.lines])

    def picture(self, stretch: float) -> Picture:
        """Return the strip with bars that are larger by a factor."""
        spine = self._spine(stretch)
        texts = Texts(self.counts, self.columns, spine)
        top = _top(spine)
        marks: list[Mark] = [
            Group((*spine.marks(), *self._names(spine)), y=ABOVE),
            Group(tuple(texts.common()), y=top),
        ]
        for at, line in enumerate(self.lines):
            marks.append(Group(tuple(texts.row(at)), line.id, line.told, y=top))
        return Picture(self.width, top + texts.height, 0, tuple(marks))

    def height(self, stretch: float) -> float:
        """Return the height of the strip with bars that are larger by a factor."""
        spine = self._spine(stretch)
        return _top(spine) + Texts(self.counts, self.columns, spine).height

    def _spine(self, stretch: float) -> Spine:
        return Spine(
            self.lines,
            self.skips,
            self.columns.places,
            stretch * self.bar_height / 2,
            flow=Flow.RIGHT,
            lane=LANE,
            stretch=stretch,
            thickening=THICKENING,
            edges=(self.columns.left, self.columns.right),
            goes_on=goes_on(self.table, self.rows),
        )

    def _names(self, spine: Spine) -> Iterator[Mark]:
        """Yield the rows of other strips from which and to which edges lead."""
        for skip, run in self._comes_from():
            yield Text(self.columns.left - 4, spine.lane_of(skip) + 3, (run,), "end")
        for skip, run in self._leads_to():
            yield Text(self.columns.right + 4, spine.lane_of(skip) + 3, (run,))

    def _comes_from(self) -> Iterator[tuple[Skip, Run]]:
        for skip in self.skips:
            if skip.source < 0:
                yield skip, self._named("from", skip.source)

    def _leads_to(self) -> Iterator[tuple[Skip, Run]]:
        for skip in self.skips:
            if skip.target >= len(self.lines):
                yield skip, self._named("to", skip.target)

    def _named(self, word: str, place: int) -> Run:
        name = self.table[self.rows.start + place].name
        return Run(f"{word} {name}", Tone.HOLE, 9, italic=True)


def _top(spine: Spine) -> float:
    """Return where the texts below a spine begin."""
    return ABOVE + spine.width + 4
