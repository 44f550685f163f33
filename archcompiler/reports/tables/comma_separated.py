"""The table as CSV: one line of headings, one line a row, numbers bare."""

from archcompiler.reports.tables.content import Cell, Heading, PaperTable
from archcompiler.reports.tables.wording import SIGNS
from archcompiler.separated import comma_separated


def table_csv(table: PaperTable, *, marks: bool) -> str:
    """Return the table as CSV; verdicts stand in columns of their own.

    Which cells of a variant are computed is told in a last column.
    """
    judged = _judged(table) if marks else set()
    headings: list[str] = []
    for at, heading in enumerate(table.headings):
        headings.append(_heading(heading))
        if at in judged:
            headings.append(f"{heading.text} verdict")
    rows = [_texts(line.cells, judged) for line in table.lines]
    for source in SIGNS:
        column = [_sourced(table, line.cells, source) for line in table.lines]
        if any(column):
            headings.append(f"{source} cells")
            rows = [[*row, text] for row, text in zip(rows, column, strict=True)]
    return comma_separated([headings, *rows])


def _sourced(table: PaperTable, cells: list[Cell], source: str) -> str:
    """Return the headings of a row's cells that a variant does not print itself."""
    pairs = zip(table.headings, cells, strict=True)
    return "; ".join([h.text for h, cell in pairs if cell.source == source])


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
