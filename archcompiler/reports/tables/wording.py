"""What the formats share: one line per text, alignment, marks, the title."""

import re
from collections.abc import Iterator

from archcompiler.language.claims import Paper
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


def mark(cell: Cell) -> str:
    """Return the mark of a judged cell, or nothing."""
    return MARKS[cell.judgement] if cell.judgement else ""


def marks_used(table: PaperTable) -> Iterator[tuple[str, str]]:
    """Yield each mark that the table has, with the verdict that it means."""
    present = {cell.judgement for line in table.lines for cell in line.cells}
    for judgement, sign in MARKS.items():
        if judgement in present:
            yield sign, judgement


def citation(paper: Paper) -> str:
    """Return where the paper's table is printed, as one line."""
    arxiv = f"arXiv {paper.arxiv.text}" if paper.arxiv else ""
    table = f"Table {paper.table.text}" if paper.table else ""
    figure = f"Figure {paper.figure.text}" if paper.figure else ""
    title = paper.title.text
    return one_line(", ".join([p for p in (title, arxiv, table, figure) if p]))
