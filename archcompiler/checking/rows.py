"""Rows by name, where the recipe or the command line names them."""

from archcompiler.architecture import Architecture
from archcompiler.diagnostics import Diagnostic, listed, suggest
from archcompiler.language.program.program import named_rows
from archcompiler.language.text.document import Scalar


def unknown_row(
    architecture: Architecture, cell: Scalar, what: str
) -> Diagnostic | None:
    """Return what is wrong with a row's name, if the table has no such row.

    A row that only another configuration has is no mistake.
    """
    rows = named_rows(architecture.program)
    if cell.text in rows:
        return None
    message = f"{what} names `{cell.text}`, which is no row"
    help = suggest(cell.text, rows) or f"the rows are {listed(rows)}"
    for name, row in rows.items():
        kind = row.text("type")
        if kind is not None and kind.text == cell.text:
            help = f"the row is called `{name}`"
            break
    return Diagnostic("bad-reference", message, cell.span, help=help)
