"""The table as aligned text, which keeps to a width where there is one."""

import re
from collections.abc import Sequence
from itertools import zip_longest
from textwrap import wrap

from archcompiler.reports.tables.content import PaperTable
from archcompiler.reports.tables.wording import (
    mark,
    marks_used,
    one_line,
    right_aligned,
)
from archcompiler.reports.text import Column, lay_out

_GAP = 2
_SHORT = 16
"""Characters of a cell that is never wrapped."""


def plain_text(table: PaperTable, *, marks: bool, width: int | None = None) -> str:
    """Return the table as text.

    With a `width`, cells are wrapped, and columns for which there is no room follow
    below, the first column repeated.
    """
    columns = _columns(table, marks=marks)
    first = one_line(table.caption)
    parts = [first] if width is None else wrap(first, width, break_long_words=False)
    for band in _bands(columns, width):
        parts += ["", *_lay_out(band, width, total=bool(table.total))]
    if used := list(marks_used(table, marks=marks)):
        parts += ["", ", ".join([f"{sign} {verdict}" for sign, verdict in used])]
    return "\n".join(parts) + "\n"


class _TextColumn:
    """A column: its heading and texts, the marks beside them, and its widths."""

    def __init__(
        self, heading: str, texts: list[str], marks: list[str], right: bool
    ) -> None:
        self.heading = heading
        self.texts = texts
        self.marks = marks
        self.right = right
        self.marked = _GAP if any(marks) else 0
        self.widest = max(map(len, [heading, *texts]))
        pieces = [piece for text in texts for piece in _pieces(text)]
        self.narrowest = max(map(len, [*heading.split(), *pieces]), default=0)

    def width(self, limit: int) -> int:
        """Return the width of the texts where wide columns are cut to a limit."""
        return min(self.widest, max(self.narrowest, limit))


def _columns(table: PaperTable, *, marks: bool) -> list[_TextColumn]:
    right = right_aligned(table)
    columns = []
    for at, heading in enumerate(table.headings):
        cells = [cells[at] for cells in table.every_cell]
        texts = [one_line(cell.text) for cell in cells]
        signs = [mark(cell, marks=marks) for cell in cells]
        columns.append(_TextColumn(one_line(heading.text), texts, signs, right[at]))
    return columns


# Width ----------------------------------------------------------------------


def _total_width(columns: Sequence[_TextColumn], limit: int) -> int:
    widths = [column.width(limit) + column.marked for column in columns]
    return sum(widths) + _GAP * (len(columns) - 1)


def _bands(columns: list[_TextColumn], width: int | None) -> list[list[_TextColumn]]:
    """Split columns into bands that fit, each of which begins with the first column."""
    if width is None or _total_width(columns, 0) <= width:
        return [columns]
    first, *others = columns
    bands = [[first]]
    for column in others:
        wider = [*bands[-1], column]
        if len(wider) > 2 and _total_width(wider, 0) > width:
            wider = [first, column]
            bands.append(wider)
        else:
            bands[-1] = wider
    return bands


def _limit(columns: Sequence[_TextColumn], width: int | None) -> int:
    """Return the largest width of a column with which all of them fit."""
    widest = max(column.widest for column in columns)
    if width is None:
        return widest
    limits = range(widest, 0, -1)
    return next((n for n in limits if _total_width(columns, n) <= width), 0)


# Lines ----------------------------------------------------------------------


def _lay_out(
    columns: Sequence[_TextColumn], width: int | None, *, total: bool
) -> list[str]:
    limit = _limit(columns, width)
    widths = [column.width(limit) for column in columns]
    headings = [
        _wrap(column.heading.split(), width)
        for column, width in zip(columns, widths, strict=True)
    ]
    first, *others = _physical(headings, [""] * len(columns))
    shape = []
    for at, column in enumerate(columns):
        shape += [Column(first[2 * at], column.right), Column("", glued=True)]
    rows = [_row(columns, at, widths) for at in range(len(columns[0].texts))]
    footer = rows.pop()[0] if total else []
    if not any(footer[1:]):
        footer = []
    return lay_out(shape, [*others, *_spaced(rows)], footer)


def _row(columns: Sequence[_TextColumn], at: int, widths: list[int]) -> list[list[str]]:
    """Return the lines of a row."""
    cells = [
        _wrap(_pieces(column.texts[at]), width)
        for column, width in zip(columns, widths, strict=True)
    ]
    return _physical(cells, [column.marks[at] for column in columns])


def _physical(cells: list[list[str]], marks: list[str]) -> list[list[str]]:
    """Return wrapped cells as lines, each mark behind the end of its text."""
    lines = []
    for number, parts in enumerate(zip_longest(*cells, fillvalue="")):
        line = []
        for part, sign, cell in zip(parts, marks, cells, strict=True):
            line += [part, sign if number == len(cell) - 1 else ""]
        lines.append(line)
    return lines


def _pieces(text: str) -> list[str]:
    """Split a long text where it may be wrapped: behind `;`, else `,`, else a word."""
    if len(text) <= _SHORT:
        return [text]
    behind = next((sign for sign in ";," if f"{sign} " in text), "")
    return re.split(rf"(?<={behind}) ", text)


def _wrap(pieces: list[str], width: int) -> list[str]:
    """Return the lines of a text; a piece that is too wide has its own."""
    lines = pieces[:1] or [""]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines


def _spaced(rows: list[list[list[str]]]) -> list[list[str]]:
    """Return the lines of all rows, with a blank one between where some are wrapped."""
    if all(len(lines) == 1 for lines in rows):
        return [line for lines in rows for line in lines]
    spaced = []
    for lines in rows:
        spaced += [*lines, [""] * len(lines[0])]
    return spaced[:-1]
