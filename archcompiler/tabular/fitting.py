"""What fits a width: columns are cut or wrapped, then left out, then follow below."""

import re
from collections.abc import Sequence

from archcompiler.tabular.form import Cell, Column, Table
from archcompiler.tabular.wording import one_line

GAP = 2
_SHORT = 16
"""Characters of a cell that is never wrapped."""

_NARROW = 24
"""Characters of a line of prose that can still be read."""


class TextColumn:
    """A column: its heading and texts, the marks beside them, and its widths."""

    def __init__(self, table: Table, at: int) -> None:
        self.column: Column = table.columns[at]
        cells = [row[at] for row in table.every_row]
        self.wraps = table.wraps
        heading = self.column.heading.removeprefix(self.column.above)
        self.heading = one_line(heading).strip()
        self.texts = [_lines(cell) for cell in cells]
        self.marks = [cell.mark for cell in cells]
        self.marked = GAP if any(self.marks) else 0
        every = [text for texts in self.texts for text in texts]
        self.is_empty = not self.heading and not any(every)
        self.widest = max(map(len, [self.heading, *every]))
        self.narrowest = self._narrowest(every)

    def _narrowest(self, texts: list[str]) -> int:
        least = self.column.shortest or (_NARROW if self.column.wraps else 0)
        if least:
            return min(self.widest, max(least, len(self.heading)))
        if not self.wraps:
            return self.widest
        parts = [piece for text in texts for piece in pieces(text)]
        return max(map(len, [*self.heading.split(), *parts]), default=0)

    @property
    def gap(self) -> int:
        """The blanks before it."""
        return 1 if self.column.glued else GAP

    def width(self, limit: int) -> int:
        """Return the width of the texts where wide columns are cut to a limit."""
        return min(self.widest, max(self.narrowest, limit))


def _lines(cell: Cell) -> list[str]:
    """Return the lines of a cell, the first as far in as its row."""
    return [" " * (2 * cell.indent) + one_line(cell.text), *map(one_line, cell.more)]


def pieces(text: str) -> list[str]:
    """Split a long text where it may be wrapped: behind `;`, else `,`, else a word."""
    if len(text) <= _SHORT:
        return [text]
    behind = next((sign for sign in ";," if f"{sign} " in text), "")
    return re.split(rf"(?<={behind}) ", text)


def total_width(columns: Sequence[TextColumn], limit: int) -> int:
    """Return the width of a line where wide columns are cut to a limit."""
    widths = [column.width(limit) + column.marked for column in columns]
    return sum(widths) + sum([column.gap for column in columns[1:]])


def widest_limit(columns: Sequence[TextColumn], width: int | None) -> int:
    """Return the largest width of a column with which all of them fit."""
    widest = max(column.widest for column in columns)
    if width is None:
        return widest
    limits = range(widest, 0, -1)
    return next((n for n in limits if total_width(columns, n) <= width), 0)


def choose(columns: Sequence[TextColumn], width: int | None) -> list[TextColumn]:
    """Return the columns that fit, the highest ranks left out first."""
    kept = list(columns)
    while width is not None and total_width(kept, 0) > width:
        worst = max(reversed(kept), key=lambda each: each.column.rank)
        if not worst.column.rank:
            break
        kept.remove(worst)
    return kept


def bands(columns: list[TextColumn], width: int | None) -> list[list[TextColumn]]:
    """Split columns into bands that fit, each of which begins with the first column."""
    if width is None or total_width(columns, 0) <= width:
        return [columns]
    first, *others = columns
    found = [[first]]
    for column in others:
        wider = [*found[-1], column]
        if len(wider) > 2 and total_width(wider, 0) > width:
            wider = [first, column]
            found.append(wider)
        else:
            found[-1] = wider
    return found
