"""Support: the definitions that emitted functions need beside Keras'."""

import ast
import inspect
from collections.abc import Iterable
from pathlib import Path

from archcompiler.backends.keras_source.quoted import make_divisible
from archcompiler.graph.graph import Graph
from archcompiler.language.naming import snake_case

_LAYERS = Path(__file__).parent.parent / "keras_model" / "layers"


def support(graph: Graph, body: str) -> Iterable[str]:
    """Return the definitions that functions and layers ask for."""
    if "make_divisible(" in body:
        yield inspect.getsource(make_divisible).rstrip()
    for name in sorted({type(n.op).__name__ for n in graph if n.op and n.op.custom}):
        yield _class_source(name)


def _class_source(name: str) -> str:
    """Return the class of a layer that Keras lacks, as its file has it."""
    text = (_LAYERS / f"{snake_case(name)}.py").read_text("utf-8")
    found = next(
        node
        for node in ast.parse(text).body
        if isinstance(node, ast.ClassDef) and node.name == name
    )
    first = min([found.lineno, *(d.lineno for d in found.decorator_list)])
    return "\n".join(text.splitlines()[first - 1 : found.end_lineno])
