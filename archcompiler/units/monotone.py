"""Monotone functions: the largest of what one gives is what it gives of the largest.

So it stands before pooling that takes the largest, wherever it was written. Zeros that
a window sees have to stay zeros.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from archcompiler.units.margins import around_largest, less_sides
from archcompiler.units.units import Unit


def before_pooling(units: Sequence[Unit], taken: Mapping[int, int]) -> list[Unit]:
    """Put functions before pooling that nothing but they take.

    `taken` tells how often each value is.
    """
    changed = list(units)
    for place in range(len(changed)):
        while (at := _pooled(changed, place, taken)) is not None:
            pool, function = changed[at], changed[place]
            size = pool.arrives
            changed[at] = replace(
                function, operands=pool.operands, shape=size, arrives=size
            )
            changed[place] = _behind(changed, at, pool)
            place = at
    return changed


def _behind(units: Sequence[Unit], place: int, pool: Unit) -> Unit:
    """Return pooling of another value."""
    if pool.margin is None:
        return replace(pool, operands=(place,))
    margin, exact = around_largest(units, place, pool.rank, pool.margin, pool.exact)
    return replace(pool, operands=(place,), margin=margin, exact=exact)


def _pooled(units: Sequence[Unit], place: int, taken: Mapping[int, int]) -> int | None:
    """Return the pooling that a monotone function follows and may stand before."""
    function = units[place]
    if not function.is_monotone:
        return None
    (at,) = function.operands
    is_free = taken[at] == 1 and units[at].whole is None
    return at if is_free and _lets_before(units[at], function) else None


def _lets_before(pool: Unit, function: Unit) -> bool:
    margin = pool.margin
    if pool.kind != "max pooling" or margin is None:
        return pool.kind == "global max pooling"
    if margin.zeros is None or margin.outside is None:
        return False
    seen = less_sides(margin.zeros, margin.outside)
    return function.keeps_zero or not any(max(sides) > 0 for sides in seen)
