"""Lines: where in emitted source a row, the function of a block and its steps stand."""

import ast
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from archcompiler.backends.keras_source.code import (
    Assign,
    Do,
    For,
    If,
    Return,
    Statement,
)
from archcompiler.backends.keras_source.module import (
    Script,
    define_all,
    write_module,
)
from archcompiler.graph.expansion import Expansion


class SourceLines(NamedTuple):
    """Emitted source, and the lines of its parts, counted from 1."""

    text: str
    rows: Mapping[str, range]
    """By the row's name; a row that did not run has none."""

    blocks: Mapping[str, range]
    """By the block's name."""

    steps: Mapping[int, Sequence[range]]
    """By the id of the step of a block; one that no call runs has none."""


def emit_lines(expansion: Expansion) -> SourceLines:
    """Return the source that `emit_source` gives, and where its parts stand.

    Raises:
        SpecError: with `unsupported-source`, for a spec that no such source says.
    """
    made = define_all(expansion)
    text = write_module(expansion, made, Script(f"{made.builder}().summary()"))
    functions = {
        statement.name: statement
        for statement in ast.parse(text).body
        if isinstance(statement, ast.FunctionDef)
    }
    first = functions[made.builder].lineno
    rows = {
        name: range(first + lines.start, first + lines.stop)
        for name, lines in made.rows.items()
    }
    blocks = {block: _lines(functions[name]) for block, name in made.blocks.items()}
    steps: dict[int, list[range]] = {}
    for block, name in made.blocks.items():
        for step, lines in _of_steps(made.bodies[block], functions[name].body):
            steps.setdefault(id(step), []).append(lines)
    return SourceLines(text, rows, blocks, steps)


def _lines(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or 0) + 1)


def _of_steps(
    statements: Sequence[Statement], nodes: Sequence[ast.stmt]
) -> Iterator[tuple[object, range]]:
    """Yield the steps of statements with their lines: those that Python read again."""
    for statement, node in zip(statements, nodes, strict=True):
        match statement, node:
            case If(), ast.If():
                yield from _of_steps(statement.body, node.body)
                yield from _of_steps(statement.otherwise, node.orelse)
            case For(), ast.For():
                yield from _of_steps(statement.body, node.body)
            case (Assign() | Do() | Return()) as said, _:
                if said.step is not None:
                    yield said.step, _lines(node)
