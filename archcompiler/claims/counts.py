"""Counts: printed numbers of weights and multiply-adds, beside every way to count."""

from collections.abc import Iterator
from typing import NamedTuple

from archcompiler.architecture import Architecture, claimed_columns
from archcompiler.claims.conventions import COUNTS
from archcompiler.claims.verdicts import TOTAL, Verdict
from archcompiler.graph.totals import RowTotals
from archcompiler.language.notation import Printed, read_printed


class Count(NamedTuple):
    """One printed count, and what each way of counting makes of its layers."""

    part: str
    """The variant that claims it, empty for the table itself."""

    row: str
    column: str
    text: str
    printed: Printed
    numbers: dict[str, int]


def count_of(totals: RowTotals, what: str) -> int:
    """Count what a convention counts."""
    if what == "weights":
        return totals.kernels
    if what == "weights and biases":
        return totals.trainable
    return totals.macs * (2 if what == "2 x multiply-adds" else 1)


def count_every_way(totals: RowTotals, column: str) -> dict[str, int]:
    """Return what each way of counting makes of some layers."""
    return {what: count_of(totals, what) for what in COUNTS[column]}


def printed_counts(
    architecture: Architecture, verdicts: tuple[Verdict, ...], part: str = ""
) -> Iterator[Count]:
    """Yield the counts among verdicts, those of rows and those of the whole network."""
    rows = {row.name: row for row in architecture.rows if claimed_columns(row.row)}
    whole = RowTotals(architecture.layers)
    for verdict in verdicts:
        if verdict.column not in COUNTS:
            continue
        row = rows.get(verdict.row)
        totals = (
            whole if verdict.row == TOTAL or row is None else architecture.totals(row)
        )
        yield Count(
            part,
            verdict.row,
            verdict.column,
            verdict.printed,
            read_printed(verdict.printed),
            count_every_way(totals, verdict.column),
        )
