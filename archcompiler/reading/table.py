"""Reading a table: every node of its graph as units that know their row."""

from collections.abc import Iterable

from archcompiler.architecture import Architecture
from archcompiler.graph.nodes import Node
from archcompiler.shapes import Shape
from archcompiler.units.arrays import Held
from archcompiler.units.calls import AppliedOp, Origin, open_fields
from archcompiler.units.finishing import finish
from archcompiler.units.lowering import lower
from archcompiler.units.network import Network
from archcompiler.units.units import Units


def read_table(architecture: Architecture) -> Network:
    """Return the units of a checked architecture."""
    return read_layers(architecture.layers, architecture.outputs)


def read_layers(layers: Iterable[Node], outputs: Iterable[Node]) -> Network:
    """Return the units of layers, each after those that it takes."""
    units = Units()
    places: dict[str, int] = {}
    shapes: dict[str, Shape] = {}
    for node in layers:
        places[node.name] = _add(units, node, places, shapes)
        shapes[node.name] = node.shape
    return finish(units.made, [places[node.name] for node in outputs])


def _held(node: Node, name: str) -> Held:
    """Return one of a node's arrays, which nobody has made."""
    return Held(name, None, node.name, identity=(node.name, name))


def _add(
    units: Units, node: Node, places: dict[str, int], shapes: dict[str, Shape]
) -> int:
    if node.op is None:
        return units.add_input(node.name, node.shape)
    operands = tuple(places[name] for name in node.inputs)
    return lower(
        AppliedOp(
            units,
            node.op,
            operands,
            Origin(node.name, node.row),
            arrives=shapes[node.inputs[0]],
            open=open_fields(node.op),
            arrays=tuple(_held(node, each.name) for each in node.facts.weights),
        )
    )
