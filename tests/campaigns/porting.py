"""Ports of a network with one slip in it, as somebody makes it who copies a paper.

A port is a checked table's layers with one of them changed; shapes are computed anew.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from archcompiler.architecture import Architecture
from archcompiler.graph.graph import Graph
from archcompiler.graph.nodes import Node
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.convolution import Conv2D
from archcompiler.ops.merging import Add, Concatenate, Maximum
from archcompiler.ops.normalization import BatchNormalization
from archcompiler.ops.pooling import AveragePooling2D, MaxPooling2D
from archcompiler.ops.reshaping import Flatten
from archcompiler.ops.table import OPS
from archcompiler.reading.table import read_layers
from archcompiler.units.foreign import Foreign
from archcompiler.units.units import LIGHT


class Layer(NamedTuple):
    """A layer of a port: its op, None for an input, and the layers that it takes."""

    name: str
    op: AbstractOp | None
    inputs: tuple[str, ...]
    row: int | None


class Slip(NamedTuple):
    """A port's layers, where its outputs are, and the rows that hold the slip."""

    layers: tuple[Layer, ...]
    outputs: tuple[str, ...]
    rows: frozenset[int | None]
    what: str
    """The slip in words, with the layer that it was made in."""


class Network:
    """A table's layers, and who takes each."""

    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.nodes: dict[str, Node] = {each.name: each for each in architecture.layers}
        self.outputs = tuple(each.name for each in architecture.outputs)
        self.takers: dict[str, list[str]] = {name: [] for name in self.nodes}
        for node in self.nodes.values():
            for name in node.inputs:
                self.takers[name].append(node.name)

    @property
    def layers(self) -> list[Layer]:
        """The layers as the table has them."""
        return [Layer(n.name, n.op, n.inputs, n.row) for n in self.nodes.values()]

    def named(self, *kinds: type[AbstractOp]) -> list[Node]:
        """Return the layers of some kinds."""
        return [node for node in self.nodes.values() if isinstance(node.op, kinds)]

    def slip(self, what: str, *changed: Layer, gone: str = "", goes: str = "") -> Slip:
        """Return the port with layers changed, or one gone and another in its place."""
        by_name = {layer.name: layer for layer in changed}
        layers = [by_name.get(each.name, each) for each in self.layers]
        rows = {self.nodes[each.name].row for each in changed}
        outputs = self.outputs
        if gone:
            rows.add(self.nodes[gone].row)
            layers = [
                each._replace(
                    inputs=tuple(goes if x == gone else x for x in each.inputs)
                )
                for each in layers
                if each.name != gone
            ]
            outputs = tuple(goes if name == gone else name for name in outputs)
        return Slip(tuple(layers), outputs, frozenset(rows), what)

    def touched(self, slip: Slip) -> frozenset[int | None]:
        """Return the rows of a slip, and of what has no effect in the port any more.

        Of equal layers in a row, it cannot be told which is left out.
        """
        inputs = {layer.name: layer.inputs for layer in slip.layers}
        left, waiting = set(), [*slip.outputs]
        while waiting:
            name = waiting.pop()
            if name not in left:
                left.add(name)
                waiting += inputs[name]
        rows = {*slip.rows}
        for node in self.nodes.values():
            if node.name not in left:
                rows.add(node.row)
                rows.update(each.row for each in self._twins(node))
        return frozenset(rows)

    def _twins(self, node: Node) -> Iterator[Node]:
        """Yield the equal layers above and below, but for what only follows them."""
        for way in (lambda x: x.inputs, lambda x: self.takers[x.name]):
            at = node
            while len(way(at)) == 1:
                at = self.nodes[way(at)[0]]
                if at.op is None:
                    break
                if at.op == node.op:
                    yield at
                elif not at.op.only_in_training and at.op.family not in LIGHT:
                    break


def port_of(slip: Slip, shapes: dict[str, tuple[int, ...]]) -> Graph:
    """Build the graph of a port; `shapes` are those of its inputs.

    Raises:
        OpError: when a layer doesn't fit what arrives.
    """
    graph = Graph()
    for name, op, inputs, row in slip.layers:
        if op is None:
            graph.add_input(name, shapes[name])
        else:
            graph.add(name, op, tuple(graph[each] for each in inputs), row)
    return graph


