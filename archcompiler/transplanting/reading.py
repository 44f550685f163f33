"""Reading: the calls of a Keras model, nested models opened, as a canonical graph."""

from collections.abc import Hashable, Iterator
from typing import Any

import keras

from archcompiler.transplanting.call import Call
from archcompiler.transplanting.canonical import canonicalise
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.graph import Graph, Node, Value
from archcompiler.transplanting.settings import freeze

Values = dict[int, Value]
"""The canonical value of each Keras tensor, by its id."""


def read_model(model: Any, side: str) -> tuple[Graph, tuple[Node, ...]]:
    """Return the canonical graph of a model, and the nodes that mark its outputs.

    Raises:
        TransplantError: for a model that holds no graph of layers.
    """
    if not _has_graph(model):
        raise TransplantError(
            f"the {side} `{model.name}` holds no graph of layers: a model must be "
            "functional, or sequential and built"
        )
    graph = Graph()
    values = {
        id(tensor): graph.add(_input_node(index, tensor))
        for index, tensor in enumerate(model.inputs)
    }
    _read(model, graph, values, "", is_training=False)
    outputs = [
        Node(
            "output", (("index", n), ("rank", len(tensor.shape))), (values[id(tensor)],)
        )
        for n, tensor in enumerate(model.outputs)
    ]
    return graph, tuple(outputs)


def _has_graph(operation: Any) -> bool:
    """Whether what a layer computes is a graph that Keras knows."""
    if not isinstance(operation, keras.Model):
        return False
    if not type(operation).call.__module__.startswith("keras."):
        return False  # its own code
    try:
        return bool(operation.inputs) and bool(operation.outputs)
    except (AttributeError, ValueError):  # a subclass of its own, or not yet built
        return False


def _input_node(index: int, tensor: Any) -> Node:
    """Return a model's input; its height and width may be any."""
    dtype = keras.backend.standardize_dtype(tensor.dtype)
    rank, channels = len(tensor.shape), tensor.shape[-1]
    attributes = (
        ("index", index),
        ("rank", rank),
        ("channels", channels),
        ("dtype", dtype),
    )
    return Node("input", attributes, (), layer=tensor.name)


def _read(
    model: Any, graph: Graph, values: Values, path: str, *, is_training: bool
) -> None:
    """Add each call of a model to the graph, and its tensors to `values`."""
    for node in _calls_in_order(model.outputs, set(values)):
        layer = node.operation
        operands = tuple(values[id(tensor)] for tensor in node.input_tensors)
        mode = _mode(node, is_training)
        name = path + layer.name
        if _has_graph(layer):
            outputs = _read_nested(layer, graph, operands, f"{name}/", mode)
        else:
            outputs = canonicalise(_call(node, name, operands, mode, graph))
        graph.layers.setdefault(name, []).append(outputs)
        graph.owners[name] = layer
        values.update(zip(map(id, node.outputs), outputs, strict=True))


def _read_nested(
    model: Any, graph: Graph, operands: tuple[Value, ...], path: str, is_training: bool
) -> tuple[Value, ...]:
    inner: Values = dict(zip(map(id, model.inputs), operands, strict=True))
    _read(model, graph, inner, path, is_training=is_training)
    return tuple(inner[id(tensor)] for tensor in model.outputs)


def _calls_in_order(outputs: list[Any], known: set[int]) -> Iterator[Any]:
    """Return the calls that lead from known tensors to `outputs`, feeders first."""
    done: set[int] = set()
    waiting = [_maker(tensor) for tensor in outputs if id(tensor) not in known]
    while waiting:
        node = waiting[-1]
        feeds = [
            _maker(tensor)
            for tensor in reversed(node.input_tensors)
            if id(tensor) not in known
        ]
        missing = [feed for feed in feeds if id(feed) not in done]
        if missing and id(node) not in done:
            waiting += missing
            continue
        waiting.pop()
        if id(node) not in done:
            done.add(id(node))
            yield node


def _maker(tensor: Any) -> Any:
    """Return the call that made a Keras tensor."""
    history = tensor._keras_history
    return history.operation._inbound_nodes[history.node_index]


def _call(
    node: Any, name: str, operands: tuple[Value, ...], is_training: bool, graph: Graph
) -> Call:
    return Call(
        node.operation,
        name,
        operands,
        tuple(tuple(tensor.shape)[1:] for tensor in node.input_tensors),
        tuple(tuple(tensor.shape)[1:] for tensor in node.outputs),
        _arguments(node),
        is_training,
        graph,
    )


def _mode(node: Any, is_training: bool) -> bool:
    """Whether a call runs in training mode, by its own word or the model's around."""
    given = node.arguments.kwargs.get("training")
    return is_training if given is None else bool(given)


def _arguments(node: Any) -> Hashable:
    """Return how a call passes its tensors; None for one tensor or one list."""
    tensors = {id(tensor) for tensor in node.input_tensors}
    given = {
        key: each
        for key, each in node.arguments.kwargs.items()
        if each is not None and key != "training"
    }
    positional = node.arguments.args
    if not given and len(positional) == 1:
        first = positional[0]
        several = first if isinstance(first, list | tuple) else [first]
        if all(id(each) in tensors for each in several):
            return None
    return freeze(keras.tree.map_structure(_mark, [positional, given]))


def _mark(value: Any) -> Any:
    return "tensor" if isinstance(value, keras.KerasTensor) else value
