"""Support: the imports and definitions for which emitted functions ask by name."""

import ast
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from archcompiler.language.expressions.naming import snake_case
from archcompiler.ops.table import OPS

_HERE = Path(__file__).parent
_LAYERS = _HERE.parent / "keras_model" / "layers"
_IMPORTS = {
    "keras": "import keras",
    "layers": "from keras import layers",
    "math": "import math",
    "Fraction": "from fractions import Fraction",
}
"""What brings each name of a module into emitted source."""


def support(definitions: Iterable[str]) -> list[str]:
    """Return the functions, then the classes, for which definitions ask."""
    asked = names_in(definitions)
    while True:
        functions = [text for name, text in QUOTED.items() if name in asked]
        more = asked | names_in(functions)
        if more == asked:
            break
        asked = more
    own = sorted(name for name, op in OPS.items() if op.custom and name in asked)
    return [*functions, *map(_class_source, own)]


def imports(definitions: Iterable[str]) -> frozenset[str]:
    """Return the imports for which definitions ask."""
    asked = names_in(definitions)
    return frozenset(line for name, line in _IMPORTS.items() if name in asked)


def names_in(definitions: Iterable[str]) -> set[str]:
    """Return the names that source reads."""
    return {
        node.id
        for definition in definitions
        for node in ast.walk(ast.parse(definition))
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    }


def _quoted() -> Mapping[str, str]:
    """Return the functions that emitted source quotes, by name."""
    text = (_HERE / "quoted.py").read_text("utf-8")
    body = ast.parse(text).body
    return {n.name: _text(n, text) for n in body if isinstance(n, ast.FunctionDef)}


@cache
def _class_source(name: str) -> str:
    """Return the class of a layer that Keras lacks, as its file has it."""
    text = (_LAYERS / f"{snake_case(name)}.py").read_text("utf-8")
    body = ast.parse(text).body
    return next(
        _text(n, text) for n in body if isinstance(n, ast.ClassDef) and n.name == name
    )


def _text(node: ast.FunctionDef | ast.ClassDef, text: str) -> str:
    first = min([node.lineno, *(d.lineno for d in node.decorator_list)])
    return "\n".join(text.splitlines()[first - 1 : node.end_lineno])


QUOTED = _quoted()
