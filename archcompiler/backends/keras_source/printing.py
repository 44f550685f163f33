"""Printing expressions as Python: the second visitor of their tree.

What is known is computed here, by the first visitor; what is not becomes code.
"""

import ast
from dataclasses import replace
from fractions import Fraction
from numbers import Rational
from types import NoneType
from typing import Protocol

from archcompiler.backends.keras_source.symbols import (
    ADD,
    AND,
    COMPARE,
    CONDITIONAL,
    EXACT,
    MULTIPLY,
    NOT,
    NUMBERS,
    OR,
    WRITTEN,
    Code,
    Known,
    Symbol,
    common_kind,
    kind_of,
    nature_of,
    same,
    text_of,
)
from archcompiler.backends.keras_source.unprintable import deciding
from archcompiler.language.expressions import (
    Attribute,
    Binary,
    Conditional,
    Expression,
    ExpressionError,
    FunctionCall,
    Literal,
    Name,
    Not,
    Scope,
    Value,
    compile_expression,
    exact,
)
from archcompiler.shapes import Pair

_LEVELS = {
    "or": OR, "and": AND,
    "==": COMPARE, "!=": COMPARE,
    "<": COMPARE, "<=": COMPARE, ">": COMPARE, ">=": COMPARE,
    "+": ADD, "-": ADD, "*": MULTIPLY, "/": MULTIPLY, "//": MULTIPLY, "%": MULTIPLY,
}  # fmt: skip


class ExpressionNames(Protocol):
    """What the names of an expression stand for where it is printed."""

    def name(self, word: str) -> Symbol:
        """Return what a parameter, column or word about repetition stands for."""

    def attribute(self, name: str, attribute: str) -> Symbol:
        """Return what `name.attribute` stands for."""


def print_expression(expression: Expression, names: ExpressionNames) -> Symbol:
    """Return a known value where all of an expression is known, else code."""
    match expression:
        case Literal(value):
            return Known(value)
        case Name(word):
            return names.name(word)
        case Attribute(name, attribute):
            return names.attribute(name, attribute)
        case Not(operand):
            return negate(print_expression(operand, names))
        case Conditional():
            return _conditional(expression, names)
        case FunctionCall():
            return _call(expression, names)
        case Binary(sign) if sign in ("and", "or"):
            return _junction(expression, names)
        case Binary():
            return _binary(expression, names)


def negate(operand: Symbol) -> Symbol:
    """Return what holds where a condition does not."""
    if isinstance(operand, Known):
        return Known(not operand.value)
    nature = nature_of(bool, [operand])
    if operand.opposite:
        return Code(operand.opposite, nature, operand.level, operand.text)
    return Code(f"not {operand.at(NOT)}", nature, NOT)


def _conditional(expression: Conditional, names: ExpressionNames) -> Symbol:
    test = print_expression(expression.test, names)
    if isinstance(test, Known):
        taken = expression.then if test.value else expression.otherwise
        return print_expression(taken, names)
    with deciding(test.nature.parameters):
        then = print_expression(expression.then, names)
        otherwise = print_expression(expression.otherwise, names)
    if same(then, otherwise):
        return then
    return choose(test, then, otherwise, common_kind([then, otherwise]))


def choose(test: Code, then: Symbol, otherwise: Symbol, kind: type) -> Code:
    """Return the code of a choice, which yields a value of a kind."""
    text = f"{text_of(then, OR)} if {test.at(OR)} else {text_of(otherwise)}"
    return Code(text, nature_of(kind, [test, then, otherwise]), CONDITIONAL)


def _call(expression: FunctionCall, names: ExpressionNames) -> Symbol:
    parts = [print_expression(argument, names) for argument in expression.arguments]
    known = _compute(expression, parts)
    if known is not None:
        return known
    parts = [exactly(part) for part in parts]
    match expression.function:
        case "min" | "max":
            return _code_of_call(expression.function, parts, common_kind(parts))
        case "make_divisible":
            return _code_of_call("make_divisible", [parts[0], *map(whole, parts[1:])])
        case "power" | "log":
            return _code_of_call(expression.function, parts, Fraction)
    if kind_of(parts[0]) is int:
        return parts[0]
    if expression.function == "round":
        return _code_of_call("round_half_up", parts)
    return _code_of_call(f"math.{expression.function}", parts)


def _code_of_call(function: str, parts: list[Symbol], kind: type = int) -> Code:
    arguments = ", ".join(map(text_of, parts))
    return Code(f"{function}({arguments})", nature_of(kind, parts))


