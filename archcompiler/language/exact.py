"""Exact numbers: a decimal is what is written, and what is computed is not rounded.

A number that was written is an int, or the float whose shortest decimal it is. Whatever
is computed from numbers is an int, or a Fraction where it is not whole.
"""

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
