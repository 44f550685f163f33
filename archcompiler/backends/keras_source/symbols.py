"""Values at the time of emission: known ones, and code that will compute them.

`print_expression` is the second visitor of the expression tree. What is known is computed
here, what is not becomes Python.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from archcompiler.backends.keras_source.code import literal
from archcompiler.language.expressions import (
    Attribute,
    Binary,
    Call,
    Conditional,
    Expression,
    Literal,
    Name,
    Not,
    Scope,
    Value,
    compile_expression,
)

CONDITIONAL, OR, AND, NOT, COMPARE, ADD, MULTIPLY, ATOM = range(8)
_LEVELS = {
    "or": OR, "and": AND,
    "==": COMPARE, "!=": COMPARE, "<": COMPARE, "<=": COMPARE, ">": COMPARE, ">=": COMPARE,
    "+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "//": MULTIPLY, "%": MULTIPLY,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is the same wherever the code runs."""

    value: Any


@dataclass(frozen=True, slots=True)
class Code:
    """A Python expression.

    `parameters` are the builder's arguments on which it depends, through any number of
    calls; `shaped` tells that it depends on a tensor's shape; `kind` is the type it yields.
    """

    text: str
    level: int = ATOM
    kind: type = int
    parameters: frozenset[str] = frozenset()
    shaped: bool = False

    @property
    def fixed(self) -> bool:
        """Whether the calls that are emitted fix its value."""
        return not self.parameters and not self.shaped

    def at(self, level: int) -> str:
        """Return the text for a place that binds as tightly as `level`."""
        return f"({self.text})" if self.level < level else self.text


Symbol = Known | Code


class Names(Protocol):
    """What the names of an expression stand for where it is printed."""

    def name(self, word: str) -> Symbol:
        """Return what a parameter, column or word about repetition stands for."""

    def attribute(self, name: str, attribute: str) -> Symbol:
        """Return what `name.attribute` stands for."""


def text_of(symbol: Symbol, level: int = CONDITIONAL) -> str:
    """Return a symbol's Python text."""
    return literal(symbol.value) if isinstance(symbol, Known) else symbol.at(level)


def kind_of(symbol: Symbol) -> type:
    """Return the type that a symbol yields."""
    return type(symbol.value) if isinstance(symbol, Known) else symbol.kind


def joined(text: str, level: int, kind: type, *parts: Symbol) -> Code:
    """Return code that depends on what its parts depend on."""
    codes = [part for part in parts if isinstance(part, Code)]
    parameters = frozenset().union(*(code.parameters for code in codes))
    return Code(text, level, kind, parameters, any(code.shaped for code in codes))


def print_expression(expression: Expression, names: Names) -> Symbol:
    """Return what an expression is: a known value where all of it is known, else code."""
    match expression:
        case Literal(value):
            return Known(value)
        case Name(word):
            return names.name(word)
        case Attribute(name, attribute):
            return names.attribute(name, attribute)
        case Not(operand):
            return _negate(print_expression(operand, names))
        case Conditional():
            return _conditional(expression, names)
        case Call():
            return _call(expression, names)
        case Binary():
            return _binary(expression, names)


def _negate(operand: Symbol) -> Symbol:
    if isinstance(operand, Known):
        return Known(not operand.value)
    return joined(f"not {operand.at(NOT)}", NOT, bool, operand)


def _conditional(expression: Conditional, names: Names) -> Symbol:
    test = print_expression(expression.test, names)
    if isinstance(test, Known):
        return print_expression(
            expression.then if test.value else expression.otherwise, names
        )
    then = print_expression(expression.then, names)
    otherwise = print_expression(expression.otherwise, names)
    if then == otherwise:
        return then
    text = f"{text_of(then, OR)} if {test.at(OR)} else {text_of(otherwise)}"
    return joined(text, CONDITIONAL, _common(then, otherwise), test, then, otherwise)


def _common(*parts: Symbol) -> type:
    kinds = {kind_of(part) for part in parts}
    return kinds.pop() if len(kinds) == 1 else float


def _call(expression: Call, names: Names) -> Symbol:
    parts = [print_expression(argument, names) for argument in expression.arguments]
    if all(isinstance(part, Known) for part in parts):
        return _compute(Call, expression.function, parts)
    texts = [text_of(part) for part in parts]
    arguments = ", ".join(texts)
    match expression.function:
        case "floor" | "ceil":
            return joined(f"math.{expression.function}({arguments})", ATOM, int, *parts)
        case "round":
            return joined(
                f"math.floor({text_of(parts[0], ADD)} + 0.5)", ATOM, int, *parts
            )
        case "min" | "max":
            text = f"{expression.function}({arguments})"
            return joined(text, ATOM, _common(*parts), *parts)
    return joined(f"{expression.function}({arguments})", ATOM, int, *parts)


def _binary(expression: Binary, names: Names) -> Symbol:
    sign = expression.operator
    left = print_expression(expression.left, names)
    if sign in ("and", "or") and isinstance(left, Known):
        decided = left.value is (sign == "or")
        return left if decided else print_expression(expression.right, names)
    right = print_expression(expression.right, names)
    if sign in ("and", "or") and isinstance(right, Known):
        return right if right.value is (sign == "or") else left
    if isinstance(left, Known) and isinstance(right, Known):
        return _compute(Binary, sign, [left, right])
    level = _LEVELS[sign]
    tight = level + 1 if level == COMPARE else level
    text = f"{text_of(left, tight)} {sign} {text_of(right, level + (level >= COMPARE))}"
    return joined(text, level, _kind(sign, left, right), left, right)


def _kind(sign: str, left: Symbol, right: Symbol) -> type:
    if _LEVELS[sign] <= COMPARE:
        return bool
    whole = kind_of(left) is int and kind_of(right) is int
    return int if whole and sign != "/" else float


def _compute(kind: type, sign: str, parts: list[Any]) -> Known:
    """Compute what is known by the evaluating visitor, so that both agree."""
    arguments = tuple(Literal(part.value, 0, 0) for part in parts)
    made = (
        Call(sign, arguments, 0, 0) if kind is Call else Binary(sign, *arguments, 0, 0)
    )
    evaluate: Callable[[Scope], Value] = compile_expression(made)
    return Known(evaluate(Scope({}, lambda name: None)))
