"""What the formats share: one line per text, alignment, marks, the title."""

import re
from collections.abc import Iterator

from archcompiler.reports.summary import MARKS
from archcompiler.reports.tables.content import Cell, PaperTable

_NUMBER = re.compile(r"[0-9][0-9.,]*(?: ?[A-Za-z]{1,2}|%)?")


def one_line(text: str) -> str:
    """Return a text on one line, with what people cannot see escaped."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join([c if c.isprintable() else ascii(c)[1:-1] for c in line])


def right_aligned(table: PaperTable) -> list[bool]:
    """Tell of each column whether it holds numbers only: `159K`, `12.5 kB`, `64`."""
    columns = zip(*[line.cells for line in table.lines], strict=True)
    return [_holds_numbers([cell.text for cell in column]) for column in columns]


def _holds_numbers(texts: list[str]) -> bool:
    given = [text for text in texts if text]
    return bool(given) and all(map(_NUMBER.fullmatch, given))


SIGNS: dict[str, str] = {"computed": "^", "given": "~"}
"""The marks of cells of a variant; they always show."""


def mark(cell: Cell, *, marks: bool) -> str:
    """Return the mark of a cell, or nothing; those of verdicts are asked for."""
    if cell.source:
        return SIGNS[cell.source]
    return MARKS[cell.judgement] if marks and cell.judgement else ""


def marks_used(table: PaperTable, *, marks: bool) -> Iterator[tuple[str, str]]:
    """Yield each mark that the table has, with what it means."""
    cells = [cell for line in table.lines for cell in line.cells]
    present = {cell.judgement for cell in cells} if marks else set()
    for judgement, sign in MARKS.items():
        if judgement in present:
            yield sign, judgement
    sources = {cell.source for cell in cells}
    base = one_line(table.edits)
    meanings = {
        "computed": f"computed, where {base} prints something else or nothing",
        "given": f"as {base} prints it, though no single number is made of it here",
    }
    yield from [(SIGNS[s], meaning) for s, meaning in meanings.items() if s in sources]
