"""The functions of expressions, on exact numbers."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from archcompiler.language.exact import Exact


def make_divisible(value: Exact, divisor: Exact = 8) -> int:
    """Round to a multiple of `divisor`, never below 90 % of `value` (MobileNet's rule).

    Raises:
        ValueError: for a divisor that is no whole number above 0.
    """
    if not isinstance(divisor, int) or divisor < 1:
        raise ValueError("the divisor is a whole number above 0")
    rounded = max(divisor, (2 * value + divisor) // (2 * divisor) * divisor)
    return rounded + divisor if 10 * rounded < 9 * value else rounded


def round_half_up(value: Exact) -> int:
    """Round to the nearest whole number, halves up; Python rounds halves to even."""
    return (2 * value + 1) // 2


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions, and how many arguments it takes."""

    evaluate: Callable[..., Exact]
    fewest: int
    most: int


FUNCTIONS: Mapping[str, Function] = {
    "min": Function(min, 2, 16),
    "max": Function(max, 2, 16),
    "floor": Function(math.floor, 1, 1),
    "ceil": Function(math.ceil, 1, 1),
    "round": Function(round_half_up, 1, 1),
    "make_divisible": Function(make_divisible, 1, 2),
}
