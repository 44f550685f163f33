"""ONNX files of a few nodes from `x` to `y`, and tables of as few rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from archcompiler.alignment.aligning import Alignment, align
from archcompiler.checking.checking import load
from archcompiler.reading.opening import open_model

SIZE = (1, 3, 8, 8)
CONV = """\
name: one
input: 8x8x3
table:
  columns: [name, type, patch, filters, padding]
  rows:
  - [a, Conv2D, 3x3, 4, same]
"""
KERNEL = np.random.default_rng(1).normal(size=(4, 3, 3, 3)).astype("float32")
BIAS = np.arange(1, 5, dtype="float32")
AROUND = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}


def node(kind: str, inputs: Sequence[str], output: str, **attributes: Any) -> Any:
    """Return a node with one output."""
    return helper.make_node(kind, inputs, [output], **attributes)


def conv(x: str = "x", weight: str = "w", bias: str = "b", output: str = "y") -> Any:
    """Return the table's convolution."""
    return node("Conv", [x, weight, bias], output, **AROUND)


def save(
    path: Path,
    nodes: Sequence[Any],
    weights: Mapping[str, Any],
    inputs: Mapping[str, Sequence[Any]] | None = None,
    outputs: Sequence[str] = ("y",),
    functions: Sequence[Any] = (),
    version: int = 19,
) -> str:
    """Write a graph and return its path."""
    value, kind = helper.make_tensor_value_info, TensorProto.FLOAT
    sizes = {"x": SIZE} if inputs is None else inputs
    graph = helper.make_graph(
        nodes,
        "graph",
        [value(name, kind, size) for name, size in sizes.items()],
        [value(name, kind, None) for name in outputs],
        [numpy_helper.from_array(np.asarray(w), name) for name, w in weights.items()],
    )
    opsets = [helper.make_opsetid("", version), helper.make_opsetid("own", 1)]
    model = helper.make_model(
        graph, opset_imports=opsets, ir_version=9, functions=functions
    )
    onnx.save(model, str(path))
    return str(path)


def aligned(text: str, path: str) -> Alignment:
    """Lay a file beside a table."""
    architecture = load(text)
    images = tuple(each.shape for each in architecture.inputs)
    return align(architecture, open_model(path, images))


def told(found: Alignment) -> list[tuple[str, str, str, str]]:
    """Return row, what, table and model of each finding."""
    return [(f.row, f.what, f.table, f.model) for f in found.findings]
