"""Excluding: which conditions never hold together, so that `elif` or `else` says it."""

import ast

from archcompiler.backends.keras_source.printing import negate
from archcompiler.backends.keras_source.symbols import COMPARE, Code, same


def excludes(one: Code, other: Code) -> bool:
    """Whether two conditions never hold together: `a` and `not a`, `n == 1` and 2."""
    return is_opposite(one, other) or _ask_for_different_values(one, other)


def is_opposite(one: Code, other: Code) -> bool:
    """Whether one of two conditions holds in any case, and only one."""
    return same(negate(one), other) or same(one, negate(other))


def _ask_for_different_values(one: Code, other: Code) -> bool:
    asked, others = _asked_value(one), _asked_value(other)
    if asked is None or others is None:
        return False
    return asked[0] == others[0] and asked[1] != others[1]


def _asked_value(condition: Code) -> tuple[str, int | str] | None:
    """Return what a condition asks to equal a text or a whole number, and which."""
    if condition.level != COMPARE:
        return None
    match ast.parse(condition.text, mode="eval").body:
        case ast.Compare(asked, [ast.Eq()], [ast.Constant(int() | str() as value)]):
            return ast.dump(asked), value
        case ast.Compare(
            asked,
            [ast.Eq()],
            [ast.UnaryOp(ast.USub(), ast.Constant(int(value)))],
        ):
            return ast.dump(asked), -value
    return None
