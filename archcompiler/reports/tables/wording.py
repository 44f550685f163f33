"""The marks of a printed table, and what they mean."""

from archcompiler.claims.verdicts import MARKS, SIGNIFY
from archcompiler.reports.tables.content import PaperCell, PaperTable
from archcompiler.tabular.wording import one_line

SIGNS: dict[str, str] = {"computed": "^", "given": "~"}
"""The marks of cells of a variant; they always show."""


def mark(cell: PaperCell, *, marks: bool) -> str:
    """Return the mark of a cell, or nothing; those of verdicts are asked for."""
    if cell.source:
        return SIGNS[cell.source]
    return MARKS[cell.judgement] if marks and cell.judgement else ""


def meanings(table: PaperTable) -> dict[str, str]:
    """Return what each mark that a table may have means."""
    base = one_line(table.edits)
    return {
        **SIGNIFY,
        SIGNS["computed"]: f"computed, where {base} prints something else or nothing",
        SIGNS["given"]: f"as {base} prints it, though no single number is made of it "
        "here",
    }
