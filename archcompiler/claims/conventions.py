"""Conventions: what a printed number counts, in which unit, and how it was rounded."""

from typing import Any, NamedTuple

from archcompiler.diagnostics import Diagnostic, suggest
from archcompiler.language.claims import CellConvention, Claims
from archcompiler.language.document import Scalar
from archcompiler.language.notation import Printed
from archcompiler.ops.fields import quote, read_number

COUNTS = {
    "params": ("weights", "weights and biases"),
    "ops": ("multiply-adds", "2 x multiply-adds"),
}
"""What the numbers of a column can count; `graph/totals.py` says what weights are."""

ROUNDINGS = ("nearest", "down")
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "B": 3, "T": 4}


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
    return {unit: base**power for unit, power in _POWERS.items()}


def read_conventions(
    claims: Claims | None, found: list[Diagnostic]
) -> dict[str, Convention]:
    """Return the stated conventions by column, adding to `found` what cannot be one."""
    conventions = {}
    for column in COUNTS:
        form = getattr(claims, column) if claims is not None else None
        if form is not None:
            base = default_convention("")
            conventions[column] = read_convention(column, form, base, found)
    return conventions


def read_convention(
    column: str, form: CellConvention, base: Convention, found: list[Diagnostic]
) -> Convention:
    """Return what a form says of a column, and beyond that what `base` says."""
    counts, rounding = base.counts, base.rounding
    if form.counts is not None:
        counts = form.counts.text
        _refuse_other(form.counts, COUNTS[column], f"`counts` of `{column}`", found)
    if form.rounding is not None:
        rounding = form.rounding.text
        _refuse_other(form.rounding, ROUNDINGS, "`rounding`", found)
    return Convention(counts, rounding, _read_units(form, base.units, found))


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
