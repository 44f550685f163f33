"""The table as CSV: one line of headings, one line a row, numbers bare."""

import re
from collections.abc import Iterable

from archcompiler.reports.tables.content import Cell, Heading, PaperTable

_WANTS_QUOTES = re.compile(r'[",\r\n]|^[\s=+@-]|\s$')
"""What separates, and what a spreadsheet would trim, or take for a formula."""


def comma_separated(table: PaperTable, *, marks: bool) -> str:
    """Return the table as CSV; with `marks`, verdicts stand in columns of their own."""
    judged = _judged(table) if marks else set()
    headings: list[str] = []
    for at, heading in enumerate(table.headings):
        headings.append(_heading(heading))
        if at in judged:
            headings.append(f"{heading.text} verdict")
    lines = [_line(headings)]
    for line in table.lines:
        lines.append(_line(_texts(line.cells, judged)))
    return "".join(lines)


def _judged(table: PaperTable) -> set[int]:
    """Return the columns in which some cell has a verdict."""
    cells = [pair for line in table.lines for pair in enumerate(line.cells)]
    return {at for at, cell in cells if cell.judgement}


def _heading(heading: Heading) -> str:
    return f"{heading.text} in {heading.unit}" if heading.unit else heading.text


def _texts(cells: list[Cell], judged: set[int]) -> list[str]:
    texts = []
    for at, cell in enumerate(cells):
        bare = isinstance(cell.computed, int)
        texts.append(str(cell.computed) if bare else cell.text)
        if at in judged:
            texts.append(cell.judgement or "")
    return texts


def _line(texts: Iterable[str]) -> str:
    return ",".join(map(_field, texts)) + "\n"


def _field(text: str) -> str:
    if not _WANTS_QUOTES.search(text):
        return text
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
