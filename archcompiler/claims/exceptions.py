"""Exceptions: cells that are read otherwise than their column."""

from collections.abc import Iterator, Mapping

from archcompiler.claims.conventions import (
    COUNTS,
    Convention,
    default_convention,
    read_convention,
)
from archcompiler.diagnostics import Diagnostic, listed, suggest
from archcompiler.language.program.program import TOTAL, Program, named_rows
from archcompiler.language.spec.claims import CellConvention, Claims

Exceptions = Mapping[tuple[str, str], Convention]


def read_exceptions(
    program: Program, conventions: Mapping[str, Convention], found: list[Diagnostic]
) -> Exceptions:
    """Return the conventions of single cells by row and column.

    What names no cell, or says too little, is added to `found`.
    """
    claims = program.claims
    if claims is None:
        return {}
    read = dict(_totals(program, claims, conventions, found))
    if not claims.cells:
        return read
    rows = [*named_rows(program), TOTAL]
    for row, by_column in claims.cells.items():
        for heading, form in by_column.items():
            column = program.meanings.get(heading, heading)
            wrong = _wrong_place(row, column, rows, form, claims)
            wrong = wrong or _says_too_little(column, form, conventions)
            if wrong is not None:
                found.append(wrong)
                continue
            base = conventions.get(column) or default_convention("")
            read[row, column] = read_convention(column, form, base, program, found)
    return read


def _totals(
    program: Program,
    claims: Claims,
    conventions: Mapping[str, Convention],
    found: list[Diagnostic],
) -> Iterator[tuple[tuple[str, str], Convention]]:
    """Yield the conventions of totals that say their own."""
    for column in COUNTS:
        form = getattr(claims, f"total_{column}")
        if form is None or not form.says_how:
            continue
        wrong = _says_too_little(column, form, conventions)
        if column in claims.cells.get(TOTAL, {}):
            message = f"`total {column}` and `cells` both say how it is read"
            wrong = Diagnostic("duplicate-key", message, form.at.span)
        if wrong is not None:
            found.append(wrong)
            continue
        base = conventions.get(column) or default_convention("")
        yield (TOTAL, column), read_convention(column, form, base, program, found)


def _wrong_place(
    row: str, column: str, rows: list[str], form: CellConvention, claims: Claims
) -> Diagnostic | None:
    message = help = ""
    if row not in rows:
        message = f"`cells` names the row `{row}`, which the table does not have"
        help = str(suggest(row, rows))
    elif column not in COUNTS:
        message = f"`cells` names the column `{column}`, which counts nothing"
        help = f"conventions are of {listed(COUNTS)}"
    elif row == TOTAL and getattr(claims, f"total_{column}") is None:
        message = f"`cells` names `{column}` in total, which `claims` does not state"
        help = f"state it as `claims: {{total {column}: ...}}`"
    if not message:
        return None
    return Diagnostic("bad-reference", message, form.at.span, help=help)


def _says_too_little(
    column: str, form: CellConvention, conventions: Mapping[str, Convention]
) -> Diagnostic | None:
    if column in conventions or form.counts is not None:
        return None
    message = "a cell's convention needs `counts` where its column has none"
    return Diagnostic("missing-key", message, form.at.span)
