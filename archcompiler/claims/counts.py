"""Counts: printed numbers of weights and multiply-adds, beside every way to count."""

from collections.abc import Iterator
from typing import NamedTuple

from archcompiler.architecture import Architecture, claimed_columns
from archcompiler.claims.conventions import COUNTS
from archcompiler.claims.verdicts import Verdict
from archcompiler.graph.expansion import PlacedRow
from archcompiler.language.program.program import TOTAL
from archcompiler.language.text.notation import Printed, read_printed


class Count(NamedTuple):
    """One printed count, and the layers that it counts."""

    part: str
    """The variant that claims it, empty for the table itself."""

    row: str
    column: str
    text: str
    printed: Printed
    architecture: Architecture
    placed: PlacedRow | None
    """The row; None where the whole network is counted."""

    def number(self, what: str) -> int:
        """Return what a way of counting makes of the layers."""
        return self.architecture.count(what, self.placed)


def printed_counts(
    architecture: Architecture, verdicts: tuple[Verdict, ...], part: str = ""
) -> Iterator[Count]:
    """Yield the counts among verdicts, those of rows and those of the whole network."""
    rows = {row.name: row for row in architecture.rows if claimed_columns(row.row)}
    for verdict in verdicts:
        if verdict.column not in COUNTS:
            continue
        row = rows.get(verdict.row) if verdict.row != TOTAL else None
        yield Count(
            part,
            verdict.row,
            verdict.column,
            verdict.printed,
            read_printed(verdict.printed),
            architecture,
            row,
        )
