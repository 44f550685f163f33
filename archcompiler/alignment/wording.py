"""Wording: what findings say of several units at once."""

from collections import Counter
from collections.abc import Iterable, Sequence

from archcompiler.diagnostics import listed
from archcompiler.units.units import Unit

NOTHING = "none"

_MOST_LISTED = 3


def notable(units: Sequence[Unit]) -> list[Unit]:
    """Return the units to tell of: what only follows a missing layer goes with it."""
    return [unit for unit in units if not unit.is_light] or [*units]


def kind_of(how: str, told: Sequence[Unit]) -> str:
    """Say what is missing, or there: `missing layers`, `activation`."""
    if len(told) > 1:
        return f"{how} layers"
    return told[0].family if told[0].is_light else f"{how} layer"


def listing(units: Sequence[Unit]) -> str:
    """Say what a few units are, and count the others."""
    text = "; ".join(map(str, units[:_MOST_LISTED]))
    over = len(units) - _MOST_LISTED
    return text if over < 1 else f"{text}; and {over} more"


def quoted(units: Iterable[Unit]) -> str:
    """Name units by their layers."""
    return listed([f"`{unit.layer}`" for unit in units])


def layers_of(units: Iterable[Unit]) -> tuple[str, ...]:
    """Return the names of layers, one for all that is made of one."""
    return (*dict.fromkeys(unit.layer for unit in units),)


def shortly(layers: Sequence[str]) -> str:
    """Name a few layers, or count many."""
    if len(layers) > _MOST_LISTED:
        return f"{len(layers)} layers"
    return listed([f"`{layer}`" for layer in layers])


def leading_nowhere(layers: Sequence[str]) -> str:
    """Say which layers have no effect any more."""
    verb = "leads" if len(layers) == 1 else "lead"
    return f"; {shortly(layers)} {verb} nowhere" if layers else ""


def described(units: Iterable[Unit]) -> str:
    """Name units by their layers, with what they are."""
    return ", ".join(f"`{unit.layer}` ({unit})" for unit in units) or NOTHING


def taken_apart(
    ours: Sequence[Unit], theirs: Sequence[Unit]
) -> tuple[list[Unit], list[Unit]]:
    """Return what only one side takes, or takes more often."""
    here, there = (Counter(map(id, side)) for side in (ours, theirs))
    units = {id(unit): unit for unit in (*ours, *theirs)}
    mine, yours = (here - there).elements(), (there - here).elements()
    return [units[each] for each in mine], [units[each] for each in yours]


def moved_only(ours: Sequence[str], theirs: Sequence[str]) -> tuple[str, str]:
    """Say in which order both stand, but for what begins or ends alike."""
    pairs = zip(ours, theirs, strict=True)
    apart = [at for at, (one, other) in enumerate(pairs) if one != other]
    first, end = apart[0], apart[-1] + 1
    before, behind = "...; " * (first > 0), "; ..." * (end < len(ours))
    here, there = ("; ".join(side[first:end]) for side in (ours, theirs))
    return f"{before}{here}{behind}", f"{before}{there}{behind}"
