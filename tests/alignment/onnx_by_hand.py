"""ONNX graphs node by node, as exporters write them, against tables of a few rows."""

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

from archcompiler.alignment.aligning import align
from archcompiler.alignment.alignment import Alignment
from archcompiler.architecture import Architecture
from archcompiler.checking.checking import load
from archcompiler.reading.opening import open_model


class Graph:
    """A graph of one input, `x`: each call of `add` returns a value's name."""

    def __init__(self, *shape: int, opset: int = 18) -> None:
        self.shape, self.opset = shape, opset
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, kind: str, *inputs: Any, **attributes: Any) -> str:
        """Add a node; a number or a list stands for a constant."""
        output = f"{kind}_{len(self.nodes)}"
        names = [each if isinstance(each, str) else self.hold(each) for each in inputs]
        node = helper.make_node(kind, names, [output], name=output, **attributes)
        self.nodes.append(node)
        return output

    def hold(self, numbers: Any) -> str:
        """Add a constant: real numbers, but whole ones where a list holds such."""
        name = f"constant_{len(self.constants)}"
        array = np.asarray(numbers)
        whole = array.dtype.kind == "i" and array.ndim > 0
        kind = "int64" if whole else "float32"
        self.constants.append(numpy_helper.from_array(array.astype(kind), name))
        return name

    def weights(self, *shape: int) -> str:
        """Add random weights."""
        return self.hold(np.random.default_rng(0).normal(size=shape))

    def model(self, output: str) -> onnx.ModelProto:
        """Return the model that ends in a value."""
        info = helper.make_tensor_value_info
        graph = helper.make_graph(
            self.nodes,
            "by_hand",
            [info("x", TensorProto.FLOAT, list(self.shape))],
            [info(output, TensorProto.FLOAT, None)],
            self.constants,
        )
        opsets = [helper.make_opsetid("", self.opset)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=9)

    def run(self, output: str, x: Any) -> Any:
        """Return what ONNX' own evaluator computes."""
        evaluator = ReferenceEvaluator(self.model(output))
        return evaluator.run(None, {"x": np.asarray(x, "float32")})[0]


def load_table(graph: Graph, *rows: str) -> Architecture:
    """Return the table that a graph is compared with: rows, as flow mappings inside."""
    _, channels, *sides = graph.shape
    size = "x".join(map(str, (*sides, channels)))
    names = ", ".join(f"{{name: r{at}, {row}}}" for at, row in enumerate(rows))
    table = f"table: {{columns: [name, type], rows: [{names}]}}"
    return load(f"name: one\ninput: {size}\n{table}\n")


def compare(
    folder: Path, graph: Graph, output: str, *rows: str, strict: bool = False
) -> Alignment:
    """Lay a graph beside a table, whose rows are the insides of flow mappings."""
    path = folder / "model.onnx"
    onnx.save(graph.model(output), path)
    return align(load_table(graph, *rows), open_model(str(path)), strict=strict)


def told(alignment: Alignment) -> list[tuple[str, ...]]:
    """Return row, what, table and model of each finding."""
    return [(each.row, *each[2:5]) for each in alignment.findings]
