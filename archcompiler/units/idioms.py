"""Idioms: functions that models write out in several layers, as single ones."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from math import isclose
from typing import Any

from archcompiler.ops.merging import Add, Average
from archcompiler.units.units import Unit, Units
from archcompiler.units.words import words_of

_TOLERANCE = 1e-6
"""Files write a third in 32 bits."""
_GATED = {"sigmoid": "silu", "hard sigmoid": "hard silu"}


def as_function(units: Units, unit: Unit) -> Unit:
    """Return a unit, or the function that it completes: `x * sigmoid(x)` is silu."""
    for function, x in (*_gated(units, unit), *_hard(units, unit)):
        return replace(
            unit,
            kind="activation",
            family="activation",
            settings={"function": function},
            open={},
            exact={key: unit.exact[key] for key in unit.exact if key == "dtype"},
            operands=(x,),
        )
    return unit


def as_mean(units: Sequence[Unit], unit: Unit) -> Unit:
    """Return a unit, or the mean that it completes: a third of a sum of three.

    Three times a mean of three is the sum.
    """
    total = units[unit.operands[0]] if len(unit.operands) == 1 else unit
    count = len(total.operands) or 1
    for before, after, factor in ((Add, Average, 1 / count), (Average, Add, count)):
        if total.kind == words_of(before) and _rescales(unit, factor, 0.0):
            return replace(
                total,
                kind=words_of(after),
                is_associative=after.is_associative,
                is_balanced=after.is_balanced,
                shape=unit.shape,
                layer=unit.layer,
                row=unit.row,
            )
    return unit


def _gated(units: Units, unit: Unit) -> Iterator[tuple[str, int]]:
    """Yield silu or hard silu, and of which value, where a product is one."""
    for x, gate in _factors(unit):
        function = _GATED.get(str(units[gate].settings.get("function")))
        if function and units[gate].operands == (x,):
            yield function, x


def _hard(units: Units, unit: Unit) -> Iterator[tuple[str, int]]:
    """Yield what `relu6(x + 3) / 6` is, or `x * relu6(x + 3) / 6`."""
    if not _rescales(unit, 1 / 6, 0.0):
        return
    (before,) = unit.operands
    if (x := _before_relu6(units, before)) is not None:
        yield "hard sigmoid", x
    for x, gate in _factors(units[before]):
        if _before_relu6(units, gate) == x:
            yield "hard silu", x


def _factors(unit: Unit) -> Iterator[tuple[int, int]]:
    """Yield the two factors of a product in both orders."""
    if unit.kind == "multiply" and len(unit.operands) == 2:
        one, other = unit.operands
        yield from ((one, other), (other, one))


def _before_relu6(units: Units, place: int) -> int | None:
    """Return the x of `relu6(x + 3)`."""
    unit = units[place]
    if unit.settings.get("function") != "relu6":
        return None
    moved = units[unit.operands[0]]
    return moved.operands[0] if _rescales(moved, 1.0, 3.0) else None


def _rescales(unit: Unit, scale: float, offset: float) -> bool:
    """Whether a unit multiplies by one number and adds another."""
    numbers: Any = unit.open.get("scale"), unit.open.get("offset")
    is_fixed = unit.kind == "scaling" and not unit.settings.get("learnt")
    if not is_fixed or not _are_floats(numbers):
        return False
    return isclose(numbers[0], scale, rel_tol=_TOLERANCE) and numbers[1] == offset


def _are_floats(numbers: tuple[Any, ...]) -> bool:
    return all(isinstance(number, float) for number in numbers)
