"""What lies in an ONNX file: nodes, constants and shapes, in plain Python values."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from math import prod
from typing import Any

from archcompiler.models.errors import ModelError

Dimensions = tuple[int | None, ...]
"""A shape as ONNX has it, the batch first; an axis that is not known is None."""

MOST_ELEMENTS = 64
"""Numbers of a constant that are read: shapes, sides and bounds, never weights."""

MOST_WHOLE = 4096
"""Whole numbers that are read: places of elements, too."""


@dataclass(frozen=True)
class OnnxNode:
    """One node: what it is, what it takes and gives, and its attributes."""

    kind: str
    name: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    proto: Any = field(default=None, repr=False)
    """The node as ONNX has it."""

    def numbers(self, name: str, default: tuple[int, ...]) -> tuple[int, ...]:
        """Return an attribute that is a list of whole numbers."""
        return tuple(map(int, self.attributes.get(name) or default))

    def number(self, name: str, default: float) -> float:
        """Return an attribute that is one number."""
        return float(self.attributes.get(name, default))

    def word(self, name: str, default: str) -> str:
        """Return an attribute that is a text."""
        return text_of(self.attributes.get(name, default))


@dataclass(frozen=True)
class Constant:
    """An array that is no value of the model: its dimensions; few numbers, too."""

    dimensions: tuple[int, ...]
    is_real: bool
    array: Any = field(default=None, compare=False, repr=False)
    """The elements, where they are few and known."""

    source: str = ""
    """The array in the file that holds the same elements."""

    filled: float | None = None
    """What each element is, where a node fills a shape with one number."""

    @property
    def size(self) -> int:
        """Number of elements."""
        return prod(self.dimensions)

    @property
    def numbers(self) -> tuple[float, ...] | None:
        """The elements as numbers, where they are known."""
        if self.array is None:
            return None
        return tuple(self.array.astype("float64").ravel().tolist())


def dimensions_of(value: Any) -> Dimensions:
    """Return the shape that is noted of a value."""
    axes = value.type.tensor_type.shape.dim
    return tuple(axis.dim_value if axis.dim_value > 0 else None for axis in axes)


def node_of(node: Any) -> OnnxNode:
    """Return a node in plain values.

    Raises:
        ModelError: for a node that is damaged.
    """
    import onnx

    attributes = {}
    for attribute in node.attribute:
        try:
            value = onnx.helper.get_attribute_value(attribute)
        except (ValueError, TypeError) as error:
            raise ModelError(f"`{text_of(node.name)}` is damaged: {error}") from None
        is_array = isinstance(value, onnx.TensorProto)
        attributes[text_of(attribute.name)] = constant_of(value) if is_array else value
    kind = text_of(node.op_type)
    if node.domain not in ("", "ai.onnx"):
        kind = f"{text_of(node.domain)}.{kind}"
    inputs = *map(text_of, node.input), *map(text_of, _captured(node))
    outputs = tuple(map(text_of, node.output))
    name = text_of(node.name) or next(iter(outputs), kind)
    return OnnxNode(kind, name, inputs, outputs, attributes, node)


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


def text_of(value: Any) -> str:
    """Return a name; that of a damaged file may be no text."""
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def constant_of(tensor: Any) -> Constant:
    """Return an array of the file.

    Raises:
        ModelError: for an array that is damaged.
    """
    import onnx

    dimensions, name = tuple(tensor.dims), text_of(tensor.name)
    is_inside = tensor.data_location != onnx.TensorProto.EXTERNAL
    most = MOST_ELEMENTS if is_real(tensor.data_type) else MOST_WHOLE
    is_small = 0 <= prod(dimensions) <= most
    array = None
    if is_inside and is_small and tensor.data_type != onnx.TensorProto.STRING:
        try:
            array = onnx.numpy_helper.to_array(tensor)
        except (ValueError, TypeError, LookupError) as error:
            raise ModelError(f"`{name}` is damaged: {error}") from None
    return Constant(dimensions, is_real(tensor.data_type), array, name)


def is_real(element: int) -> bool:
    """Whether elements of a type of ONNX are real numbers."""
    import onnx

    kinds = onnx.TensorProto
    return element in (kinds.FLOAT, kinds.DOUBLE, kinds.FLOAT16, kinds.BFLOAT16)
