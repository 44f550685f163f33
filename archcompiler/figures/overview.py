"""The overview: the table as a figure, one line a row."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archcompiler.figures.changes import Change
from archcompiler.figures.lines import RowLine
from archcompiler.figures.overview_columns import (
    BESIDE,
    SMALL,
    TAG,
    USUAL,
    Column,
    Columns,
    Count,
    Layout,
    columns_of,
    tag_width,
)
from archcompiler.figures.overview_texts import (
    Runs,
    channels_runs,
    count_runs,
    detail_runs,
    size_runs,
    total_of,
)
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.picture import Picture
from archcompiler.figures.places import Point
from archcompiler.figures.scene import (
    Box,
    Group,
    Line,
    Mark,
    Run,
    Text,
)
from archcompiler.figures.skips import Skip, skips_of
from archcompiler.figures.spine import Spine, extent_across, spine_of
from archcompiler.figures.wording import size

BAR_HEIGHT = 8
HEADING = 20

TAG_SIZES = (9.5, 9.5, 8.6)
"""The size of what a tag says, by its length: `A`, `A1`; longer ones are wider."""

RULED_FROM = 1.5
"""By which factor sizes change where a rule stands between two rows."""


class Scale(NamedTuple):
    """The counts that the longest bars stand for."""

    parameters: int
    macs: int


def scale_of(lines: Sequence[RowLine]) -> Scale:
    """Return the scale on which the largest row has the longest bar."""
    return Scale(
        max([line.parameters for line in lines]), max([line.macs for line in lines])
    )


def overview(
    lines: Sequence[RowLine],
    scale: Scale | None = None,
    layout: Layout = USUAL,
) -> Picture:
    """Return the table as a picture: spine, names, sizes, counts and their bars."""
    rows = range(len(lines))
    spine = laid_spine(lines, rows, skips_of(lines), HEADING, layout)
    columns = columns_of(lines, layout)
    scale = scale or scale_of(lines)
    return Overview(lines, rows, spine, columns, scale, layout).picture()


def laid_spine(
    lines: Sequence[RowLine],
    rows: range,
    skips: Sequence[Skip],
    top: float,
    layout: Layout,
) -> Spine:
    """Return the spine of some rows, as far from each other as their lines need."""
    return spine_of(
        lines,
        rows,
        skips,
        top,
        [layout.height(line) for line in lines[rows.start : rows.stop]],
        stretch=layout.stretch,
        thickening=layout.thickening,
        lane=layout.lane,
    )


class Overview:
    """Some rows of a table below each other; columns are as wide as all rows need."""

    def __init__(
        self,
        table: Sequence[RowLine],
        rows: range,
        spine: Spine,
        columns: Columns,
        scale: Scale,
        layout: Layout,
    ) -> None:
        self.table = table
        self.rows = rows
        self.spine = spine
        self.lines = spine.lines
        self.columns = columns.moved(spine.width + layout.gap)
        self.scale = scale
        self.layout = layout

    def picture(self) -> Picture:
        """Return the rows under their headings; the total stands below the last one."""
        marks: list[Mark] = [Group(tuple(self.spine.marks())), *self._headings()]
        for at, line in enumerate(self.lines):
            marks += self._rule(at)
            marks.append(Group(tuple(self._line(at)), line.id, line.told))
        pitch = self.layout.pitch
        bottom = self.spine.places[-1] + self.layout.height(self.lines[-1])
        if self.rows.stop == len(self.table):
            marks.append(self._ruled(bottom - pitch / 2))
            marks += self._sum(bottom)
            bottom += pitch
        height = bottom - pitch / 2
        return Picture(self.columns.right, height, self.spine.centre, tuple(marks))

    def _headings(self) -> Iterator[Mark]:
        y = self.spine.places[0] - self.layout.pitch / 2 - 6
        for column in (self.columns.sizes, self.columns.channels):
            run = Run(column.heading, Tone.SOFT, SMALL)
            yield Text(column.x, y, (run,), "end")
        for _, column, _ in self.columns.counts:
            run = Run(column.heading, Tone.SOFT, SMALL)
            if self.layout.bar:
                yield Text(column.x + BESIDE, y, (run,), "middle")
            else:
                yield Text(column.x, y, (run,), "end")

    def _ruled(self, y: float) -> Line:
        left, right = self.columns.left, self.columns.right
        return Line((Point(left, y), Point(right, y)), Tone.RULE, 0.7)

    def _rule(self, at: int) -> list[Mark]:
        """Return a rule above a row whose size is another."""
        if not at or not _changes(self.lines[at - 1], self.lines[at]):
            return []
        below = self.layout.height(self.lines[at - 1]) - self.layout.pitch
        above = self.spine.places[at - 1] + below
        return [self._ruled((above + self.spine.places[at]) / 2)]

    def _line(self, at: int) -> Iterator[Mark]:
        line, y, columns = self.lines[at], self.spine.places[at], self.columns
        if line.change is not None:
            yield self._outline(line.change, y)
        if line.letter:
            yield from tag(line.letter, columns.left, y - TAG / 2)
        for number, runs in enumerate(self.layout.beside(line)):
            yield columns.names.text(y + number * self.layout.line_pitch, runs)
        detail = () if self.layout.names else detail_runs(line)
        if detail:
            yield self._text(columns.details, y, detail)
        before = self.lines[at - 1] if at else None
        is_new = before is None or size(before.shape) != size(line.shape)
        if size(line.shape) and (is_new or "output size" in line.corrections):
            yield self._text(columns.sizes, y, size_runs(line))
        yield self._text(columns.channels, y, channels_runs(line))
        for each in columns.counts:
            yield from self._quantity(each, line, y)

    def _text(self, column: Column, y: float, runs: Runs) -> Text:
        return column.text(y, self.layout.sized(runs))

    def _outline(self, change: Change, y: float) -> Box:
        """Return the outline of a row that differs; a new one's is whole."""
        left, top = self.columns.left - 4, y - self.layout.pitch / 2 + 1.5
        width, height = self.columns.right - left + 4, self.layout.pitch - 3
        is_dashed = change.kind != "+"
        return Box(left, top, width, height, 3, Paint.FRAME, dashed=is_dashed)

    def _quantity(self, count: Count, line: RowLine, y: float) -> Iterator[Mark]:
        number = getattr(line, count.what)
        if not number and line.change is None:
            return
        yield self._text(count.column, y, count_runs(line, count.what))
        largest = getattr(self.scale, count.what)
        if not number or not self.layout.bar:
            return
        length = max(0.8, self.layout.bar * number / largest)
        top = y - BAR_HEIGHT / 2
        yield Box(count.column.x + 5, top, length, BAR_HEIGHT, 1, Paint.QUANTITY)

    def _sum(self, y: float) -> Iterator[Mark]:
        yield self._text(self.columns.names, y, (Run("total", Tone.SOFT),))
        for what, column, _ in self.columns.counts:
            yield self._text(column, y, (Run(total_of(self.table, what), bold=True),))


def tag(letter: str, x: float, y: float) -> Iterator[Mark]:
    """Yield the mark that ties rows to the panel of their block."""
    size = TAG_SIZES[min(len(letter), 2)]
    run = Run(letter, Paint.MERGING.over, size, bold=True)
    width = tag_width(letter)
    yield Box(x, y, width, TAG, 3, Paint.MERGING, solid=True)
    yield Text(x + width / 2, y + TAG / 2 + 3.4, (run,), "middle")


def _changes(one: RowLine, other: RowLine) -> bool:
    first, second = max(one.shape[0], 1), max(other.shape[0], 1)
    if len(one.shape) != len(other.shape):
        return extent_across(one.shape) != extent_across(other.shape)
    ratio = max(first, second) / min(first, second)
    return len(one.shape) == 3 and ratio >= RULED_FROM
