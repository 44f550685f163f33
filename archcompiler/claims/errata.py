"""Errata: why a printed cell is not what the table computes.

An erratum on a claim excuses it; where it says what is `printed`, it excuses that text
alone. One on an argument documents a cell that was mended: the table has the right
value, `printed` the paper's.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from archcompiler.architecture import Architecture
from archcompiler.claims.verdicts import Verdict
from archcompiler.diagnostics import MOST_FOUND, Diagnostic, suggest
from archcompiler.graph.expansion import PlacedRow
from archcompiler.language.program.program import TOTAL, Program, named_rows
from archcompiler.language.spec.spec import CLAIM_COLUMNS, Erratum
from archcompiler.language.text.document import Scalar

ByColumn = Mapping[str, Erratum]


def excuses(erratum: Erratum, cell: Scalar) -> bool:
    """Whether an erratum speaks of what a cell holds."""
    return erratum.printed is None or erratum.printed.text == cell.text


def check_errata(
    architecture: Architecture,
    errata: Mapping[str, ByColumn],
    verdicts: Iterable[Verdict],
    found: list[Diagnostic],
) -> list[Diagnostic]:
    """Return the errata that excuse nothing, adding to `found` those about nothing."""
    if not errata:
        return []
    program = architecture.program
    rows = {row.name: row for row in architecture.rows}
    agreeing = {(v.row, v.column): v for v in verdicts if v.judgement == "agrees"}
    named = {} if errata.keys() <= rows.keys() else named_rows(program)
    untrue: list[Diagnostic] = []
    for name, by_column in errata.items():
        if len(found) >= MOST_FOUND:
            break
        if name == TOTAL and TOTAL not in rows:
            found += _unknown_totals(program, by_column)
        elif name not in rows:
            if name not in named:  # else this configuration lacks the row
                found.append(_unknown_row(program, name, by_column, named))
            continue
        else:
            found += _unknown_cells(program, rows[name], by_column)
            untrue += _not_mended(rows[name], by_column)
            found += _not_printed(rows[name], by_column)
        untrue += _agreeing(name, by_column, agreeing)
    return untrue


def _unknown_row(
    program: Program, name: str, errata: ByColumn, names: Iterable[str]
) -> Diagnostic:
    erratum = next(iter(errata.values()), None)
    span = erratum.at.span if erratum else program.at.span
    message = f"`errata` names the row `{name}`, which the table does not have"
    help = str(suggest(name, chain(names, [TOTAL])))  # the place is the reason's
    return Diagnostic("bad-reference", message, span, help=help)


def _unknown_totals(program: Program, errata: ByColumn) -> Iterator[Diagnostic]:
    for column, erratum in errata.items():
        if column not in program.total_claims:
            key = column if column == "depth" else f"total {column}"
            message = (
                f"`errata` excuses `{column}` in total, which `claims` does not state"
            )
            help = f"state it as `claims: {{{key}: ...}}`"
            yield Diagnostic("bad-reference", message, erratum.at.span, help=help)


def _unknown_cells(
    program: Program, row: PlacedRow, errata: ByColumn
) -> Iterator[Diagnostic]:
    known = {column.meaning.text for column in program.columns} | {*row.row.cells}
    for column, erratum in errata.items():
        if column not in known:
            message = (
                f"`errata` names the column `{column}`, which the table does not have"
            )
            help = str(suggest(column, known))
            help = help or f"the columns are {', '.join(sorted(known))}"
            yield Diagnostic("bad-reference", message, erratum.at.span, help=help)
        elif erratum.printed is not None:
            continue
        elif column not in CLAIM_COLUMNS:
            message = f"an erratum on the argument `{column}` needs what is `printed`"
            help = (
                "write `{printed: ..., reason: ...}`; the table holds the right value"
            )
            yield Diagnostic("missing-key", message, erratum.at.span, help=help)
        elif column not in row.row.cells:
            message = f"`errata` excuses `{column}` of row `{row.name}`, which is blank"
            yield Diagnostic("bad-reference", message, erratum.at.span)


def _agreeing(
    row: str, errata: ByColumn, agreeing: Mapping[tuple[str, str], Verdict]
) -> Iterator[Diagnostic]:
    for column, erratum in errata.items():
        verdict = agreeing.get((row, column))
        if verdict is None or not excuses(erratum, verdict.cell):
            continue
        where = "in total" if row == TOTAL else f"of row `{row}`"
        message = (
            f"the erratum on `{column}` {where} excuses a cell that agrees: "
            f"printed {verdict.printed}, computed {verdict.computed}"
        )
        help = "remove the erratum"
        yield Diagnostic("erratum-untrue", message, erratum.at.span, help=help)


def _not_printed(row: PlacedRow, errata: ByColumn) -> Iterator[Diagnostic]:
    """Yield the claims that are not what their erratum says is printed."""
    for column, erratum in errata.items():
        cell = row.row.cells.get(column)
        if column not in CLAIM_COLUMNS or not isinstance(cell, Scalar):
            continue
        if excuses(erratum, cell) or _is_argument(row, column):
            continue
        assert erratum.printed is not None
        message = (
            f"the erratum says that `{erratum.printed.text}` is printed as `{column}` "
            f"of row `{row.name}`, the table has `{cell.text}`"
        )
        help = "a claim stands in the table as the paper prints it"
        yield Diagnostic("erratum-untrue", message, cell.span, help=help)


def _is_argument(row: PlacedRow, column: str) -> bool:
    """Whether the row's call takes what a column of claims holds."""
    return any(argument.name == column for argument in row.arguments)


def _not_mended(row: PlacedRow, errata: ByColumn) -> Iterator[Diagnostic]:
    for column, erratum in errata.items():
        cell = row.kind if column == "type" else row.row.cells.get(column)
        printed = erratum.printed
        if (
            column in CLAIM_COLUMNS
            or printed is None
            or not isinstance(cell, Scalar)
            or cell.text != printed.text
        ):
            continue
        message = (
            f"the erratum says that `{column}` of row `{row.name}` was mended, "
            f"but the table still has the printed `{printed.text}`"
        )
        yield Diagnostic("erratum-untrue", message, printed.span)
