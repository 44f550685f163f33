"""The graph of an ONNX file: its nodes and constants, its layouts and its shapes."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from archcompiler.models.errors import ModelError
from archcompiler.models.onnx_bytes import read_structure
from archcompiler.models.onnx_file import (
    Constant,
    Dimensions,
    OnnxNode,
    constant_of,
    dimensions_of,
    is_real,
    node_of,
    text_of,
)
from archcompiler.models.onnx_functions import inlined
from archcompiler.models.onnx_layouts import layouts_of
from archcompiler.shapes import Shape


@dataclass
class OnnxGraph:
    """The graph of a file, feeders first, as ONNX wants it."""

    nodes: list[OnnxNode]
    inputs: dict[str, Dimensions]
    outputs: list[str]
    constants: dict[str, Constant]
    """The arrays in the file, and those that its nodes were found to make of them."""

    dimensions: dict[str, Dimensions]
    """What shape inference found out, and what numbers tell that came after it."""

    reals: frozenset[str]
    """The values whose elements are real numbers."""

    layouts: Mapping[str, bool]
    """Whether a value has its channels last."""

    version: int
    """The version of ONNX' own nodes."""

    computed: set[str] = field(default_factory=set)
    """What depends on shapes and constants alone, and isn't known."""

    def is_constant(self, name: str) -> bool:
        """Whether a name stands for no value of the model: a constant, or nothing."""
        return not name or name in self.constants or name in self.computed


def read_graph(path: Path, images: tuple[Shape, ...] = ()) -> OnnxGraph:
    """Read an ONNX file; weights are not needed, wherever they are.

    `images` are the inputs of the table; an only one stands for an input of open size.

    Raises:
        ModelError: for a file that holds no ONNX model.
        ModuleNotFoundError: where `onnx` is not installed.
    """
    model = inlined(read_structure(path))
    graph = model.graph
    if not graph.node or not graph.output:
        raise ModelError(f"`{path}` is no ONNX model: it holds no graph of layers")
    constants = {text_of(each.name): constant_of(each) for each in graph.initializer}
    for each in graph.sparse_initializer:
        name, kind = text_of(each.values.name), each.values.data_type
        constants[name] = Constant(tuple(each.dims), is_real(kind), source=name)
    inputs = [each for each in graph.input if text_of(each.name) not in constants]
    nodes = [node_of(each) for each in graph.node]
    _check_parts(path, nodes)
    open_inputs = {text_of(each.name): dimensions_of(each) for each in inputs}
    try:
        layouts = layouts_of(nodes, open_inputs, images)
    except (LookupError, TypeError, ValueError) as error:
        raise ModelError(f"`{path}` is damaged: {error}") from None
    image = images[0] if len(images) == 1 else None
    for each in inputs:
        _close(each, layouts[text_of(each.name)], image)
    dimensions, reals = inferred(model)
    return OnnxGraph(
        nodes,
        {text_of(each.name): dimensions_of(each) for each in inputs},
        [text_of(each.name) for each in graph.output],
        constants,
        dimensions,
        reals,
        layouts,
        max(
            (each.version for each in model.opset_import if not each.domain), default=1
        ),
    )


def _check_parts(path: Path, nodes: list[OnnxNode]) -> None:
    """Refuse splits into other numbers of parts: inferring their shapes ends Python."""
    for node in nodes:
        parts = len(node.outputs)
        if node.kind == "Split" and node.number("num_outputs", parts) != parts:
            raise ModelError(
                f"`{path}` is damaged: `{node.name}` (Split) has {parts} outputs, and "
                f"says {node.number('num_outputs', parts):g}"
            )


def _close(value: Any, is_last: bool, image: Shape | None) -> None:
    """Give an input of open size the table's sides, and a batch of one."""
    axes = value.type.tensor_type.shape.dim
    if not axes:
        return
    _fill(axes[0], 1)
    if image is None or len(axes) != len(image) + 1:
        return
    lengths = image if is_last else (image[-1], *image[:-1])
    for axis, length in zip(axes[1:], lengths, strict=True):
        _fill(axis, length)


def _fill(axis: Any, length: int) -> None:
    if axis.dim_value <= 0:
        axis.dim_value = length


def inferred(model: Any) -> tuple[dict[str, Dimensions], frozenset[str]]:
    """Return the shapes that ONNX infers, as far as it can, and what is real.

    Its own arithmetic on shapes is left out: in a damaged file it may not end.
    """
    import onnx

    failures = (onnx.shape_inference.InferenceError, ValueError, RuntimeError)
    with suppress(*failures):  # each layer that is known gives its shape itself
        model = onnx.shape_inference.infer_shapes(model)
    graph = model.graph
    values = {
        text_of(e.name): e for e in (*graph.input, *graph.value_info, *graph.output)
    }
    reals = {
        name
        for name, each in values.items()
        if is_real(each.type.tensor_type.elem_type)
    }
    shapes = {name: dimensions_of(each) for name, each in values.items()}
    return shapes, frozenset(reals)