def written_otherwise(slip: Slip, chance: random.Random) -> Slip:
    """Return a port with names of its own, in another order that may be."""
    waiting = {layer.name: layer for layer in slip.layers}
    names: dict[str, str] = {}
    layers: list[Layer] = []
    while waiting:
        ready = [each for each in waiting.values() if not waiting.keys() & each.inputs]
        layer = waiting.pop(chance.choice(ready).name)
        names[layer.name] = layer.name if layer.op is None else f"port_{len(layers)}"
        inputs = tuple(names[each] for each in layer.inputs)
        layers.append(layer._replace(name=names[layer.name], inputs=inputs))
    outputs = tuple(names[each] for each in slip.outputs)
    return slip._replace(layers=tuple(layers), outputs=outputs)


def foreign_of(
    slip: Slip, architecture: Architecture, chance: random.Random
) -> Foreign | None:
    """Return a port as an audit reads it; None where its layers don't fit."""
    shapes = {node.name: node.shape for node in architecture.inputs}
    slip = written_otherwise(slip, chance)
    try:
        graph = port_of(slip, shapes)
    except OpError:
        return None
    network = read_layers(graph, [graph[name] for name in slip.outputs])
    parameters = sum(unit.counts.parameters for unit in network.units)
    outputs = tuple(graph[name].shape for name in slip.outputs)
    return Foreign("port", network, parameters, outputs=outputs)


# Slips ----------------------------------------------------------------------

Maker = Callable[[Network, random.Random], "Slip | None"]
"""Makes one slip at random; None where the network has no place for it."""


def _of_op(
    kinds: Sequence[type[AbstractOp]],
    change: Callable[[Any, random.Random], dict[str, Any]],
) -> Maker:
    """Return a maker that changes fields of one op of some kinds."""

    def make(network: Network, chance: random.Random) -> Slip | None:
        nodes = network.named(*kinds)
        found = [(n, update) for n in nodes if (update := change(n.op, chance))]
        if not found:
            return None
        node, update = chance.choice(found)
        assert node.op is not None
        op = node.op.model_copy(update=update)
        layer = Layer(node.name, op, node.inputs, node.row)
        told = ", ".join(f"{k} {getattr(node.op, k)} -> {update[k]}" for k in update)
        return network.slip(f"{node.name}: {told}", layer)

    return make


def _windows() -> list[type[AbstractOp]]:
    return [op for op in OPS.values() if "strides" in op.model_fields]


def _having(field: str) -> list[type[AbstractOp]]:
    return [op for op in OPS.values() if field in op.model_fields]


def _stride(op: Any, _: random.Random) -> dict[str, Any]:
    return {"strides": (1, 1) if (op.strides or op.pool_size) != (1, 1) else (2, 2)}


def _kernel(op: Any, chance: random.Random) -> dict[str, Any]:
    height, width = op.kernel_size
    if height != width:
        return {"kernel_size": (width, height)}
    return {
        "kernel_size": (
            other := chance.choice({1: [3], 3: [5, 1], 5: [3]}.get(height, [3])),
            other,
        )
    }


def _smaller(op: Any, _: random.Random) -> dict[str, Any]:
    return {"kernel_size": (3, 3)} if op.kernel_size == (5, 5) else {}


def _filters(op: Any, chance: random.Random) -> dict[str, Any]:
    return {"filters": chance.choice((op.filters * 2, op.filters + 8))}


