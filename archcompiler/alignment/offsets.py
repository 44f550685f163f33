"""Offsets: biases, and what normalisations leave of them, that a whole file lacks.

PyTorch leaves out a sum with zeros, and before training every bias may be zeros. Of one
layer among others that have theirs, the offset was forgotten.
"""

from collections.abc import Hashable, Iterator, Mapping
from typing import NamedTuple

from archcompiler.units.network import Network
from archcompiler.units.units import Unit


class _Layer(NamedTuple):
    """Weights of the table that have an offset, and whether the model's have one."""

    unit: Unit
    is_shown: bool


def left_out(table: Network, met: Mapping[int, Unit]) -> frozenset[int]:
    """Return the ids of the table's weights whose offsets an export may have left out.

    `met` holds the model's unit that stands beside each of the table's. Exporters
    leave zeros out of one kind of node and not of another.
    """
    groups: dict[Hashable, list[_Layer]] = {}
    for each in _layers(table, met):
        written = met[id(each.unit)].written
        key = is_folded_into(each.unit), written
        groups.setdefault(key, []).append(each)
    bare = [each for each in groups.values() if not _any_shown(each)]
    if all(len(group) == 1 for group in bare):
        return frozenset()
    return frozenset(id(each.unit) for group in bare for each in group)


def is_folded_into(unit: Unit) -> bool:
    """Whether the offset of these weights is that of the normalisation behind them."""
    return unit.is_normalised


def _layers(table: Network, met: Mapping[int, Unit]) -> Iterator[_Layer]:
    after = {
        id(table.units[unit.operands[0]]): unit
        for unit in table.units
        if unit.kind == "batch normalisation"
    }
    for unit in table.units:
        other = met.get(id(unit))
        if other is None or "bias" not in other.settings:
            continue
        if unit.settings.get("bias") or is_folded_into(unit):
            is_visible = id(after.get(id(unit))) in met or other.is_normalised
            yield _Layer(unit, bool(other.settings["bias"]) or is_visible)


def _any_shown(layers: list[_Layer]) -> bool:
    return any(each.is_shown for each in layers)
