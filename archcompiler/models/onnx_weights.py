"""The weights of an ONNX file: its arrays, and what its nodes make of them."""

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from archcompiler.models.errors import ModelError
from archcompiler.models.onnx_file import Dimensions, text_of
from archcompiler.models.onnx_functions import inlined
from archcompiler.models.onnx_graph import inferred

_SIZE = "Shape"


class OnnxWeights:
    """Gives the arrays of a file.

    Raises:
        ModelError: for a file whose weights lie elsewhere, and are not there.
    """

    def __init__(self, path: Path) -> None:
        self._graph = inlined(_loaded(path))

    def array(self, name: str) -> np.ndarray:
        """Return a constant, computed where nodes make it.

        Raises:
            ModelError: for what no constants give.
        """
        import onnx
        from onnx.reference import ReferenceEvaluator

        if name in self._initializers:
            array: np.ndarray = onnx.numpy_helper.to_array(self._initializers[name])
            return array
        needed = [*self._made_of(name)]
        nodes = [node for node in self._nodes if text_of(node.output[0]) in needed]
        sizes = [node for node in nodes if node.op_type == _SIZE]
        graph = onnx.helper.make_graph(
            [node for node in nodes if node.op_type != _SIZE],
            "constant",
            [],
            [onnx.ValueInfoProto(name=name)],
            [
                *(self._initializers[at] for at in needed if at in self._initializers),
                *(self._size(node) for node in sizes),
            ],
        )
        opsets = [*self._graph.opset_import]
        made = onnx.helper.make_model(graph, opset_imports=opsets)
        (result,) = ReferenceEvaluator(made).run(None, {})
        return np.asarray(result)

    def _size(self, node: Any) -> Any:
        """Return a value's shape, or a part of it, as a constant; open axes as 1."""
        import onnx

        lengths, _ = self._inferred
        found = lengths.get(text_of(node.input[0]))
        if not found:
            given = text_of(node.output[0])
            raise ModelError(f"`{given}` needs a shape that the file doesn't tell")
        ends = {each.name: each.i for each in node.attribute}
        part = found[ends.get("start", 0) : ends.get("end")]
        numbers = np.array([each or 1 for each in part], "int64")
        return onnx.numpy_helper.from_array(numbers, text_of(node.output[0]))

    @cached_property
    def _inferred(self) -> tuple[dict[str, Dimensions], frozenset[str]]:
        return inferred(self._graph)

    @cached_property
    def _nodes(self) -> list[Any]:
        return [*self._graph.graph.node]

    @cached_property
    def _initializers(self) -> dict[str, Any]:
        return {text_of(each.name): each for each in self._graph.graph.initializer}

    @cached_property
    def _taken(self) -> dict[str, list[str]]:
        """What the node takes that gives each value; of a shape, the file tells it."""
        return {
            text_of(name): [*map(text_of, node.input)] if node.op_type != _SIZE else []
            for node in self._nodes
            for name in node.output
        }

    def _made_of(self, name: str) -> Iterator[str]:
        """Yield a value, and what it is made of."""
        waiting, seen = [name], set[str]()
        while waiting:
            each = waiting.pop()
            if each and each not in seen:
                seen.add(each)
                yield each
                if each not in self._initializers and each not in self._taken:
                    raise ModelError(f"`{name}` depends on `{each}`, an input")
                waiting += self._taken.get(each, ())


def _loaded(path: Path) -> Any:
    import onnx

    try:
        return onnx.load(str(path))
    except (OSError, onnx.checker.ValidationError) as error:
        raise ModelError(f"the weights of `{path}` are not there: {error}") from None
