"""Evaluation: expressions as closures, compiled once.

There is no truthiness, no power, and numbers are bounded. Nothing is rounded: decimals
are computed as fractions (see `exact`). Python's `eval` is never involved.
"""

import operator
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from archcompiler.language.expressions.functions import (
    FUNCTIONS,
    Exact,
    divide,
    exact,
    settle,
)
from archcompiler.language.expressions.parsing import parse_template
from archcompiler.language.expressions.syntax import (
    Attribute,
    Binary,
    Conditional,
    Expression,
    ExpressionError,
    FunctionCall,
    Literal,
    Name,
    Not,
    Value,
)
from archcompiler.language.text.notation import read_dimension
from archcompiler.ops.fields import number_help, quote, read_number, written
from archcompiler.shapes import Shape, format_shape

LARGEST = 10**18
FINEST = 10**400
"""The largest denominator of a result; the smallest float has 324 decimals."""

LONGEST_TEXT = 1000


Shapes = Callable[[str], Shape | None]
"""What tells the shape of a named tensor, or None where the name is none."""


class Scope:
    """What names mean while one block, row or cell is read.

    `values` holds parameters, columns and words about repetition; `shapes` tells the
    shape of a named tensor.
    """

    __slots__ = ("shapes", "values")

    def __init__(self, values: Mapping[str, Value], shapes: Shapes) -> None:
        self.values = values
        self.shapes = shapes


Evaluate = Callable[[Scope], Value]

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": divide,
    "//": operator.floordiv,
    "%": operator.mod,
}
_ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_expression(expression: Expression) -> Evaluate:
    """Return a closure that evaluates the expression in a scope.

    The closure raises ExpressionError; it returns a bounded number, a bool or a text.
    """
    match expression:
        case Literal(value):
            return lambda _: value
        case Name(name):
            return _lookup(name, expression)
        case Attribute():
            return _attribute(expression)
        case Not(operand):
            test = _boolean(operand, "not")
            return lambda scope: not test(scope)
        case Conditional(condition, then, otherwise):
            test = _boolean(condition, "if")
            yes, no = compile_expression(then), compile_expression(otherwise)
            return lambda scope: yes(scope) if test(scope) else no(scope)
        case FunctionCall():
            return _call(expression)
        case Binary():
            return _binary(expression)


def _lookup(name: str, place: Name) -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        try:
            return scope.values[name]
        except KeyError:
            message = f"`{name}` has no value here"
            help = "a default can only read what stands before it"
            if name in ("index", "count"):
                help = "it numbers the table's calls of a block, and those of a repeat"
            raise ExpressionError(message, place.start, place.end, help) from None

    return evaluate


def _attribute(place: Attribute) -> Evaluate:
    name, attribute = place.name, place.attribute

    def evaluate(scope: Scope) -> Value:
        shape = scope.shapes(name)
        try:
            if shape is not None:
                return shape_attribute(shape, attribute)
            return read_dimension(paste(scope.values[name]), attribute)
        except ValueError as error:
            message = f"`{name}.{attribute}`: {error}"
            raise ExpressionError(message, place.start, place.end) from None
        except KeyError:
            message = f"`{name}` has no value here"
            raise ExpressionError(message, place.start, place.end) from None

    return evaluate


def shape_attribute(shape: Shape, attribute: str) -> int:
    """Return `height`, `width`, `channels` or `rank` of a shape."""
    if attribute == "rank":
        return len(shape)
    if attribute == "channels":
        return shape[-1]
    if attribute in ("height", "width") and len(shape) == 3:
        return shape[0 if attribute == "height" else 1]
    raise ValueError(f"a tensor of shape {format_shape(shape)} has no `{attribute}`")


def _boolean(expression: Expression, word: str) -> Callable[[Scope], bool]:
    evaluate = compile_expression(expression)

    def test(scope: Scope) -> bool:
        value = evaluate(scope)
        if value.__class__ is not bool:
            message = f"`{word}` needs `true` or `false`, received {quote(value)}"
            help = "compare it, for instance with `> 0`"
            raise ExpressionError(message, expression.start, expression.end, help)
        return value

    return test


def _call(place: FunctionCall) -> Evaluate:
    function = FUNCTIONS[place.function].evaluate
    arguments = tuple(compile_expression(argument) for argument in place.arguments)

    def evaluate(scope: Scope) -> Value:
        values = [_number(a(scope), place.function, place) for a in arguments]
        try:
            return _bounded(function(*values), place)
        except (ArithmeticError, TypeError, ValueError):
            shown = "; ".join(map(written, values))
            message = f"`{place.function}({shown})` has no value"
            raise ExpressionError(message, place.start, place.end) from None

    return evaluate


