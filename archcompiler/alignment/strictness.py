"""Strictness: what two units that agree hold in fields that say no function.

Epsilon, momentum, initial values, the numbers of a rescaling and the noise of training,
as far as the model's file tells them; and on which side `same` puts more zeros.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any

from archcompiler.alignment.differences import begins_elsewhere, equal
from archcompiler.alignment.events import Event, Met
from archcompiler.alignment.findings import NOTHING, Finding
from archcompiler.units.network import Network
from archcompiler.units.units import NOISE, Unit


def open_findings(
    events: Iterable[Event], rows: Mapping[int, str], *, is_export: bool
) -> Iterator[Finding]:
    """Yield what differs in the open fields of units that lie side by side."""
    names = dict[int | None, str]({None: "input"}) | dict(rows)
    for event in events:
        if not isinstance(event, Met):
            continue
        one, other = event.one, event.other
        for what, ours, theirs in _fields(one, other):
            yield Finding(names[one.row], other.layer, what, ours, theirs, one.layer)
        if not is_export and (noise := _noise(one, other)):
            row, ours, theirs = noise
            yield Finding(names[row], other.layer, NOISE, ours, theirs, one.layer)


def _fields(one: Unit, other: Unit) -> Iterator[tuple[str, str, str]]:
    for name in one.open:
        ours, theirs = one.open[name], other.open.get(name)
        if name != NOISE and None not in (ours, theirs) and not equal(ours, theirs):
            yield name, _text(ours), _text(theirs)
    if begins_elsewhere(one, other):
        yield "padding", "more behind", "begins elsewhere"


def _noise(one: Unit, other: Unit) -> tuple[int | None, str, str] | None:
    """Return the row whose noise differs, and the noise of both sides."""
    sides: list[Any] = [unit.open.get(NOISE, ()) for unit in (one, other)]
    ours, theirs = ([text for text, _ in side] for side in sides)
    if ours == theirs:
        return None
    row = sides[0][0][1] if ours else one.row
    return row, ", ".join(ours) or NOTHING, ", ".join(theirs) or NOTHING


def left_open(table: Network, events: Iterable[Event], *, is_export: bool) -> set[str]:
    """Return the fields of the table that the model doesn't tell."""
    told = {id(e.one): e.other.open for e in events if isinstance(e, Met)}
    fields = [(unit, name) for unit in table.units for name in unit.open]
    return {
        name
        for unit, name in fields
        if told.get(id(unit), {}).get(name) is None and (is_export or name != NOISE)
    }


def _text(value: Hashable) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(_text, value))
    return f"{value:g}" if isinstance(value, float) else str(value)
