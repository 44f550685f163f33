"""Sharing: layers that hold the weights of another one, on one side or on both."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from archcompiler.alignment.events import Event, Met
from archcompiler.alignment.findings import Finding
from archcompiler.units.network import Network
from archcompiler.units.units import Unit

Holders = Mapping[int, Sequence[Unit]]
"""Of each unit that has weights, by its id: of each array the first that holds it."""


class Sharing(NamedTuple):
    """Which layers hold weights of others, as far as the two sides tell."""

    findings: Sequence[Finding]
    unsure: int
    """Of how many layers the file leaves it open."""

    repeated: int
    """How many weights layers of both sides take from another layer of theirs.

    A file counts them once for each layer, however many values that takes.
    """


def compare_sharing(
    events: Iterable[Event], table: Network, model: Network, rows: Mapping[int, str]
) -> Sharing:
    """Compare which of the layers that lie side by side share their weights.

    Exporters write arrays once that are equal, such as kernels of zeros: of what a file
    has as a copy nobody can tell.
    """
    partners = {id(each.other): each.one for each in events if isinstance(each, Met)}
    ours, theirs = _holders(table), _holders(model)
    findings, unsure, repeated = [], 0, 0
    for other in model.units:
        one = partners.get(id(other))
        mine = () if one is None else ours.get(id(one), (one,))
        yours = theirs.get(id(other), ())
        if {id(partners.get(id(each), each)) for each in yours} == {*map(id, mine)}:
            if any(each.layer != other.layer for each in yours):
                repeated += other.counts.parameters
        elif other.is_copied:
            unsure += _are_others(other, yours)
        elif one is not None and yours:
            findings.append(_finding(one, other, mine, yours, rows))
        elif one is not None:
            unsure += _are_others(one, mine)
    return Sharing(findings, unsure, repeated)


def _holders(network: Network) -> Holders:
    first: dict[Hashable, Unit] = {}
    return {
        id(unit): [first.setdefault(each, unit) for each in unit.weights]
        for unit in network.units
        if unit.weights
    }


def _are_others(unit: Unit, holders: Sequence[Unit]) -> bool:
    return any(each is not unit for each in holders)


def _finding(
    one: Unit,
    other: Unit,
    mine: Sequence[Unit],
    yours: Sequence[Unit],
    rows: Mapping[int, str],
) -> Finding:
    row = "input" if one.row is None else rows[one.row]
    ours, theirs = _told(one, mine), _told(other, yours)
    return Finding(row, other.layer, "shared weights", ours, theirs, one.layer)


def _told(unit: Unit, holders: Sequence[Unit]) -> str:
    others: Iterator[Unit] = (each for each in holders if each is not unit)
    shared = next(others, None)
    return "its own" if shared is None else f"those of `{shared.layer}`"