def _groups(op: Any, _: random.Random) -> dict[str, Any]:
    if op.groups > 1:
        return {"groups": op.groups // 2}
    return {"groups": 2} if op.filters % 2 == 0 and op.kernel_size != (1, 1) else {}


def _padding(op: Any, _: random.Random) -> dict[str, Any]:
    size = op.kernel_size if hasattr(op, "kernel_size") else op.pool_size
    return (
        {}
        if size == (1, 1)
        else {"padding": "valid" if op.padding == "same" else "same"}
    )


def _activation(op: Any, chance: random.Random) -> dict[str, Any]:
    if op.activation in (None, "linear"):
        return {}
    if op.activation == "swish":
        return {"activation": "relu"}  # `silu` is the same
    others = {"relu", "relu6", "sigmoid", "tanh"} - {op.activation}
    return {"activation": chance.choice(sorted(others))}


def _pooling_kind(network: Network, chance: random.Random) -> Slip | None:
    nodes = network.named(MaxPooling2D, AveragePooling2D)
    if not nodes:
        return None
    node = chance.choice(nodes)
    other = AveragePooling2D if isinstance(node.op, MaxPooling2D) else MaxPooling2D
    op: Any = node.op
    new = other(pool_size=op.pool_size, strides=op.strides, padding=op.padding)
    layer = Layer(node.name, new, node.inputs, node.row)
    return network.slip(f"{node.name}: {op.op} -> {new.op}", layer)


def _without(*families: str) -> Maker:
    """Return a maker that leaves out a layer of some families that takes one value."""

    def make(network: Network, chance: random.Random) -> Slip | None:
        nodes = [
            node
            for node in network.nodes.values()
            if node.op
            and (node.op.family or node.op.role) in families
            and len(node.inputs) == 1
        ]
        if not nodes:
            return None
        node = chance.choice(nodes)
        return network.slip(
            f"{node.name}: left out", gone=node.name, goes=node.inputs[0]
        )

    return make


def _extra(network: Network, chance: random.Random) -> Slip | None:
    """Put a convolution, an activation or a normalisation behind a layer."""
    node = chance.choice(network.named(Conv2D, *_having("pool_size")) or [None])
    if node is None or len(node.shape) != 3:
        return None
    op = chance.choice(
        (
            Conv2D(filters=node.shape[-1], kernel_size=(3, 3), padding="same"),
            OPS["ReLU"].model_validate({}),
            OPS["Activation"].model_validate({"activation": "tanh"}),
            BatchNormalization(),
            MaxPooling2D(pool_size=(3, 3), strides=(1, 1), padding="same"),
        )
    )
    slip = network.slip(f"{op.op} behind {node.name}", gone="", goes="")
    layers: list[Layer] = []
    for each in slip.layers:
        taken = tuple("extra" if name == node.name else name for name in each.inputs)
        layers.append(each._replace(inputs=taken))
        if each.name == node.name:
            layers.append(Layer("extra", op, (node.name,), node.row))
    outputs = tuple("extra" if x == node.name else x for x in slip.outputs)
    rows = {node.row, *(network.nodes[name].row for name in network.takers[node.name])}
    return Slip(tuple(layers), outputs, frozenset(rows), slip.what)


def _is_nothing(node: Node) -> bool:
    """Whether a layer changes nothing but the layout, or acts only in training."""
    return node.op is None or node.op.only_in_training or isinstance(node.op, Flatten)


def _swapped(network: Network, chance: random.Random) -> Slip | None:
    """Swap two neighbours of a chain."""
    pairs = [
        (network.nodes[node.inputs[0]], node)
        for node in network.nodes.values()
        if len(node.inputs) == 1
        and len(network.takers[node.inputs[0]]) == 1
        and len(network.nodes[node.inputs[0]].inputs) == 1
    ]
    pairs = [
        (one, other)
        for one, other in pairs
        if one.op != other.op and not any(_is_nothing(each) for each in (one, other))
    ]
    if not pairs:
        return None
    first, second = chance.choice(pairs)
    return network.slip(
        f"{first.name} ({first.op.op}) and {second.name} ({second.op.op}) swapped",
        Layer(first.name, second.op, first.inputs, first.row),
        Layer(second.name, first.op, second.inputs, second.row),
    )


def _missing_shortcut(network: Network, chance: random.Random) -> Slip | None:
    nodes = network.named(Add)
    if not nodes:
        return None
    node = chance.choice(nodes)
    kept = chance.choice(node.inputs)
    return network.slip(f"{node.name}: only {kept} is left", gone=node.name, goes=kept)


def _missing_branch(network: Network, chance: random.Random) -> Slip | None:
    nodes = [node for node in network.named(Concatenate, Add) if len(node.inputs) > 2]
    if not nodes:
        return None
    node = chance.choice(nodes)
    lost = chance.choice(node.inputs)
    left = tuple(name for name in node.inputs if name != lost)
    layer = Layer(node.name, node.op, left, node.row)
    return network.slip(f"{node.name}: without {lost}", layer)


def _swapped_branches(network: Network, chance: random.Random) -> Slip | None:
    nodes = [node for node in network.named(Concatenate) if len({*node.inputs}) > 1]
    if not nodes:
        return None
    node = chance.choice(nodes)
    order = [*node.inputs]
    at = chance.randrange(len(order) - 1)
    order[at], order[at + 1] = order[at + 1], order[at]
    layer = Layer(node.name, node.op, tuple(order), node.row)
    return network.slip(f"{node.name}: takes {', '.join(order)}", layer)


def _wrong_input(network: Network, chance: random.Random) -> Slip | None:
    """Let a layer take another value of the same shape that was there before."""
    for _ in range(50):
        node = chance.choice([n for n in network.nodes.values() if n.inputs])
        at = chance.randrange(len(node.inputs))
        taken = network.nodes[node.inputs[at]]
        earlier = []
        for each in network.nodes.values():
            if each is node:
                break
            if each.shape == taken.shape and each is not taken:
                earlier.append(each)
        earlier = [each for each in earlier if each.name not in node.inputs]
        if _is_nothing(node) or _is_nothing(taken):
            continue
        if earlier:
            other = chance.choice(earlier[-12:])
            inputs = [*node.inputs]
            inputs[at] = other.name
            layer = Layer(node.name, node.op, tuple(inputs), node.row)
            return network.slip(
                f"{node.name}: takes {other.name}, not {taken.name}", layer
            )
    return None


def _other_merge(network: Network, chance: random.Random) -> Slip | None:
    nodes = network.named(Add)
    if not nodes:
        return None
    node = chance.choice(nodes)
    layer = Layer(node.name, Maximum(), node.inputs, node.row)
    return network.slip(f"{node.name}: Add -> Maximum", layer)


KINDS: dict[str, Maker] = {
    "stride": _of_op(_windows(), _stride),
    "kernel size": _of_op(_having("kernel_size"), _kernel),
    "3x3 for 5x5": _of_op(_having("kernel_size"), _smaller),
    "filters": _of_op(_having("filters"), _filters),
    "units": _of_op(_having("units"), lambda op, _: {"units": op.units + 1}),
    "groups": _of_op(_having("groups"), _groups),
    "bias": _of_op(_having("use_bias"), lambda op, _: {"use_bias": not op.use_bias}),
    "padding": _of_op(_windows(), _padding),
    "activation": _of_op(_having("activation"), _activation),
    "pooling kind": _pooling_kind,
    "normalisation left out": _without("normalisation"),
    "activation left out": _without("activation"),
    "layer left out": _without("weighted", "pooling"),
    "extra layer": _extra,
    "layers swapped": _swapped,
    "shortcut left out": _missing_shortcut,
    "branch left out": _missing_branch,
    "branches swapped": _swapped_branches,
    "wrong input": _wrong_input,
    "other merge": _other_merge,
}


def _is_idle(kind: str, slip: Slip, network: Network) -> bool:
    """Whether a window sees the same as before, as over one position."""
    if kind not in ("stride", "padding"):
        return False
    shapes = {node.name: node.shape for node in network.architecture.inputs}
    graph = port_of(slip, shapes)
    return all(graph[each.name].shape == each.shape for each in network.nodes.values())


def slips(
    network: Network, kind: str, count: int, chance: random.Random
) -> Iterator[tuple[Slip, Foreign]]:
    """Yield so many ports with a slip of one kind; fewer where there are no more."""
    for _ in range(20 * count):
        slip = KINDS[kind](network, chance)
        if slip is None:
            return
        port = foreign_of(slip, network.architecture, chance)
        if port is not None and not _is_idle(kind, slip, network):
            yield slip, port
            count -= 1
        if not count:
            return
