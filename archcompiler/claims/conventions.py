"""Conventions: what a printed number counts, in which unit, and how it was rounded."""

from dataclasses import replace
from fractions import Fraction
from typing import Any, NamedTuple

from archcompiler.counting.rules import (
    PAPERS,
    Column,
    UnknownConventionError,
)
from archcompiler.diagnostics import Diagnostic, SpecError, suggest
from archcompiler.language.program.program import Program, named_rows
from archcompiler.language.spec.claims import CellConvention
from archcompiler.language.text.document import Scalar
from archcompiler.language.text.notation import POWERS, Printed
from archcompiler.ops.fields import quote, read_number

COUNTS: dict[Column, tuple[str, ...]] = {
    column: tuple(names)[:2] for column, names in PAPERS.items()
}
"""What whole columns of papers count; of weights, only a number has moving averages."""

ROUNDINGS = ("nearest", "down")


class Convention(NamedTuple):
    """How the numbers of one column are to be read."""

    counts: str
    rounding: str
    units: dict[str, int]

    def agrees(self, printed: Printed, count: int) -> bool:
        """Whether a count, rounded to the printed decimals, is the printed number."""
        scaled: int = count * 10**printed.decimals
        unit = self.units[printed.unit]
        if self.rounding == "down":
            return scaled // unit == printed.digits
        return _nearest(scaled, unit) == printed.digits

    def value(self, printed: Printed) -> Fraction:
        """Return what a number says as it is printed."""
        return Fraction(printed.digits * self.units[printed.unit], 10**printed.decimals)

    def window(self, printed: Printed) -> tuple[int, int]:
        """Return the smallest and the largest count that agree with a number."""
        unit, ten = self.units[printed.unit], 10**printed.decimals
        if self.rounding == "down":
            low = -(-printed.digits * unit // ten)
            return low, -(-(printed.digits + 1) * unit // ten) - 1
        low = -(-(2 * printed.digits - 1) * unit // (2 * ten))
        return max(0, low), -(-(2 * printed.digits + 1) * unit // (2 * ten)) - 1

    def show(self, printed: Printed, count: int) -> str:
        """Write a count in the printed unit with a decimal more: `379.0K`."""
        if not printed.unit:
            return f"{count:,}"
        decimals = printed.decimals + 1
        digits = _nearest(count * 10**decimals, self.units[printed.unit])
        return _format(Printed(digits, decimals, printed.unit))

    def write(self, printed: Printed, count: int) -> str:
        """Write a count as a number is printed: `379K`; in full where that is none."""
        scaled, unit = count * 10**printed.decimals, self.units[printed.unit]
        down = self.rounding == "down"
        digits = scaled // unit if down else _nearest(scaled, unit)
        if not printed.unit or not digits:
            return f"{count:,}"
        return _format(printed._replace(digits=digits))

    def describe(self, printed: Printed, count: int) -> str:
        """Write a count in full, and by which convention it was judged."""
        unit = self.units[printed.unit]
        scale = f", {printed.unit} = {unit:,}" if printed.unit else ""
        rounding = (
            "rounded down" if self.rounding == "down" else "rounded to the nearest"
        )
        return f"{count:,} {self.counts}{scale}, {rounding}"


def _format(printed: Printed) -> str:
    whole, rest = divmod(printed.digits, 10**printed.decimals)
    fraction = f".{rest:0{printed.decimals}d}" if printed.decimals else ""
    return f"{whole}{fraction}{printed.unit}"


def _nearest(scaled: int, unit: int) -> int:
    """Divide and round to the nearest whole number, halves up."""
    return (2 * scaled + unit) // (2 * unit)


def default_convention(counts: str) -> Convention:
    """Return the convention in which a count is shown where the spec states none."""
    return Convention(counts, "nearest", powers_of(1000))


def powers_of(base: int) -> dict[str, int]:
    """Return what the letters mean where K is `base`."""
    return {unit: base**power for unit, power in POWERS.items()}


def read_conventions(
    program: Program, found: list[Diagnostic]
) -> dict[str, Convention]:
    """Return the stated conventions by column, adding to `found` what cannot be one."""
    conventions, claims = {}, program.claims
    for column in COUNTS:
        form = getattr(claims, column) if claims is not None else None
        if form is not None:
            base = default_convention("")
            conventions[column] = read_convention(column, form, base, program, found)
    return conventions


def read_convention(
    column: Column,
    form: CellConvention,
    base: Convention,
    program: Program,
    found: list[Diagnostic],
) -> Convention:
    """Return what a form says of a column, and beyond that what `base` says."""
    counts, rounding = base.counts, base.rounding
    if form.counts is not None:
        counts = _read_counts(form.counts, column, program, found)
    if form.rounding is not None:
        rounding = form.rounding.text
        _refuse_other(form.rounding, ROUNDINGS, "`rounding`", found)
    return Convention(counts, rounding, _read_units(form, base.units, found))


def _read_counts(
    cell: Scalar, column: Column, program: Program, found: list[Diagnostic]
) -> str:
    """Return what is counted; what nobody counts, or in no row, is added to `found`."""
    if cell.text in PAPERS[column]:
        return cell.text
    from archcompiler.counting.conventions import (
        beside,
        read_convention,
        refuse_unknown_rows,
    )

    try:
        counts = beside(cell.source, cell.text)
        convention = read_convention(counts, column)
        refuse_unknown_rows(convention, named_rows(program))
        return counts
    except UnknownConventionError as error:
        message = f"`counts` of `{column}`: {error.message}"
        if column == "params" and error.word == counts:
            known = ", ".join(PAPERS[column])
            message = (
                f"`counts` of `{column}` is one of {known}, received {quote(counts)}"
            )
        found.append(Diagnostic("bad-value", message, cell.span, help=error.help))
    except SpecError as error:
        found += [
            replace(each, span=each.span or cell.span) for each in error.diagnostics
        ]
    return cell.text


def _refuse_other(
    cell: Scalar, choices: tuple[str, ...], what: str, found: list[Diagnostic]
) -> None:
    if cell.text in choices:
        return
    message = f"{what} is one of {', '.join(choices)}, received {quote(cell.text)}"
    help = suggest(cell.text, choices)
    found.append(Diagnostic("bad-value", message, cell.span, help=help))


def _read_units(
    form: CellConvention, base: dict[str, int], found: list[Diagnostic]
) -> dict[str, int]:
    units = dict(base)
    for unit in ("K", "M", "G", "B"):
        cell: Any = getattr(form, unit)
        if cell is None:
            continue
        number = read_number(cell.text)
        if isinstance(number, int) and number > 0:
            units[unit] = number
        else:
            message = f"`{unit}` is a whole number above 0, received {quote(cell.text)}"
            found.append(Diagnostic("bad-value", message, cell.span))
    return units
