"""An ONNX file: read, its shapes inferred, its nodes in plain Python values."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from typing import Any

from archcompiler.alignment.errors import ModelError

Dimensions = tuple[int | None, ...]
"""A shape as ONNX has it, the batch first; an axis that is not known is None."""

MOST_ELEMENTS = 64
"""Numbers of a constant that are read: shapes, sides and bounds, never weights."""


@dataclass(frozen=True)
class OnnxNode:
    """One node: what it is, what it takes and gives, and its attributes."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]

    def numbers(self, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """Return an attribute that is a list of whole numbers."""
        return tuple(map(int, self.attributes.get(name) or default))

    def number(self, name: str, default: float) -> float:
        """Return an attribute that is one number."""
        return float(self.attributes.get(name, default))

    def word(self, name: str, default: str) -> str:
        """Return an attribute that is a text."""
        return _text(self.attributes.get(name, default))


@dataclass(frozen=True)
class Constant:
    """An array in the file: its dimensions, and its numbers where they are few."""

    dimensions: tuple[int, ...]
    is_real: bool
    numbers: tuple[float, ...] | None = None

    @property
    def size(self) -> int:
        """Number of elements."""
        return prod(self.dimensions)


@dataclass
class OnnxGraph:
    """The graph of a file, feeders first, as ONNX wants it."""

    nodes: list[OnnxNode]
    inputs: dict[str, Dimensions]
    outputs: list[str]
    constants: dict[str, Constant]
    dimensions: dict[str, Dimensions] = field(default_factory=dict)
    """What shape inference found out."""


def read_graph(path: Path) -> OnnxGraph:
    """Read an ONNX file; external weights are not needed.

    Raises:
        ModelError: for a file that holds no ONNX model.
        ModuleNotFoundError: where `onnx` is not installed.
    """
    import onnx
    from google.protobuf.message import DecodeError

    try:
        model = onnx.load(str(path), load_external_data=False)
    except (DecodeError, ValueError) as error:
        raise ModelError(f"`{path}` is no ONNX model, or damaged: {error}") from None
    if not model.graph.node or not model.graph.output:
        raise ModelError(f"`{path}` is no ONNX model: it holds no graph of layers")
    graph = model.graph
    constants = {_text(each.name): _constant(each) for each in graph.initializer}
    nodes = [_node(each) for each in graph.node]
    return OnnxGraph(
        nodes,
        {
            _text(each.name): _dimensions(each)
            for each in graph.input
            if _text(each.name) not in constants
        },
        [_text(each.name) for each in graph.output],
        constants,
        dict(_inferred(model)),
    )


def _inferred(model: Any) -> Iterator[tuple[str, Dimensions]]:
    """Return the shapes that ONNX infers; none where it cannot."""
    import onnx

    failures = (onnx.shape_inference.InferenceError, ValueError, RuntimeError)
    with suppress(*failures):  # each layer that is known gives its shape itself
        model = onnx.shape_inference.infer_shapes(model)
    for each in (*model.graph.value_info, *model.graph.output):
        yield _text(each.name), _dimensions(each)


def _dimensions(value: Any) -> Dimensions:
    axes = value.type.tensor_type.shape.dim
    return tuple(axis.dim_value if axis.dim_value > 0 else None for axis in axes)


def _node(node: Any) -> OnnxNode:
    import onnx

    attributes = {}
    for attribute in node.attribute:
        try:
            value = onnx.helper.get_attribute_value(attribute)
        except (ValueError, TypeError) as error:
            raise ModelError(f"`{_text(node.name)}` is damaged: {error}") from None
        is_array = isinstance(value, onnx.TensorProto)
        attributes[_text(attribute.name)] = _constant(value) if is_array else value
    kind = _text(node.op_type)
    if node.domain not in ("", "ai.onnx"):
        kind = f"{_text(node.domain)}.{kind}"
    inputs = *map(_text, node.input), *map(_text, _captured(node))
    outputs = tuple(map(_text, node.output))
    name = _text(node.name) or next(iter(outputs), kind)
    return OnnxNode(kind, name, inputs, outputs, attributes)


def _captured(node: Any) -> Iterator[str]:
    """Return what the graphs within a node take from outside."""
    waiting = [node]
    while waiting:
        for attribute in waiting.pop().attribute:
            for graph in (attribute.g, *attribute.graphs):
                waiting += graph.node
                inside = {name for inner in graph.node for name in inner.output}
                for inner in graph.node:
                    yield from (name for name in inner.input if name not in inside)


def _text(value: Any) -> str:
    """Return a name; that of a damaged file may be no text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _constant(tensor: Any) -> Constant:
    import onnx

    dimensions = tuple(tensor.dims)
    real = (
        onnx.TensorProto.FLOAT,
        onnx.TensorProto.DOUBLE,
        onnx.TensorProto.FLOAT16,
        onnx.TensorProto.BFLOAT16,
    )
    numbers = None
    is_inside = tensor.data_location != onnx.TensorProto.EXTERNAL
    if is_inside and 0 <= prod(dimensions) <= MOST_ELEMENTS:
        try:
            array = onnx.numpy_helper.to_array(tensor)
            numbers = tuple(array.astype("float64").ravel().tolist())
        except (ValueError, TypeError) as error:
            raise ModelError(f"`{_text(tensor.name)}` is damaged: {error}") from None
    return Constant(dimensions, tensor.data_type in real, numbers)
