"""The functions of expressions, on exact numbers.

A number that was written is an int, or the float whose shortest decimal it is. Whatever
is computed from numbers is an int, or a Fraction where it is not whole.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

Exact = int | Fraction


@lru_cache(maxsize=1024)
def exact(number: float) -> Exact:
    """Return the decimal that a float stands for: 57/100 for 0.57.

    Raises:
        ValueError: for a number that is not finite.
    """
    return settle(Fraction(repr(number)))


def settle(number: Exact) -> Exact:
    """Return a whole number as an int."""
    return number.numerator if number.denominator == 1 else number


def divide(dividend: Exact, divisor: Exact) -> Exact:
    """Divide without rounding; raise ZeroDivisionError for a divisor of 0."""
    return Fraction(dividend, divisor)


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


LARGEST_EXPONENT = 64


def power(base: Exact, exponent: Exact) -> Exact:
    """Raise to a power: exactly for a whole exponent, else as floats are raised.

    Raises:
        ValueError: for a whole exponent beyond 64, or a root of a negative number.
        ArithmeticError: for a power of 0 that is none, or one beyond all floats.
    """
    if not isinstance(exponent, int):
        return exact(float(base) ** float(exponent))
    if abs(exponent) > LARGEST_EXPONENT:
        raise ValueError(f"an exponent is at most {LARGEST_EXPONENT}")
    return settle(Fraction(base) ** exponent)


def log(number: Exact) -> Exact:
    """Return the natural logarithm, the decimal of the nearest float.

    Raises:
        ValueError: for a number that is not above 0.
    """
    return exact(math.log(number))


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions, how many arguments it takes, and if it only rounds."""

    evaluate: Callable[..., Exact]
    fewest: int
    most: int
    rounds: bool = False


FUNCTIONS: Mapping[str, Function] = {
    "min": Function(min, 2, 16),
    "max": Function(max, 2, 16),
    "floor": Function(math.floor, 1, 1, rounds=True),
    "ceil": Function(math.ceil, 1, 1, rounds=True),
    "round": Function(round_half_up, 1, 1, rounds=True),
    "make_divisible": Function(make_divisible, 1, 2, rounds=True),
    "power": Function(power, 2, 2),
    "log": Function(log, 1, 1),
}
