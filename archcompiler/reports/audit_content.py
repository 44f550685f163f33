"""The table of an audit: each row's printed cells, their marks and computed counts."""

from collections.abc import Iterator
from typing import NamedTuple

from archcompiler.auditing.auditing import Cell, FullAudit
from archcompiler.claims.conventions import COUNTS
from archcompiler.claims.verdicts import TOTAL
from archcompiler.language.spec import CLAIM_COLUMNS
from archcompiler.reports.summary import MARKS

MEANINGS = {
    "agrees": "agrees",
    "excused": "excused by an erratum",
    "differs": "differs",
}


class Heading(NamedTuple):
    """A column of the audit's table: what it says of a claim, or the row's name."""

    text: str
    claim: str = ""
    says: str = "name"
    """`name`, `printed`, `mark` or `computed`."""

    @property
    def right(self) -> bool:
        """Whether its texts are numbers."""
        return self.says == "computed" or (
            self.says == "printed" and self.claim in ("depth", *COUNTS)
        )


def headings(full: FullAudit) -> list[Heading]:
    """Return the columns for which the table itself prints anything."""
    printed = {cell.column for cell in full.cells if not cell.variant}
    found = [Heading("row")]
    for claim in CLAIM_COLUMNS:
        if claim in printed:
            found += [Heading(claim, claim, "printed"), Heading("", claim, "mark")]
            if claim in COUNTS:
                found.append(Heading("computed", claim, "computed"))
    return found


def rows(full: FullAudit) -> Iterator[list[str]]:
    """Yield the rows of the table that print anything, the total last."""
    columns = headings(full)
    by_row: dict[str, dict[str, Cell]] = {}
    for cell in full.cells:
        if not cell.variant:
            by_row.setdefault(cell.row, {})[cell.column] = cell
    for name, cells in by_row.items():
        yield [_text(name, cells.get(column.claim), column) for column in columns]


def _text(name: str, cell: Cell | None, column: Heading) -> str:
    if column.says == "name":
        return name
    if cell is None:
        return ""
    if column.says == "mark":
        return MARKS[cell.judgement]
    return cell.printed if column.says == "printed" else cell.computed


VARIANT_HEADINGS = ("variant", "cell", "printed", "", "computed")


def variant_rows(full: FullAudit) -> list[list[str]]:
    """Return the totals that variants claim, and of their rows what does not agree."""
    return [
        [
            cell.variant,
            cell.column if cell.row == TOTAL else f"{cell.row} {cell.column}",
            cell.printed,
            MARKS[cell.judgement],
            cell.computed,
        ]
        for cell in full.cells
        if cell.variant and (cell.row == TOTAL or cell.judgement != "agrees")
    ]


FAILING_HEADINGS = ("row", "cell", "printed", "", "computed", "difference", "erratum")


def failing_rows(full: FullAudit) -> list[list[str]]:
    """Return the cells that do not agree, with the difference and the reason."""
    return [
        [
            f"{cell.variant}: {cell.row}" if cell.variant else cell.row,
            cell.column,
            cell.printed,
            MARKS[cell.judgement],
            cell.computed,
            cell.difference,
            cell.reason,
        ]
        for cell in full.cells
        if cell.judgement != "agrees"
    ]


def legend(full: FullAudit) -> str:
    """Say what the marks mean that occur."""
    present = [j for j in MEANINGS if any(c.judgement == j for c in full.cells)]
    return ", ".join([f"{MARKS[j]} {MEANINGS[j]}" for j in present])


SUSPECT_HEADINGS = ("row", "cell", "stands", "would mend it", "place")


def suspect_rows(full: FullAudit) -> list[list[str]]:
    """Return the cells of which a single edit would mend what differs."""
    return [
        [
            suspect.row,
            suspect.column,
            suspect.cell.text,
            suspect.mended,
            f"line {suspect.cell.line + 1}",
        ]
        for suspect in full.suspects
    ]
