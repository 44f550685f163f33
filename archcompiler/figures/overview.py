"""The overview: the table as a figure, one line a row."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archcompiler.figures.changes import Change
from archcompiler.figures.lines import Line as RowLine
from archcompiler.figures.overview_columns import (
    BESIDE,
    LAYOUTS,
    SMALL,
    TAG,
    Columns,
    Count,
    Layout,
    columns_of,
)
from archcompiler.figures.overview_texts import (
    channels_runs,
    count_runs,
    detail_runs,
    name_runs,
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
    identifiers,
)
from archcompiler.figures.skips import skips_of
from archcompiler.figures.spine import PITCH, Spine, extent_across, spine_of
from archcompiler.figures.wording import size

BAR_HEIGHT = 8
HEADING = 20

TAG_SIZES = (9.5, 9.5, 8, 6.5)
"""The size of what a tag says, by its length: `A`, `A1`, `A10`."""

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
    layout: Layout = LAYOUTS[0],
) -> Picture:
    """Return the table as a picture: spine, names, sizes, counts and their bars."""
    rows = range(len(lines))
    spine = spine_of(lines, rows, skips_of(lines), HEADING, layout.stretch)
    columns = columns_of(lines, layout)
    scale = scale or scale_of(lines)
    return Overview(lines, rows, spine, columns, scale, layout).picture()


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
        ids = identifiers([line.name for line in self.table], "row")
        for at, line in enumerate(self.lines):
            marks += self._rule(at)
            marks.append(
                Group(tuple(self._line(at)), ids[self.rows.start + at], line.told)
            )
        bottom = self.spine.places[-1] + PITCH
        if self.rows.stop == len(self.table):
            marks.append(self._ruled(bottom - PITCH / 2))
            marks += self._sum(bottom)
            bottom += PITCH
        height = bottom - PITCH / 2
        return Picture(self.columns.right, height, self.spine.centre, tuple(marks))

    def _headings(self) -> Iterator[Mark]:
        y = self.spine.places[0] - PITCH / 2 - 6
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
        return [self._ruled((self.spine.places[at - 1] + self.spine.places[at]) / 2)]

    def _line(self, at: int) -> Iterator[Mark]:
        line, y, columns = self.lines[at], self.spine.places[at], self.columns
        if line.change is not None:
            yield self._outline(line.change, y)
        if line.letter:
            yield from tag(line.letter, columns.left, y - TAG / 2)
        yield columns.names.text(y, name_runs(line))
        detail = detail_runs(line) if self.layout.details else ()
        if detail:
            yield columns.details.text(y, detail)
        before = self.lines[at - 1] if at else None
        is_new = before is None or size(before.shape) != size(line.shape)
        if size(line.shape) and (is_new or "output size" in line.corrections):
            yield columns.sizes.text(y, size_runs(line))
        yield columns.channels.text(y, channels_runs(line))
        for each in columns.counts:
            yield from self._quantity(each, line, y)

    def _outline(self, change: Change, y: float) -> Box:
        """Return the outline of a row that differs; a new one's is whole."""
        left, top = self.columns.left - 4, y - PITCH / 2 + 1.5
        width, height = self.columns.right - left + 4, PITCH - 3
        is_dashed = change.kind != "+"
        return Box(left, top, width, height, 3, Paint.FRAME, dashed=is_dashed)

    def _quantity(self, count: Count, line: RowLine, y: float) -> Iterator[Mark]:
        number = getattr(line, count.what)
        if not number and line.change is None:
            return
        yield count.column.text(y, count_runs(line, count.what))
        largest = getattr(self.scale, count.what)
        if not number or not self.layout.bar:
            return
        length = max(0.8, self.layout.bar * number / largest)
        top = y - BAR_HEIGHT / 2
        yield Box(count.column.x + 5, top, length, BAR_HEIGHT, 1, Paint.QUANTITY)

    def _sum(self, y: float) -> Iterator[Mark]:
        yield self.columns.names.text(y, (Run("total", Tone.SOFT),))
        for what, column, _ in self.columns.counts:
            yield column.text(y, (Run(total_of(self.table, what), bold=True),))


def tag(letter: str, x: float, y: float) -> Iterator[Mark]:
    """Yield the mark that ties rows to the panel of their block."""
    run = Run(letter, Paint.MERGING.over, TAG_SIZES[len(letter)], bold=True)
    yield Box(x, y, TAG, TAG, 3, Paint.MERGING, solid=True)
    yield Text(x + TAG / 2, y + TAG / 2 + 3.4, (run,), "middle")


def _changes(one: RowLine, other: RowLine) -> bool:
    first, second = max(one.shape[0], 1), max(other.shape[0], 1)
    if len(one.shape) != len(other.shape):
        return extent_across(one.shape) != extent_across(other.shape)
    ratio = max(first, second) / min(first, second)
    return len(one.shape) == 3 and ratio >= RULED_FROM