def _binary(place: Binary) -> Evaluate:
    sign = place.operator
    if sign in ("and", "or"):
        first, second = _boolean(place.left, sign), _boolean(place.right, sign)
        if sign == "and":
            return lambda scope: first(scope) and second(scope)
        return lambda scope: first(scope) or second(scope)
    left, right = compile_expression(place.left), compile_expression(place.right)
    if sign in ("==", "!="):
        return _equality(left, right, sign == "==", place)
    if sign in _ORDER:
        return _ordering(left, right, place)
    compute = _ARITHMETIC[sign]

    def evaluate(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        if a.__class__ is not int or b.__class__ is not int:
            a, b = _number(a, sign, place), _number(b, sign, place)
        try:
            return _bounded(compute(a, b), place)
        except ArithmeticError:
            message = f"`{written(a)} {sign} {written(b)}` divides by zero"
            raise ExpressionError(message, place.start, place.end) from None

    return evaluate


def _equality(left: Evaluate, right: Evaluate, equal: bool, place: Binary) -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        if _sort(a) != _sort(b):
            sides = f"{_sort(a)} {quote(a)} with {_sort(b)} {quote(b)}"
            message = f"`{place.operator}` compares {sides}"
            raise ExpressionError(message, place.start, place.end)
        if a.__class__ is not b.__class__:
            a, b = _number(a, place.operator, place), _number(b, place.operator, place)
        return (a == b) is equal

    return evaluate


def _ordering(left: Evaluate, right: Evaluate, place: Binary) -> Evaluate:
    compare = _ORDER[place.operator]

    def evaluate(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        return compare(
            _number(a, place.operator, place), _number(b, place.operator, place)
        )

    return evaluate


def _sort(value: Value) -> str:
    if isinstance(value, bool):
        return "the truth value"
    return "the text" if isinstance(value, str) else "the number"


def _number(value: Value, sign: str, place: Expression) -> Exact:
    """Return a number without rounding; refuse what is none."""
    if isinstance(value, str | bool):
        message = f"`{sign}` needs numbers, received {_sort(value)} {quote(value)}"
        help = number_help(value) if isinstance(value, str) else ""
        raise ExpressionError(message, place.start, place.end, help)
    if not isinstance(value, float):
        return value
    try:
        return exact(value)
    except ValueError:
        message = f"{quote(value)} is no finite number"
        raise ExpressionError(
            message, place.start, place.end, code="too-large"
        ) from None


def _bounded(value: Exact, place: Expression) -> Value:
    if -LARGEST <= value <= LARGEST and value.denominator <= FINEST:
        return settle(value)
    message = f"the result is beyond the bound of {LARGEST:.0e}"
    if value.denominator > FINEST:
        message = "the result has too many digits"
    raise ExpressionError(message, place.start, place.end, code="too-large")


@lru_cache(maxsize=4096)
def compile_template(text: str) -> Evaluate:
    """Return a closure that gives a text's value in a scope.

    A text that is one hole keeps the type of its expression; any other is pasted
    together, and left for its field to read.
    """
    template = parse_template(text)
    if template.whole is not None:
        return compile_expression(template.whole)
    if not template.expressions:
        return lambda _: text
    pieces = [
        part if isinstance(part, str) else compile_expression(part)
        for part in template.parts
    ]

    def evaluate(scope: Scope) -> Value:
        texts = [p if isinstance(p, str) else paste(p(scope)) for p in pieces]
        pasted = "".join(texts)
        if len(pasted) <= LONGEST_TEXT:
            return pasted
        message = f"the text grows beyond {LONGEST_TEXT} characters"
        raise ExpressionError(message, 0, len(text), code="too-large")

    return evaluate


@lru_cache(maxsize=4096)
def compile_value(text: str) -> Evaluate:
    """Return a closure that gives what a column receives: text is read again."""
    template = parse_template(text)
    if not template.expressions:
        value = read_value(text)
        return lambda _: value
    evaluate = compile_template(text)
    if isinstance(template.whole, Name):
        return evaluate  # what a name means was read before

    def read(scope: Scope) -> Value:
        value = evaluate(scope)
        return read_value(value) if value.__class__ is str else value

    return read


def paste(value: Value) -> str:
    """Write a value as YAML text that reads as the same value again."""
    return written(value)


def read_value(text: str) -> Value:
    """Read a text that no field types: a number, a truth value, or the text itself."""
    number = read_number(text)
    if number is not None:
        return number
    return text == "true" if text in ("true", "false") else text
