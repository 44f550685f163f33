"""Unread: what a function's text names, and what of it nothing asks for.

What a condition reads is noted before it is known whether the condition is printed, so
a name may have been given for nothing.
"""

import ast
from collections.abc import Iterable, Iterator
from dataclasses import replace

from archcompiler.backends.keras_source.code import (
    Assign,
    Do,
    For,
    If,
    Statement,
    flat,
)


def drop_unread(statements: list[Statement]) -> list[Statement]:
    """Return statements without the assignments of mere values that nothing reads.

    A layer or block that is called stays, whoever reads what it gives.
    """
    while unread := _unread(statements):
        statements = _without(unread, statements)
    return statements


def _unread(statements: list[Statement]) -> set[str]:
    every = list(_all(statements))
    assigned = [each for each in every if isinstance(each, Assign)]
    named = {each.target for each in assigned if isinstance(each.value, str)}
    named -= {each.target for each in assigned if not isinstance(each.value, str)}
    return named - names_read(statements) if named else named


def _all(statements: Iterable[Statement]) -> Iterator[Statement]:
    """Yield statements, and those within them."""
    for statement in statements:
        yield statement
        if isinstance(statement, If | For):
            yield from _all(statement.body)
        if isinstance(statement, If):
            yield from _all(statement.otherwise)


def names_read(statements: Iterable[Statement]) -> set[str]:
    """Return the names that statements read, and those within them."""
    texts = map(_text_read, _all(statements))
    nodes = [node for text in texts for node in ast.walk(ast.parse(text))]
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def _text_read(statement: Statement) -> str:
    """Return what a statement reads itself, as Python text."""
    match statement:
        case If():
            return statement.condition
        case For():
            return statement.stop
        case Do():
            return flat(statement.call)
    return flat(statement.value)


def _without(names: set[str], statements: list[Statement]) -> list[Statement]:
    """Return statements that assign to none of `names`; bodies that are empty go."""
    left = [_within(names, statement) for statement in statements]
    return [statement for statement in left if statement is not None]


def _within(names: set[str], statement: Statement) -> Statement | None:
    match statement:
        case Assign(target) if target in names:
            return None
        case For():
            body = _without(names, statement.body)
            return replace(statement, body=body) if body else None
        case If():
            body = _without(names, statement.body)
            otherwise = _without(names, statement.otherwise)
            assert body or not otherwise, "all cases give a value to the same name"
            return replace(statement, body=body, otherwise=otherwise) if body else None
    return statement
