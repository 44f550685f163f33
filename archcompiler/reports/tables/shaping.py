"""The paper's table in the form that every writer takes."""

from archcompiler.claims.verdicts import SIGNIFY
from archcompiler.reports.tables.content import Heading, PaperCell, PaperTable
from archcompiler.reports.tables.wording import SIGNS, mark, meanings
from archcompiler.tabular import form
from archcompiler.tabular.wording import hold_numbers


def shaped(table: PaperTable, *, marks: bool) -> form.Table:
    """Return the table as people read it; `marks` shows the verdicts."""
    columns = zip(*[line.cells for line in table.lines], strict=True)
    right = [hold_numbers([cell.text for cell in column]) for column in columns]
    return form.Table(
        [
            form.Column(
                heading.text,
                right=numbers,
                rank=_rank(heading, at),
                above=heading.above,
            )
            for at, (heading, numbers) in enumerate(
                zip(table.headings, right, strict=True)
            )
        ],
        [_row(line.cells, marks=marks) for line in table.lines],
        _row(table.total, marks=marks),
        marks=meanings(table),
        wraps=True,
    )


def _rank(heading: Heading, at: int) -> int:
    """Return the rank of a column: what the paper prints, or is asked for, stays."""
    return at if heading.computed and not heading.asked else 0


def _row(cells: list[PaperCell], *, marks: bool) -> list[form.Cell]:
    return [
        form.Cell(cell.text, mark(cell, marks=marks), span=cell.span) for cell in cells
    ]


def shaped_for_programs(table: PaperTable, *, marks: bool) -> form.Table:
    """Return the table with bare numbers in their units.

    Which cells of a variant are computed is told in a last column.
    """
    columns = [form.Column(_in_its_unit(heading)) for heading in table.headings]
    rows = [_bare_row(line.cells, marks=marks) for line in table.lines]
    for source in SIGNS:
        told = [_sourced(table, line.cells, source) for line in table.lines]
        if any(told):
            columns.append(form.Column(f"{source} cells"))
            rows = [
                [*row, form.Cell(text)] for row, text in zip(rows, told, strict=True)
            ]
    return form.Table(columns, rows, marks=SIGNIFY)


def _in_its_unit(heading: Heading) -> str:
    return f"{heading.text} in {heading.unit}" if heading.unit else heading.text


def _bare_row(cells: list[PaperCell], *, marks: bool) -> list[form.Cell]:
    return [
        form.Cell(
            cell.text,
            "" if cell.source else mark(cell, marks=marks),
            cell.computed if isinstance(cell.computed, int) else None,
        )
        for cell in cells
    ]


def _sourced(table: PaperTable, cells: list[PaperCell], source: str) -> str:
    """Return the headings of a row's cells that a variant does not print itself."""
    pairs = zip(table.headings, cells, strict=True)
    return "; ".join([h.text for h, cell in pairs if cell.source == source])
