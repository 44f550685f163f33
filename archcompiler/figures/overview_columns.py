"""The columns of an overview: what stands in them, where, and how wide."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from archcompiler.figures.extents import room
from archcompiler.figures.lines import CLAIMS, COUNTS, Line
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

GAP = 18
TAG = 15
BAR = 52
"""The longest bar of parameters and of multiply-adds."""

BESIDE = 4
"""From the end of a number to the middle between it and its bar."""

SMALL = 9


class Layout(NamedTuple):
    """How much an overview shows, and how closely."""

    details: bool = True
    bar: float = BAR
    gap: float = GAP
    stretch: float = 1
    """Of the spine."""

    macs: bool = True

    @property
    def spare(self) -> float:
        """How much of the gap beside it a text in a wider font may take."""
        return self.gap / 2 - 1

    @property
    def claims(self) -> set[str]:
        """The meanings of columns whose values stand in a row without its details."""
        return {"output size", CLAIMS["parameters"], *([CLAIMS["macs"]] * self.macs)}

    def room(self, *runs: Run) -> float:
        """Return how wide a text is."""
        return room(*runs, spare=self.spare)

    def widest(self, texts: Iterable[Runs]) -> float:
        """Return how wide the widest of some texts is."""
        return max([self.room(*runs) for runs in texts])


LAYOUTS = (
    Layout(),
    Layout(gap=12, bar=36),
    Layout(details=False),
    Layout(details=False, gap=12, bar=30),
    Layout(details=False, gap=10, bar=0, stretch=0.7),
    Layout(details=False, gap=8, bar=0, stretch=0.5),
    Layout(details=False, gap=8, bar=0, stretch=0.5, macs=False),
)
"""From the one that shows most to the narrowest."""


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
        return Columns(self.left + x, names, details, sizes, channels, counts)


def _moved(column: Column, x: float) -> Column:
    return replace(column, x=column.x + x)


def columns_of(table: Sequence[Line], layout: Layout) -> Columns:
    """Return columns from 0 on, each as wide as the rows of a table need."""
    names = TAG + 7 if any(line.letter for line in table) else 0
    details = names + layout.widest(map(name_runs, table)) + 12
    widest = layout.widest(map(detail_runs, table)) if layout.details else 0
    end = details + widest if widest else details - 12
    sizes = _right("size", end, layout, map(size_runs, table))
    channels = _right("channels", sizes.x, layout, map(channels_runs, table))
    end, counts = channels.x, []
    for what in COUNTS if layout.macs else ("parameters",):
        counts.append(_count(what, end, layout, table))
        end = counts[-1].end
    return Columns(0, Column(names), Column(details), sizes, channels, tuple(counts))


def _right(heading: str, after: float, layout: Layout, texts: Iterable[Runs]) -> Column:
    width = max(layout.room(Run(heading, size=SMALL)), layout.widest(texts))
    return Column(after + layout.gap + width, is_right=True, heading=heading)


def _count(what: str, after: float, layout: Layout, table: Sequence[Line]) -> Count:
    heading = COUNTS[what]
    whole = layout.room(Run(heading, size=SMALL))
    numbers = [count_runs(line, what) for line in table]
    widest = layout.widest([*numbers, (Run(total_of(table, what)),)])
    width = max(widest, whole / 2 - BESIDE if layout.bar else whole)
    column = Column(after + layout.gap + width, is_right=True, heading=heading)
    end = column.x + (layout.bar + 6 if layout.bar else BESIDE)
    return Count(what, column, end)
