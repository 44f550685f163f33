"""A table as aligned text, which keeps to a width where there is one."""

from collections.abc import Callable, Sequence
from itertools import groupby, zip_longest
from textwrap import wrap

from archcompiler.tabular.fitting import (
    TextColumn,
    bands,
    choose,
    pieces,
    widest_limit,
)
from archcompiler.tabular.form import Table
from archcompiler.tabular.wording import shorten

Paint = Callable[[str], str]
"""Gives a mark its colour."""

_Line = list[tuple[str, str]]
"""A text and the mark behind it, for each column."""


def text_lines(table: Table, width: int | None = None, paint: Paint = str) -> list[str]:
    """Return a table's lines, the headings first and a total under a rule.

    Columns without any text are left out, and of a table that is wider than `width`
    those of the highest ranks. What still finds no room follows below.
    """
    lines: list[str] = []
    for band in bands(choose(_columns(table), width), width):
        lines += [""] * bool(lines)
        lines += _band(table, band, width, paint)
    return lines


def left_out(table: Table, width: int | None) -> list[str]:
    """Return the headings of the columns for which a width has no room."""
    columns = _columns(table)
    kept = choose(columns, width)
    return [each.heading for each in columns if each.heading and each not in kept]


def _columns(table: Table) -> list[TextColumn]:
    columns = [TextColumn(table, at) for at in range(len(table.columns))]
    return [column for column in columns if not column.is_empty]


# Lines ----------------------------------------------------------------------


def _band(
    table: Table, columns: Sequence[TextColumn], width: int | None, paint: Paint
) -> list[str]:
    limit = widest_limit(columns, width)
    widths = [column.width(limit) for column in columns]
    headings = _headings(columns, widths)
    rows = [_row(columns, at, widths) for at in range(len(columns[0].texts))]
    footer = rows.pop() if table.total else []
    if not any(text for text, _ in (footer[0][1:] if footer else [])):
        footer = []
    written = [*headings, *_spaced(rows, wraps=table.wraps)]
    widths = _needed([*written, *footer])  # less than the limit, where words are short

    def write(lines: Sequence[_Line], paint: Paint) -> list[str]:
        return [_written(columns, line, widths, paint) for line in lines]

    lines = [*_above(columns, widths), *write(written, paint)]
    if footer:
        lines.append("-" * max(map(len, write([*written, *footer], str))))
        lines += write(footer, paint)
    return lines


def _above(columns: Sequence[TextColumn], widths: list[int]) -> list[str]:
    """Return the lines of headings that stand above several columns.

    The last column of a heading whose longest word has no room becomes wider.
    """
    found: list[tuple[int, list[str]]] = []
    right = 0
    for above, group in groupby(
        range(len(columns)), lambda at: columns[at].column.above
    ):
        places = list(group)
        left = right + (columns[places[0]].gap if right else 0)
        for at in places:
            right += (columns[at].gap if right else 0) + widths[at] + columns[at].marked
        words = above.split()
        missing = max(map(len, words), default=0) - (right - left)
        widths[places[-1]] += max(0, missing)
        right += max(0, missing)
        found.append((left, _wrap(words, right - left) if words else []))
    high = max([len(lines) for _, lines in found])
    return [_over(found, high, number) for number in range(high)]


def _over(headings: Sequence[tuple[int, list[str]]], high: int, number: int) -> str:
    """Return one of `high` lines in which headings stand, each from its place on."""
    line = ""
    for left, lines in headings:
        at = number - high + len(lines)
        if at >= 0:
            line = line.ljust(left) + lines[at] if lines else line
    return line


def _needed(lines: Sequence[_Line]) -> list[int]:
    columns = zip(*lines, strict=True)
    return [max([len(text) for text, _ in column]) for column in columns]


def _headings(columns: Sequence[TextColumn], widths: list[int]) -> list[_Line]:
    cells = [
        _wrap(column.heading.split(), width) if column.wraps else [column.heading]
        for column, width in zip(columns, widths, strict=True)
    ]
    return _physical(cells, [""] * len(columns))


def _row(columns: Sequence[TextColumn], at: int, widths: list[int]) -> list[_Line]:
    """Return the lines of a row."""
    cells = [
        [part for text in column.texts[at] for part in _cut(column, text, width)]
        for column, width in zip(columns, widths, strict=True)
    ]
    return _physical(cells, [column.marks[at] for column in columns])


def _cut(column: TextColumn, text: str, width: int) -> list[str]:
    if column.column.shortest:
        return [shorten(text, width)]
    if column.column.wraps:
        return wrap(text, width, break_on_hyphens=False) or [""]
    return _wrap(pieces(text), width) if column.wraps else [text]


def _physical(cells: list[list[str]], marks: list[str]) -> list[_Line]:
    """Return wrapped cells as lines, each mark behind the end of its text."""
    lines = []
    for number, parts in enumerate(zip_longest(*cells, fillvalue="")):
        line = []
        for part, sign, cell in zip(parts, marks, cells, strict=True):
            line.append((part, sign if number == len(cell) - 1 else ""))
        lines.append(line)
    return lines


def _wrap(pieces: list[str], width: int) -> list[str]:
    """Return the lines of a text; a piece that is too wide has its own."""
    lines = pieces[:1] or [""]
    for piece in pieces[1:]:
        if len(lines[-1]) + 1 + len(piece) <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(piece)
    return lines


def _spaced(rows: list[list[_Line]], *, wraps: bool) -> list[_Line]:
    """Return the lines of all rows, with a blank one between where some are wrapped."""
    if not wraps or all(len(lines) == 1 for lines in rows):
        return [line for lines in rows for line in lines]
    spaced = []
    for lines in rows:
        spaced += [*lines, [("", "")] * len(lines[0])]
    return spaced[:-1]


def _written(
    columns: Sequence[TextColumn], line: _Line, widths: list[int], paint: Paint
) -> str:
    written = ""
    for column, (text, sign), width in zip(columns, line, widths, strict=True):
        gap = " " * column.gap if column is not columns[0] else ""
        right = column.column.right
        written += gap + (text.rjust(width) if right else text.ljust(width))
        if column.marked:
            written += f" {paint(sign)}" if sign else "  "
    return written.rstrip()
