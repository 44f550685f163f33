"""Idioms: functions that models write out in several layers, as single ones."""

from collections.abc import Iterator
from dataclasses import replace
from math import isclose
from typing import Any

from archcompiler.units.units import Unit, Units

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
            operands=(x,),
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
    if unit.kind != "scaling" or unit.settings["learnt"] or not _are_floats(numbers):
        return False
    return isclose(numbers[0], scale) and numbers[1] == offset


def _are_floats(numbers: tuple[Any, ...]) -> bool:
    return all(isinstance(number, float) for number in numbers)
