"""Functions that emitted source quotes, as they stand here."""
# mypy: allow-untyped-defs


def make_divisible(value, divisor=8):
    """Round to a multiple of `divisor` that is no less than 90 % of `value`."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded
