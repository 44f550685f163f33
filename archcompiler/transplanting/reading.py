"""Reading: the calls of a Keras model as a canonical graph."""

from typing import Any

import keras

from archcompiler.models.calls import NO_GRAPH, AbstractReading, KerasCall, has_graph
from archcompiler.models.sizes import Size
from archcompiler.transplanting.call import Call
from archcompiler.transplanting.canonical import canonicalise
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.graph import Graph, Node, Value


def read_model(
    model: Any, side: str, image: Size | None = None
) -> tuple[Graph, tuple[Node, ...]]:
    """Return the canonical graph of a model, and the nodes that mark its outputs.

    Where the model leaves the size of its one input open, `image` gives it.

    Raises:
        TransplantError: for a model that holds no graph of layers.
    """
    if not has_graph(model):
        raise TransplantError(f"the {side} `{model.name}` {NO_GRAPH}")
    reading = _Reading()
    outputs = [
        Node("output", (("index", n), ("rank", len(tensor.shape))), (value,))
        for n, (tensor, value) in enumerate(
            zip(model.outputs, reading.read(model, image), strict=True)
        )
    ]
    return reading.graph, tuple(outputs)


def image_of(model: Any) -> Size | None:
    """Return the shape of a model's one input; None where it has several."""
    inputs: list[Any] = model.inputs if has_graph(model) else []
    return tuple(inputs[0].shape)[1:] if len(inputs) == 1 else None


class _Reading(AbstractReading[Value]):
    """Adds the calls of a model, and of those nested in it, to one graph."""

    def __init__(self) -> None:
        super().__init__()
        self.graph = Graph()

    def add_input(self, index: int, tensor: Any, size: Size) -> Value:  # noqa: ARG002
        """Add a model's input; its height and width may be any."""
        attributes = (
            ("index", index),
            ("rank", len(tensor.shape)),
            ("channels", tensor.shape[-1]),
            ("dtype", keras.backend.standardize_dtype(tensor.dtype)),
        )
        return self.graph.add(Node("input", attributes, (), layer=tensor.name))

    def add_call(
        self, call: KerasCall, operands: tuple[Value, ...]
    ) -> tuple[Value, ...]:
        """Add the nodes of a call."""
        return canonicalise(Call(**vars(call), operands=operands, graph=self.graph))

    def note(self, name: str, layer: Any, values: tuple[Value, ...]) -> None:
        """Note what a layer gives, and which layer has that name."""
        self.graph.layers.setdefault(name, []).append(values)
        self.graph.owners[name] = layer

    def note_size(self, value: Value, size: Size) -> None:
        """Note the shape of a value."""
        self.graph.sizes.setdefault(value, size)
