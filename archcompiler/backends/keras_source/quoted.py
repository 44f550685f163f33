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


def power(base, exponent):
    """Raise to a power, exactly for a whole exponent, else as floats are raised."""
    if exponent % 1:
        return Fraction(str(float(base) ** float(exponent)))
    return Fraction(base) ** int(exponent)


def log(number):
    """Return the natural logarithm, as the decimal of a float."""
    return Fraction(str(math.log(number)))


def initializer(value):
    """Return an initializer: by its name, with arguments or not, or by a number."""
    if not isinstance(value, str):
        return keras.initializers.Constant(float(value))
    name, _, given = value.partition("(")
    if not given:
        return name
    pairs = [pair.strip(" )").split("=") for pair in given.split(";")]
    config = {k: v if v.isidentifier() else float(v) for k, v in pairs}
    return keras.initializers.get({"class_name": name.strip(), "config": config})