def exactly(symbol: Symbol) -> Symbol:
    """Return a number with which Python computes as the language does."""
    if kind_of(symbol) in EXACT:
        return symbol
    value = symbol.value if isinstance(symbol, Known) else None
    if isinstance(value, float) and value.is_integer():
        return Known(int(value))
    return Code(f"exact({text_of(symbol)})", nature_of(Fraction, [symbol]))


def whole(symbol: Symbol) -> Symbol:
    """Return a number as an int, which refuses one that is not whole."""
    if kind_of(symbol) is int:
        return symbol
    return Code(f"whole({text_of(symbol)})", nature_of(int, [symbol]))


def sized(symbol: Symbol) -> Symbol | None:
    """Return a number as sizes hold it: Keras refuses one that is not whole.

    None is for what may be no number.
    """
    kind = kind_of(symbol)
    if isinstance(symbol, Known) or kind in WRITTEN:
        return symbol
    return whole(symbol) if kind in NUMBERS else None


def _junction(expression: Binary, names: ExpressionNames) -> Symbol:
    """Print `and` or `or`; a side that is known decides, or drops out."""
    word = expression.operator
    left = print_expression(expression.left, names)
    if isinstance(left, Known):
        decided = left.value is (word == "or")
        return left if decided else print_expression(expression.right, names)
    with deciding(left.nature.parameters):
        right = print_expression(expression.right, names)
    if isinstance(right, Known):
        return right if right.value is (word == "or") else left
    level = _LEVELS[word]
    text = f"{left.at(level)} {word} {right.at(level)}"
    return Code(text, nature_of(bool, [left, right]), level)


def _binary(expression: Binary, names: ExpressionNames) -> Symbol:
    sign = expression.operator
    left = print_expression(expression.left, names)
    right = print_expression(expression.right, names)
    known = _compute(expression, [left, right])
    if known is not None:
        return known
    if _LEVELS[sign] == COMPARE:
        return compare(sign, left, right)
    return _arithmetic(sign, exactly(left), exactly(right))


def _arithmetic(sign: str, left: Symbol, right: Symbol) -> Symbol:
    """Return the code of a calculation with exact numbers."""
    if sign == "*" and Known(1) in (left, right):
        return right if left == Known(1) else left
    level = _LEVELS[sign]
    text = f"{text_of(left, level)} {sign} {text_of(right, level + 1)}"
    kinds = {kind_of(left), kind_of(right)}
    if sign == "//" or (sign != "/" and kinds == {int}):
        return Code(text, nature_of(int, [left, right]), level)
    if sign != "/" or Fraction in kinds:
        kind = Fraction if Fraction in kinds else Rational
        return Code(text, nature_of(kind, [left, right]), level)
    quotient = text if kinds == {int} else ""
    text = f"Fraction({text_of(left)}, {text_of(right)})"
    return Code(text, nature_of(Fraction, [left, right]), quotient=quotient)


_OPPOSITES = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}


def compare(sign: str, left: Symbol, right: Symbol) -> Symbol:
    """Return the code of a comparison, or what it comes to in any case."""
    if same(left, right):
        return Known(sign in ("==", "<=", ">="))
    if isinstance(left, Known) and isinstance(left.value, bool):
        left, right = right, left
    if isinstance(right, Known) and isinstance(right.value, bool):
        return left if right.value is (sign == "==") else negate(left)
    kinds = {kind_of(left), kind_of(right)}
    if kinds <= NUMBERS and not (kinds <= WRITTEN or kinds <= EXACT):
        left, right = exactly(left), exactly(right)
    first, second = text_of(left, COMPARE + 1), text_of(right, COMPARE + 1)
    opposite = f"{first} {_OPPOSITES[sign]} {second}"
    nature = nature_of(bool, [left, right])
    return Code(f"{first} {sign} {second}", nature, COMPARE, opposite)


def _compute(expression: Binary | FunctionCall, parts: list[Symbol]) -> Known | None:
    """Return the value where all parts are known and it has one."""
    values = [
        Literal(part.value, 0, 0)
        for part in parts
        if isinstance(part, Known) and not isinstance(part.value, tuple | NoneType)
    ]
    if len(values) < len(parts):
        return None
    if isinstance(expression, FunctionCall):
        made: Expression = replace(expression, arguments=tuple(values))
    else:
        made = replace(expression, left=values[0], right=values[1])
    try:
        return known(compile_expression(made)(Scope({}, lambda _: None)))
    except ExpressionError:
        return None  # in an arm that is not taken


def known(value: Value | Pair | None) -> Known:
    """Return a known value; a fraction that a decimal says is written as one."""
    if isinstance(value, Fraction) and exact(float(value)) == value:
        return Known(float(value))
    return Known(value)


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
