"""The columns of an overview: what stands in them, where, and how wide."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import NamedTuple

from archcompiler.figures.extents import room
from archcompiler.figures.lines import COUNTS, RowLine
from archcompiler.figures.overview_texts import (
    Runs,
    channels_runs,
    count_runs,
    detail_runs,
    name_runs,
    size_runs,
    total_of,
)
from archcompiler.figures.scene import Run, Text
from archcompiler.figures.spine import LANE
from archcompiler.figures.wrapping import wrap_runs

GAP = 18
TAG = 15
BAR = 52
"""The longest bar of parameters and of multiply-adds."""

BESIDE = 4
"""From the end of a number to the middle between it and its bar."""

SMALL = 9
SHORT = {"channels": "ch.", "parameters": "params", "macs": "MACs"}
"""Headings where there is little room."""


class Layout(NamedTuple):
    """How much an overview shows, and how closely."""

    bar: float = BAR
    gap: float = GAP
    stretch: float = 1
    """Of the spine."""

    thickening: float = 1
    lane: float = LANE
    macs: bool = True
    pitch: float = 22
    """From a row of one line to the next."""

    size: float = inf
    """The largest size of a text."""

    names: float = 0
    """How wide names may be; what rows do is below them. With 0 it is beside them."""

    below: float = 0
    """How wide the lines below names may be, under the columns beside them."""

    @property
    def spare(self) -> float:
        """How much of the gap beside it a text in a wider font may take."""
        return self.gap / 2 - 1

    @property
    def line_pitch(self) -> float:
        """From one line of a row to the next."""
        return min(self.size, 10.5) * 1.15

    @property
    def headings(self) -> Mapping[str, str]:
        """What stands above the columns of numbers."""
        return SHORT if self.names else {"channels": "channels", **COUNTS}

    def sized(self, runs: Runs) -> Runs:
        """Return a text that is not larger than others."""
        if self.size == inf:
            return runs
        return tuple(
            [
                run._replace(size=self.size) if run.size > self.size else run
                for run in runs
            ]
        )

    def beside(self, line: RowLine) -> list[Runs]:
        """Return the lines of a row's name, and of what it does if that is below it."""
        if not self.names:
            return self.named(line)
        told = replace(line, detail="") if line.is_in_panel else line
        detail = self.sized(detail_runs(told))
        return [
            *self.named(line),
            *(wrap_runs(detail, self.below, spare=0) if detail else ()),
        ]

    def named(self, line: RowLine) -> list[Runs]:
        """Return the lines of a row's name."""
        name = self.sized(name_runs(line))
        if not self.names:
            return [name]
        return wrap_runs(name, self.names, after=" -_", spare=self.spare)

    def height(self, line: RowLine) -> float:
        """Return how far it is from a row to the next."""
        return self.pitch + self.line_pitch * (len(self.beside(line)) - 1)

    def room(self, *runs: Run) -> float:
        """Return how wide a text is."""
        return room(*self.sized(runs), spare=self.spare)

    def widest(self, texts: Iterable[Runs]) -> float:
        """Return how wide the widest of some texts is."""
        return max([self.room(*runs) for runs in texts])


USUAL = Layout()
_PAPER = Layout(size=9, pitch=19, thickening=0.85, lane=7, gap=14)
_BELOW = _PAPER._replace(names=1)
PAPER_LAYOUTS = (
    _PAPER,
    _PAPER._replace(gap=10, bar=34, stretch=0.8),
    _BELOW._replace(gap=12, bar=40, stretch=0.8),
    _BELOW._replace(gap=8, bar=22, stretch=0.5),
    _BELOW._replace(gap=8, bar=0, stretch=0.5),
    _BELOW._replace(gap=7, bar=0, stretch=0.35, lane=5),
    _BELOW._replace(gap=6, bar=0, stretch=0.25, lane=4),
    _BELOW._replace(gap=7, bar=0, stretch=0.35, lane=5, macs=False),
    _BELOW._replace(gap=6, bar=0, stretch=0.2, lane=4, macs=False),
)
"""From the one that shows most to the narrowest; names are as wide as there is room."""


@dataclass(frozen=True)
class Column:
    """A column of texts: where it stands, and to which side it is set."""

    x: float
    is_right: bool = False
    heading: str = ""

    def text(self, y: float, runs: Runs) -> Text:
        """Return a text in the column."""
        return Text(self.x, y + 3.7, runs, "end" if self.is_right else "start")


class Count(NamedTuple):
    """A column of numbers, and the bars beside them."""

    what: str
    """What of a line is counted."""

    column: Column
    end: float
    """Where the longest bar ends."""


@dataclass(frozen=True)
class Columns:
    """The columns of a table, the first of which begins at `left`."""

    left: float
    names: Column
    details: Column
    sizes: Column
    channels: Column
    counts: tuple[Count, ...]
    names_width: float

    @property
    def right(self) -> float:
        """Where the last one ends."""
        return self.counts[-1].end

    def moved(self, x: float) -> "Columns":
        """Return the columns farther to the right."""
        names, details, sizes, channels = (
            _moved(each, x)
            for each in (self.names, self.details, self.sizes, self.channels)
        )
        counts = tuple(
            [
                Count(each.what, _moved(each.column, x), each.end + x)
                for each in self.counts
            ]
        )
        return Columns(
            self.left + x, names, details, sizes, channels, counts, self.names_width
        )


def _moved(column: Column, x: float) -> Column:
    return replace(column, x=column.x + x)


def tag_width(letter: str) -> float:
    """Return how wide the mark is that ties a row to a panel."""
    return TAG + 6.5 * max(0, len(letter) - 2)


def columns_of(table: Sequence[RowLine], layout: Layout) -> Columns:
    """Return columns from 0 on, each as wide as the rows of a table need."""
    tags = [tag_width(line.letter) for line in table if line.letter]
    names = max(tags) + 7 if tags else 0.0
    lines = [runs for line in table for runs in layout.named(line)]
    width = layout.widest(lines)
    details = names + width + 12
    widest = 0.0 if layout.names else layout.widest(map(detail_runs, table))
    end = details + widest if widest else details - 12
    sizes = _right("size", end, layout, map(size_runs, table))
    channels = _right(
        layout.headings["channels"], sizes.x, layout, map(channels_runs, table)
    )
    end, counts = channels.x, []
    for what in COUNTS if layout.macs else ("parameters",):
        counts.append(_count(what, end, layout, table))
        end = counts[-1].end
    first, second = Column(names), Column(details)
    return Columns(0, first, second, sizes, channels, tuple(counts), width)


def _right(heading: str, after: float, layout: Layout, texts: Iterable[Runs]) -> Column:
    width = max(layout.room(Run(heading, size=SMALL)), layout.widest(texts))
    return Column(after + layout.gap + width, is_right=True, heading=heading)


def _count(what: str, after: float, layout: Layout, table: Sequence[RowLine]) -> Count:
    heading = layout.headings[what]
    whole = layout.room(Run(heading, size=SMALL))
    numbers = [count_runs(line, what) for line in table]
    widest = layout.widest([*numbers, (Run(total_of(table, what)),)])
    width = max(widest, whole / 2 - BESIDE if layout.bar else whole)
    column = Column(after + layout.gap + width, is_right=True, heading=heading)
    end = column.x + (layout.bar + 6 if layout.bar else BESIDE)
    return Count(what, column, end)
