"""Quoting: functions that training runs, with what a recipe fixes filled in.

What is fixed becomes a constant or a literal, a branch that it decides is taken or
falls away, and so does every parameter that nothing asks for any more.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent, indent
from typing import Any, NamedTuple

from archcompiler.backends.keras_source.code import literal
from archcompiler.backends.keras_source.layout import INDENT, lay_out_definition

_PACKAGE = Path(__file__).parents[2]


class Fixed(NamedTuple):
    """A value that a recipe fixes, and what stands for it in source."""

    value: Any
    text: str

    @classmethod
    def literal(cls, value: Any) -> "Fixed":
        """Return a value that is written as it is."""
        return cls(value, literal(value))


@dataclass(frozen=True, slots=True)
class Quoted:
    """A function as source, with the parameters that it still has."""

    name: str
    parameters: tuple[str, ...]
    text: str

    def call(self, **given: str) -> str:
        """Return a call; an argument that is not given is named as its parameter."""
        arguments = [given.get(name, name) for name in self.parameters]
        return f"{self.name}({', '.join(arguments)})"


def quote(file: str, path: str, fixed: Mapping[str, Fixed]) -> Quoted:
    """Return a function of a file of this package, such as `Cosine.share`.

    `fixed` holds what is known of parameters, and of expressions as `ast` writes them.
    """
    source = (_PACKAGE / file).read_text("utf-8")
    function = _find(ast.parse(source), path)
    lines = source.splitlines()[function.body[0].lineno - 1 : function.end_lineno]
    given = [argument.arg for argument in function.args.args]
    known = {k: v for k, v in fixed.items() if not k.isidentifier() or k in given}
    body = fill(_without_types(dedent("\n".join(lines))), known)
    asked = {n.id for n in ast.walk(ast.parse(body)) if isinstance(n, ast.Name)}
    parameters = tuple([name for name in given if name in asked])
    head = lay_out_definition(function.name, parameters)
    text = "\n".join([*head, indent(body, INDENT)])
    return Quoted(function.name, parameters, text)


def quote_all(
    files: Iterable[str], paths: Iterable[str], fixed: Mapping[str, Fixed]
) -> list[Quoted]:
    """Return functions of some files, and what of them those call, each once."""
    known = {name: file for file in files for name in _functions_of(file)}
    found: dict[str, Quoted] = {}
    wanted = list(paths)
    for path in wanted:  # which grows
        if path not in found:
            found[path] = quote(known[path], path, fixed)
            nodes = ast.walk(ast.parse(found[path].text))
            asked = dict.fromkeys([n.id for n in nodes if isinstance(n, ast.Name)])
            wanted += [name for name in asked if name in known]
    return list(found.values())


def _functions_of(file: str) -> list[str]:
    body = ast.parse((_PACKAGE / file).read_text("utf-8")).body
    return [node.name for node in body if isinstance(node, ast.FunctionDef)]


def fill(body: str, fixed: Mapping[str, Fixed]) -> str:
    """Return statements in which what is fixed is filled in."""
    while (shorter := _decide_one(body, fixed)) is not None:
        body = shorter
    edits = [
        (node, fixed[text].text)
        for node in _expressions(ast.parse(body))
        if (text := ast.unparse(node)) in fixed
    ]
    return _return_directly(_replace(body, edits))


def _find(tree: ast.AST, path: str) -> ast.FunctionDef:
    """Return the definition that a path such as `Cosine.share` names."""
    for name in path.split("."):
        children = ast.iter_child_nodes(tree)
        tree = next(node for node in children if getattr(node, "name", "") == name)
    assert isinstance(tree, ast.FunctionDef)
    return tree


# Branches -------------------------------------------------------------------


def _decide_one(body: str, fixed: Mapping[str, Fixed]) -> str | None:
    """Take the first branch that is decided, or drop one `del`; None if none is."""
    for node in ast.walk(ast.parse(body)):
        if isinstance(node, ast.Delete):
            return _with_lines(body, node, [])
        if isinstance(node, ast.If):
            decided = _decide(node.test, fixed)
            if decided is not None:
                return _with_lines(body, node, node.body if decided else node.orelse)
    return None


def _decide(test: ast.expr, fixed: Mapping[str, Fixed]) -> bool | None:
    """Return whether a condition holds, or None where it depends on more."""
    known = _Known(fixed)
    expression = ast.fix_missing_locations(
        ast.Expression(known.visit(ast.parse(ast.unparse(test), mode="eval").body))
    )
    asked = {node.id for node in ast.walk(expression) if isinstance(node, ast.Name)}
    if not asked <= known.values.keys():
        return None
    scope = {"__builtins__": {}, **known.values}
    return bool(eval(compile(expression, "condition", "eval"), scope))


class _Known(ast.NodeTransformer):
    """Puts a name in the place of what is fixed, and keeps its value."""

    def __init__(self, fixed: Mapping[str, Fixed]) -> None:
        self.fixed = fixed
        self.values: dict[str, Any] = {}

    def visit(self, node: ast.AST) -> Any:
        """Return a name for an expression that is fixed, else look into it."""
        if isinstance(node, ast.expr) and (text := ast.unparse(node)) in self.fixed:
            name = f"known_{len(self.values)}"
            self.values[name] = self.fixed[text].value
            return ast.Name(name, ast.Load())
        return self.generic_visit(node)


def _with_lines(body: str, node: ast.stmt, kept: list[ast.stmt]) -> str:
    """Return the text with the lines of `kept`, further out, in those of a node."""
    lines = body.splitlines()
    inner: list[str] = []
    if kept:
        text = "\n".join(lines[kept[0].lineno - 1 : kept[-1].end_lineno])
        inner = indent(dedent(text), " " * node.col_offset).splitlines()
    return "\n".join([*lines[: node.lineno - 1], *inner, *lines[node.end_lineno :]])


def _without_types(body: str) -> str:
    """Return the text with the functions within it as a script writes them."""
    lines = body.splitlines()
    tree = ast.walk(ast.parse(body))
    functions = [node for node in tree if isinstance(node, ast.FunctionDef)]
    for node in sorted(functions, key=lambda node: node.lineno, reverse=True):
        names = [argument.arg for argument in node.args.args]
        names += [f"*{node.args.vararg.arg}"] if node.args.vararg else []
        head = f"{' ' * node.col_offset}def {node.name}({', '.join(names)}):"
        lines[node.lineno - 1 : node.body[0].lineno - 1] = [head]
    return "\n".join(lines)


# Expressions ----------------------------------------------------------------


def _expressions(tree: ast.AST) -> Iterator[ast.expr]:
    """Yield the expressions whose value is asked for."""
    for node in ast.walk(tree):
        context = getattr(node, "ctx", None)
        if isinstance(node, ast.expr) and not isinstance(context, ast.Store):
            yield node


def _replace(body: str, edits: list[tuple[ast.expr, str]]) -> str:
    """Return the text with other texts in the places of expressions."""
    lines = body.splitlines()
    for node, text in sorted(edits, key=lambda edit: _place(edit[0]), reverse=True):
        assert node.lineno == node.end_lineno
        line = lines[node.lineno - 1]
        lines[node.lineno - 1] = (
            line[: node.col_offset] + text + line[node.end_col_offset :]
        )
    return "\n".join(lines)


def _place(node: ast.expr) -> tuple[int, int]:
    return node.lineno, node.col_offset


def _return_directly(body: str) -> str:
    """Return what was assigned last without a name for it."""
    *_, before, last = [None, *ast.parse(body).body]
    if not isinstance(before, ast.Assign) or not isinstance(last, ast.Return):
        return body
    lines = body.splitlines()
    target = ast.unparse(before.targets[0])
    if last.value is None or ast.unparse(last.value) != target:
        return body
    first = lines[before.lineno - 1]
    lines[before.lineno - 1] = first.replace(f"{target} = ", "return ", 1)
    return "\n".join(lines[: last.lineno - 1])
