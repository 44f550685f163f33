"""Reading a table: every node of its graph as units that know their row."""

from collections.abc import Iterable

from archcompiler.architecture import Architecture
from archcompiler.graph.graph import Node
from archcompiler.units.calls import Call, Origin, open_fields
from archcompiler.units.lowering import lower
from archcompiler.units.network import Network, finish
from archcompiler.units.units import Unit, Units


def read_table(architecture: Architecture) -> Network:
    """Return the units of a checked architecture."""
    return read_layers(architecture.layers, architecture.outputs)


def read_layers(layers: Iterable[Node], outputs: Iterable[Node]) -> Network:
    """Return the units of layers, each after those that it takes."""
    units = Units()
    places: dict[str, int] = {}
    for node in layers:
        places[node.name] = _add(units, node, places)
    return finish(units, [places[node.name] for node in outputs])


def _add(units: Units, node: Node, places: dict[str, int]) -> int:
    if node.op is None:
        return units.add(Unit("input", {}, (), node.shape, node.name, family="input"))
    operands = tuple(places[name] for name in node.inputs)
    return lower(
        Call(
            units,
            node.op,
            operands,
            Origin(node.name, node.row),
            open=open_fields(node.op),
        )
    )
