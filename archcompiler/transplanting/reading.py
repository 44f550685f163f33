"""Reading: the calls of a Keras model, nested models opened, as a canonical graph."""

from collections.abc import Hashable, Iterator
from typing import Any

import keras

from archcompiler.transplanting.call import TENSOR, Call, Size
from archcompiler.transplanting.canonical import canonicalise
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.graph import Graph, Node, Value
from archcompiler.transplanting.settings import freeze
from archcompiler.transplanting.sizes import Sizes, fill_in

Values = dict[int, Value]
"""The canonical value of each Keras tensor, by its id."""


def read_model(
    model: Any, side: str, image: Size | None = None
) -> tuple[Graph, tuple[Node, ...]]:
    """Return the canonical graph of a model, and the nodes that mark its outputs.

    Where the model leaves the size of its one input open, `image` gives it.

    Raises:
        TransplantError: for a model that holds no graph of layers.
    """
    if not _has_graph(model):
        raise TransplantError(
            f"the {side} `{model.name}` holds no graph of layers: a model must be "
            "functional, or sequential and built"
        )
    reader = _Reader()
    values = reader.add_inputs(model, image)
    reader.read(model, values)
    outputs = [
        Node(
            "output", (("index", n), ("rank", len(tensor.shape))), (values[id(tensor)],)
        )
        for n, tensor in enumerate(model.outputs)
    ]
    return reader.graph, tuple(outputs)


def image_of(model: Any) -> Size | None:
    """Return the shape of a model's one input; None where it has several."""
    inputs: list[Any] = model.inputs if _has_graph(model) else []
    return tuple(inputs[0].shape)[1:] if len(inputs) == 1 else None


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


class _Reader:
    """Adds the calls of a model, and of those nested in it, to one graph."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.sizes = Sizes()

    def add_inputs(self, model: Any, image: Size | None) -> Values:
        """Add the inputs; one alone that is open gets the size of the image."""
        values: Values = {}
        for index, tensor in enumerate(model.inputs):
            if len(model.inputs) == 1:
                self.sizes.give(tensor, fill_in(self.sizes.of(tensor), image))
            value = self.graph.add(_input_node(index, tensor))
            self._keep(values, [tensor], (value,))
        return values

    def read(
        self, model: Any, values: Values, path: str = "", *, is_training: bool = False
    ) -> None:
        """Add each call of a model to the graph, and its tensors to `values`."""
        for node in _calls_in_order(model.outputs, set(values)):
            layer = node.operation
            operands = tuple(values[id(tensor)] for tensor in node.input_tensors)
            mode = _mode(node, is_training)
            name = path + layer.name
            if _has_graph(layer):
                outputs = self._read_nested(node, operands, f"{name}/", mode)
            else:
                self.sizes.follow(node)
                outputs = canonicalise(self._call(node, name, operands, mode))
            self.graph.layers.setdefault(name, []).append(outputs)
            self.graph.owners[name] = layer
            self._keep(values, node.outputs, outputs)

    def _read_nested(
        self, node: Any, operands: tuple[Value, ...], path: str, is_training: bool
    ) -> tuple[Value, ...]:
        model = node.operation
        inner: Values = dict(zip(map(id, model.inputs), operands, strict=True))
        for tensor, given in zip(model.inputs, node.input_tensors, strict=True):
            self.sizes.give(tensor, self.sizes.of(given))
        self.read(model, inner, path, is_training=is_training)
        for tensor, given in zip(node.outputs, model.outputs, strict=True):
            self.sizes.give(tensor, self.sizes.of(given))
        return tuple(inner[id(tensor)] for tensor in model.outputs)

    def _keep(
        self, values: Values, tensors: list[Any], outputs: tuple[Value, ...]
    ) -> None:
        for tensor, value in zip(tensors, outputs, strict=True):
            values[id(tensor)] = value
            self.graph.sizes.setdefault(value, self.sizes.of(tensor))

    def _call(
        self, node: Any, name: str, operands: tuple[Value, ...], is_training: bool
    ) -> Call:
        return Call(
            node.operation,
            name,
            operands,
            tuple(map(self.sizes.of, node.input_tensors)),
            tuple(map(self.sizes.of, node.outputs)),
            keras.backend.standardize_dtype(node.outputs[0].dtype),
            _arguments(node),
            is_training,
            self.graph,
        )


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
    return TENSOR if isinstance(value, keras.KerasTensor) else value
