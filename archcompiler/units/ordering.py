"""Ordering: units one after the other, as they depend on each other.

Two writers make the units of one cell in unlike orders. Told from the end backwards,
each operand after the other, they come in an order that neither of them chose.
"""

from collections.abc import Callable, Sequence

from archcompiler.units.units import Unit

_LONGEST = 8
"""Units that are looked at to tell two operands of a sum apart."""


def feeders_first(last: int, feeds: Callable[[int], Sequence[int]]) -> list[int]:
    """Return the places that lead to one, it left out, each after those it takes."""
    found: dict[int, None] = {}
    waiting = [last]
    while waiting:
        missing = [feed for feed in feeds(waiting[-1]) if feed not in found]
        if missing:
            waiting.append(missing[0])
        else:
            found[waiting.pop()] = None
    return [place for place in found if place != last]


def way_to(units: Sequence[Unit], place: int) -> tuple[str, ...]:
    """Return the names of a unit and of those before it that take one value each."""
    names: list[str] = []
    while len(names) < _LONGEST:
        names.append(str(units[place]))
        if len(units[place].operands) != 1:
            break
        place = units[place].operands[0]
    return tuple(names)
