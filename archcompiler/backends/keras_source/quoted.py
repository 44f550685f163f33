"""Functions that emitted source quotes, as they stand here."""
# mypy: allow-untyped-defs

import math
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import keras


def exact(number):
    """Return a decimal as it is written: `exact(0.57) * 100` is 57."""
    return Fraction(str(number))


def whole(number):
    """Return a whole number as an int, and refuse any other."""
    if isinstance(number, float) or number % 1:
        raise ValueError(f"{float(number)} is no whole number")
    return int(number)


def within(number, above=-math.inf, least=-math.inf, most=math.inf, below=math.inf):
    """Return a number that lies within bounds, and refuse any other."""
    if not (above < number < below and least <= number <= most):
        raise ValueError(f"{number} is out of bounds")
    return number


def round_half_up(number):
    """Round to the nearest whole number, halves up."""
    return (2 * number + 1) // 2


def make_divisible(value, divisor=8):
    """Round to a multiple of `divisor` that is no less than 90 % of `value`."""
    rounded = max(divisor, (2 * value + divisor) // (2 * divisor) * divisor)
    return rounded + divisor if 10 * rounded < 9 * value else rounded


def initializer(value):
    """Return a name as it is, and a number as the initializer that fills with it."""
    named = isinstance(value, str)
    return value if named else keras.initializers.Constant(float(value))
