"""Solving: the whole numbers at which a count that rises or falls meets a window."""

from collections.abc import Callable, Iterator
from functools import cache

Measure = Callable[[int], int | None]
"""What a number comes to; None where the table cannot run with it."""

MOST_TOGETHER = 64
_LEAST_TOP = 64


def solve(measure: Measure, value: int, low: int, high: int) -> Iterator[int]:
    """Yield the numbers whose measure lies from `low` to `high`.

    The measure is taken to rise or to fall; `value` says how far to look.
    """
    known = cache(measure)
    top = _top(known, max(4 * value, _LEAST_TOP), value)
    first, last = known(1), known(top)
    if first is None or last is None or first == last:
        return
    if high < min(first, last) or low > max(first, last):
        return
    rising = last > first
    at = _first(known, top, lambda m: m >= low if rising else m <= high)
    for number in range(at, min(at + MOST_TOGETHER, top + 1)):
        found = known(number)
        if found is not None and not low <= found <= high:
            return
        if found is not None:
            yield number


def _top(measure: Measure, top: int, value: int) -> int:
    """Return the largest number worth looking at that has a measure."""
    while top > value and measure(top) is None:
        top //= 2
    return max(top, value)


def _first(measure: Measure, top: int, reached: Callable[[int], bool]) -> int:
    """Return the smallest number whose measure has reached the window."""
    low, high = 1, top
    while low < high:
        middle = (low + high) // 2
        found = measure(middle)
        if found is None or reached(found):
            high = middle
        else:
            low = middle + 1
    return low
