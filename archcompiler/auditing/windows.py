"""Windows: whether a row could print both of its counts at all.

A convolution or dense layer makes as many multiply-adds of each weight as it has
positions. So a row whose layers have between p and q positions turns a printed number
of weights into multiply-adds between p and q times as many, whatever its widths are.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from archcompiler.claims.conventions import Convention
from archcompiler.counting.rules import PLAIN
from archcompiler.graph.nodes import Node
from archcompiler.graph.totals import RowTotals
from archcompiler.language.text.notation import Printed


class Reading(NamedTuple):
    """A convention by which a printed count may be read, and what that costs."""

    convention: Convention
    low: int
    high: int
    bits: float
    """How far it departs from the column's own convention."""

    departures: tuple[str, ...]
    """In which ways it departs: `counts`, `unit`, `rounding`."""


_DEPARTURES = {"rounding": 1.0, "unit": 2.0, "counts": 5.0}


def readings(
    printed: Printed, usual: Convention | None, conventions: Iterable[Convention]
) -> list[Reading]:
    """Return the ways to read a printed count, the nearest to the usual one first."""
    found = [] if usual is None else [Reading(usual, *usual.window(printed), 0.0, ())]
    for convention in conventions:
        departures = _departures(usual, convention, printed.unit)
        if departures or usual is None:
            bits = sum([_DEPARTURES[what] for what in departures])
            window = convention.window(printed)
            found.append(Reading(convention, *window, bits, departures))
    return sorted(found, key=lambda reading: reading.bits)


def _departures(
    usual: Convention | None, convention: Convention, unit: str
) -> tuple[str, ...]:
    if usual is None:
        return ()
    differs = {
        "counts": usual.counts != convention.counts,
        "unit": usual.units[unit] != convention.units[unit],
        "rounding": usual.rounding != convention.rounding,
    }
    return tuple([what for what, differing in differs.items() if differing])


def positions(layers: Iterable[Node]) -> tuple[int, int] | None:
    """Return the fewest and the most multiply-adds that a layer makes of a weight."""
    ratios = [node.macs // node.kernels for node in layers if node.kernels]
    return (min(ratios), max(ratios)) if ratios else None


def contradict(
    layers: Sequence[Node], params: Iterable[Reading], ops: Sequence[Reading]
) -> bool:
    """Whether no widths and kernels of these layers' positions could print both."""
    span = positions(layers)
    if span is None or any(way.convention.counts not in PLAIN for way in ops):
        return False  # what a tool counts beside multiply-adds has no weights
    totals = RowTotals(layers)
    biases = totals.trainable - totals.kernels
    for reading in params:
        counted = biases if reading.convention.counts != "weights" else 0
        least = max(0, reading.low - counted) * span[0]
        most = reading.high * span[1]
        if any(_meets(other, least, most) for other in ops):
            return False
    return True


def _meets(ops: Reading, least: int, most: int) -> bool:
    factor = PLAIN[ops.convention.counts].times
    return ops.low <= most * factor and least * factor <= ops.high
