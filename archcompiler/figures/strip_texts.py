"""What stands below the bars of a strip: names, sizes, channels, counts."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from archcompiler.figures.lines import COUNTS, RowLine
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.places import Point
from archcompiler.figures.scene import Box, Line, Mark, Run, Text
from archcompiler.figures.spine import Spine, times_run
from archcompiler.figures.strip_columns import Columns, size_run
from archcompiler.figures.wording import count

HEADING = 9.5
LINE = 12.5
"""From one line of a name to the next."""

ROW = 17
"""From sizes to channels."""

COLUMN = 34
"""The highest column of parameters and of multiply-adds."""

NUMBER = 15
"""The room of a number above a column."""

NUMBERED_FROM = 0.1
"""From which share of the largest on a column bears its number."""


class Counts(NamedTuple):
    """What columns stand for, from all strips of a table."""

    totals: Mapping[str, int]
    largest: Mapping[str, int]


def counts_of(table: Sequence[RowLine]) -> Counts:
    """Return the totals and the largest counts of a table."""
    counts = {what: [getattr(line, what) for line in table] for what in COUNTS}
    totals = {what: sum(numbers) for what, numbers in counts.items()}
    return Counts(totals, {what: max(numbers) for what, numbers in counts.items()})


@dataclass(frozen=True)
class Texts:
    """The texts of a strip from (0, 0); columns are as high in all strips."""

    counts: Counts
    columns: Columns
    spine: Spine

    @property
    def lines(self) -> Sequence[RowLine]:
        """The rows of the strip."""
        return self.columns.lines

    @cached_property
    def _bracket(self) -> float:
        return LINE * max([len(self._name(at)) for at in range(len(self.lines))]) + 6

    @property
    def _size(self) -> float:
        return self._bracket + 13

    @property
    def _channels(self) -> float:
        return self._size + ROW

    def _base(self, what: str) -> float:
        """Return where columns stand."""
        below = 1 + list(COUNTS).index(what)
        return self._channels + 4 + below * (NUMBER + COLUMN)

    @property
    def height(self) -> float:
        """How much room they take."""
        return self._base("macs") + 2

    def common(self) -> Iterator[Mark]:
        """Yield what belongs to no row alone: headings, sizes, where columns stand."""
        yield self._heading("size", self._size)
        yield self._heading("channels", self._channels)
        for group in self.columns.sizes:
            yield from self._bracketed(group)
        for what, heading in COUNTS.items():
            y = self._base(what)
            yield self._heading(heading, y - 14)
            run = Run(count(self.counts.totals[what]), size=HEADING, bold=True)
            yield Text(self.columns.left - 8, y - 2, (run,), "end")
            ends = Point(self.columns.left, y), Point(self.columns.right, y)
            yield Line(ends, Tone.RULE, 0.7)

    def row(self, at: int) -> Iterator[Mark]:
        """Yield what belongs to a row."""
        x, line = self.columns.places[at], self.lines[at]
        for number, run in enumerate(self._name(at)):
            yield Text(x, LINE * number + 10, (run,), "middle")
        channels = Run(str(line.shape[-1]), Tone.SOFT)
        yield Text(x, self._channels, (channels,), "middle")
        for what in COUNTS:
            yield from self._column(line, what, x)

    def _name(self, at: int) -> list[Run]:
        """Return a row's name, and how often it repeats where its bar has no room."""
        line = self.lines[at]
        is_told = line.times == 1 or self.spine.holds_times(line)
        return self.columns.names[at] + ([] if is_told else [times_run(line)])

    def _heading(self, text: str, y: float) -> Text:
        run = Run(text, Tone.SOFT, HEADING)
        return Text(self.columns.left - 8, y, (run,), "end")

    def _bracketed(self, group: range) -> Iterator[Mark]:
        columns = self.columns
        first, last = group[0], group[-1]
        left = columns.places[first] - columns.widths[first] / 2 + 2
        right = columns.places[last] + columns.widths[last] / 2 - 2
        y = self._bracket
        yield Line((Point(left, y), Point(right, y)), Tone.RULE, 1.5)
        text = (size_run(self.lines[first]),)
        yield Text((left + right) / 2, self._size, text, "middle")

    def _column(self, line: RowLine, what: str, x: float) -> Iterator[Mark]:
        number = getattr(line, what)
        if not number:
            return
        largest = self.counts.largest[what]
        height, y = max(0.8, COLUMN * number / largest), self._base(what)
        yield Box(x - 7, y - height, 14, height, 1, Paint.QUANTITY)
        if number >= NUMBERED_FROM * largest:
            run = Run(count(number), Tone.SOFT, 8)
            yield Text(x, y - height - 2.5, (run,), "middle")
