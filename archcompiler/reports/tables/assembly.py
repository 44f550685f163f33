"""The table of an architecture: the columns that are asked for, row by row."""

from archcompiler.architecture import Architecture
from archcompiler.claims.claims import Audit
from archcompiler.language.program.program import edited_table, named_rows
from archcompiler.reports.captions import caption
from archcompiler.reports.tables.computed import (
    ROW,
    computed_cells,
    computed_headings,
    name_cell,
    total_cells,
)
from archcompiler.reports.tables.content import Heading, PaperCell, PaperRow, PaperTable
from archcompiler.reports.tables.printed import (
    PrintedCells,
    chosen_heading,
    other_headings,
    printed_headings,
)

COLUMNS = ("printed", "computed", "all")
"""Which columns a table has: the paper's, the computed ones, or both."""


def paper_table(
    architecture: Architecture, audit: Audit, columns: str = "printed"
) -> PaperTable:
    """Return the table with the columns that one of COLUMNS names."""
    program = architecture.program
    left = [] if columns == "computed" else printed_headings(program)
    others = other_headings(program, every=columns == "all") if left else []
    left += others
    right: list[Heading] = []
    if columns != "printed":
        taken = {heading.text for heading in left}
        right = computed_headings(chosen_heading(program), taken)
    if not left:
        right.insert(0, ROW)
    meanings = [heading.meaning for heading in others]
    printing = PrintedCells(architecture, audit, meanings) if left else None
    edited = edited_table(program)
    return PaperTable(
        name=architecture.name,
        paper=program.paper,
        headings=[*left, *right],
        lines=_lines(printing, architecture, computed=bool(right)),
        total=_total(architecture, len(left)) if right else [],
        notes=architecture.notes,
        edits=edited.name if edited is not None else "",
        settings=", ".join(program.settings),
        caption=caption(program),
    )


def _lines(
    printing: PrintedCells | None, architecture: Architecture, *, computed: bool
) -> list[PaperRow]:
    placed = {row.name: row for row in architecture.rows}
    lines = []
    for name, row in named_rows(architecture.program).items():
        cells = printing.cells(name, row) if printing else [name_cell(name)]
        if computed:
            cells += computed_cells(architecture, placed.get(name))
        lines.append(PaperRow(name, cells))
    return lines


def _total(architecture: Architecture, printed: int) -> list[PaperCell]:
    """Return the total's cells, its name under the first heading."""
    blank = [PaperCell()] * (printed - 1)
    return [name_cell(), *blank, *total_cells(architecture)]
