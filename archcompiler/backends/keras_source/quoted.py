"""Functions that emitted source quotes, as they stand here."""
# mypy: allow-untyped-defs
# ruff: noqa: E501


def make_divisible(value, divisor=8):
    """Round to a multiple of `divisor`, never below 90 % of `value` (MobileNet's rule)."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded
