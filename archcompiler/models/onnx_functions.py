"""Functions that an ONNX file has of its own: each call becomes what it stands for."""

from collections.abc import Iterator
from typing import Any

from archcompiler.models.errors import ModelError

MOST_NODES = 100_000
"""So many nodes no network has; functions that call functions come to more easily."""

DEEPEST = 50
"""How deep functions may call each other."""


def inlined(model: Any) -> Any:
    """Return a model that calls no functions of its own.

    Raises:
        ModelError: where these call themselves, or come to too much.
    """
    if not model.functions:
        return model
    import onnx.inliner

    _Sizes(model.functions).of(model.graph.node)
    try:
        return onnx.inliner.inline_local_functions(model)
    except (onnx.checker.ValidationError, ValueError, RuntimeError) as error:
        told = " ".join(str(error).split())
        raise ModelError(f"the functions of the file make no sense: {told}") from None


class _Sizes:
    """How many nodes functions come to, each counted once."""

    def __init__(self, functions: Any) -> None:
        self._functions = {(each.domain, each.name): each for each in functions}
        self._known: dict[tuple[str, str], int] = {}

    def of(self, nodes: Any, depth: int = 0) -> int:
        """Return the number of nodes, those of the functions they call included."""
        if depth > DEEPEST:
            raise ModelError("the functions of the file call each other without end")
        size = 0
        for node in _with_inner(nodes):
            key = (node.domain, node.op_type)
            if key in self._functions and key not in self._known:
                self._known[key] = self.of(self._functions[key].node, depth + 1)
            size += self._known.get(key, 1)
        if size > MOST_NODES:
            raise ModelError(
                f"the functions of the file come to over {MOST_NODES:,} nodes"
            )
        return size


def _with_inner(nodes: Any) -> Iterator[Any]:
    """Yield nodes, and those of the graphs within them."""
    waiting = [*nodes]
    while waiting:
        node = waiting.pop()
        yield node
        for attribute in node.attribute:
            for graph in (attribute.g, *attribute.graphs):
                waiting += graph.node
