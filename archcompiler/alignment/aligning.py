"""Aligning: a foreign network laid beside a table, from reading to findings."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import NamedTuple

from archcompiler.alignment.alignment import Alignment
from archcompiler.alignment.clean_bill import not_compared
from archcompiler.alignment.events import Event, Laid, Met, events_of, lay
from archcompiler.alignment.findings import NOTHING, Finding, Told
from archcompiler.alignment.growing import grow
from archcompiler.alignment.meeting import pair_by_wiring
from archcompiler.alignment.sharing import Sharing, compare_sharing
from archcompiler.alignment.strictness import left_open, open_findings
from archcompiler.alignment.telling import tell
from archcompiler.alignment.totals import Totals, printed_macs
from archcompiler.alignment.walking import pair_by_trees
from archcompiler.architecture import Architecture
from archcompiler.models.errors import ModelError
from archcompiler.reading.table import read_table
from archcompiler.shapes import format_shape
from archcompiler.units.foreign import Foreign
from archcompiler.units.network import Network, spread

MOST_UNITS = 5_000

_LITTLE = 20.0
"""What a few layers cost; trees are laid together only where more differs."""


def align(
    architecture: Architecture, model: Foreign, *, strict: bool = False
) -> Alignment:
    """Compare a foreign model with a checked table, layer by layer.

    `strict` compares what says no function, too, as far as the model tells it.

    Raises:
        ModelError: for a model with more layers than can be compared.
    """
    if len(model.network.units) > MOST_UNITS:
        raise ModelError(
            f"the model has {len(model.network.units):,} layers; at most "
            f"{MOST_UNITS:,} can be compared"
        )
    told = _told_best(architecture, model)
    findings = [*told.findings]
    rows = architecture.row_names
    if strict:
        findings += open_findings(told.events, rows, is_export=model.is_export)
    met = sum(isinstance(event, Met) for event in told.events)
    return Alignment(
        architecture.name,
        model.name,
        tuple(findings),
        (*told.said.notes, *model.notes),
        _totals(architecture, told),
        tuple(rows.values()),
        met,
        not_compared(
            is_export=model.is_export,
            left_open=left_open(told.part, told.events, is_export=model.is_export)
            if strict
            else None,
        ),
    )


class _Laying(NamedTuple):
    """What is told of a table and a model, of the many ways to write either."""

    model: Foreign
    part: Network
    """What of the table leads to outputs that the model has, too."""

    events: Sequence[Event]
    said: Told
    sharing: Sharing
    findings: Sequence[Finding]


def _told_best(architecture: Architecture, model: Foreign) -> _Laying:
    """Tell what differs in the way in which that is least."""
    told: list[_Laying] = []
    for table, network in ways(read_table(architecture), model):
        told.append(_tell(architecture, table, replace(model, network=network)))
        if not told[-1].findings:
            break
    return min(told, key=lambda each: len(each.findings))


def ways(table: Network, model: Foreign) -> Iterator[tuple[Network, Network]]:
    """Yield two networks as they are written, then as they may be told otherwise.

    With images whose channels come first as others, and without partial sums.
    """
    networks = [each for each in (model.network, model.turned) if each is not None]
    for network in networks:
        yield table, network
    ours = spread(table)
    for network in networks:
        theirs = spread(network)
        if ours is not table or theirs is not network:
            yield ours, theirs


def _tell(architecture: Architecture, table: Network, model: Foreign) -> _Laying:
    network, rows = model.network, architecture.row_names
    count = min(len(table.outputs), len(network.outputs))
    part = table.feeding(table.outputs[:count])
    theirs = network.feeding(network.outputs[:count])
    events = [*events_of(part, theirs, lay_together(part, theirs))]
    told = tell(events, part, rows, is_export=model.is_export)
    findings = [*told.findings, *_missing_outputs(architecture, table, network)]
    findings += _extra_outputs(architecture, table, network)
    findings += _unknown_beyond(architecture, theirs, network)
    sharing = compare_sharing(events, part, theirs, rows)
    findings += sharing.findings
    findings += _output_shapes(architecture, model) if not findings else ()
    return _Laying(model, part, events, told, sharing, findings)


def lay_together(table: Network, model: Network) -> Laid:
    """Lay two networks together as it costs least."""
    by_wiring = pair_by_wiring(table, model)
    found = [] if by_wiring is None else [lay(table, model, by_wiring)]
    if found and not found[0].cost:
        return found[0]
    found += [lay(table, model, each) for each in grow(table, model)]
    if all(each.cost > _LITTLE for each in found):
        with suppress(RecursionError):  # branches that nest too deeply for trees
            found.append(lay(table, model, pair_by_trees(table, model)))
    return min(found, key=lambda each: each.cost)


def _missing_outputs(
    architecture: Architecture, table: Network, model: Network
) -> list[Finding]:
    """Return the outputs beyond those of the model; what only feeds them goes too."""
    found = []
    for place in table.outputs[len(model.outputs) :]:
        unit = table.units[place]
        row = architecture.row_names[unit.row] if unit.row is not None else "input"
        found.append(
            Finding(row, unit.layer, "missing output", str(unit), NOTHING, unit.layer)
        )
    return found


def _extra_outputs(
    architecture: Architecture, table: Network, model: Network
) -> list[Finding]:
    found = []
    last = [*architecture.row_names.values()][-1]
    for place in model.outputs[len(table.outputs) :]:
        unit = model.units[place]
        found.append(Finding(last, unit.layer, "extra output", NOTHING, str(unit)))
    return found


def _output_shapes(architecture: Architecture, model: Foreign) -> Iterator[Finding]:
    """Yield the outputs that are a 1x1 image on one side and a vector on the other."""
    for node, theirs in zip(architecture.outputs, model.outputs, strict=False):
        if len(node.shape) != len(theirs):
            row = "input" if node.row is None else architecture.row_names[node.row]
            shape = "x".join("?" if size is None else str(size) for size in theirs)
            ours = format_shape(node.shape)
            yield Finding(row, node.name, "output shape", ours, shape, node.name)


def _unknown_beyond(
    architecture: Architecture, part: Network, model: Network
) -> list[Finding]:
    """Return the unknown layers that only feed outputs beyond those of the table."""
    last = [*architecture.row_names.values()][-1]
    told = {unit.layer for unit in part.unknown}
    return [
        Finding(last, unit.layer, "unknown layer", NOTHING, str(unit))
        for unit in model.unknown
        if unit.layer not in told
    ]


def _totals(architecture: Architecture, laying: _Laying) -> Totals:
    model, told = laying.model, laying.said
    repeated = laying.sharing.repeated if model.is_export else 0
    counted = [unit.counts.macs for unit in model.network.units]
    known = [macs for macs in counted if macs is not None]
    return Totals(
        architecture.parameters,
        model.parameters - repeated,
        architecture.macs,
        sum(known) if len(known) == len(counted) else None,
        printed_macs(architecture),
        not model.network.unknown,
        told.moved,
        (*told.unsure, *_copies(laying.sharing)),
    )


def _copies(sharing: Sharing) -> Iterator[str]:
    """Say of how many layers it is open whether they share their kernels."""
    if sharing.unsure:
        layers = f"the kernels of {sharing.unsure} layers"
        yield f"{layers}, which are written as copies of others"
