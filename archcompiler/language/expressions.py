"""Expressions: the text between `<` and `>`, parsed once, evaluated as closures.

The tree has two visitors: `compile_expression` here evaluates it, the source backend prints
it. There is no truthiness, no power, no rounding, and numbers are bounded; Python's `eval`
is never involved.
"""

import math
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from archcompiler.language.notation import read_dimension
from archcompiler.ops.fields import quote, read_number

Value = int | float | bool | str
LARGEST = 10**18


class ExpressionError(Exception):
    """An expression that cannot be read or evaluated, and where in its text."""

    def __init__(
        self, message: str, start: int, end: int, help: str = "", code: str = "expression-error"
    ) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = end
        self.help = help
        self.code = code


@dataclass(frozen=True, slots=True)
class Literal:
    """A number, `'text'`, `true` or `false`."""

    value: Value
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Name:
    """A parameter, a column, or a word about repetition."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Attribute:
    """`project.height`: of a tensor, or of a text such as `3x3/2`."""

    name: str
    attribute: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Not:
    """`not x`."""

    operand: "Expression"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Binary:
    """`left operator right`."""

    operator: str
    left: "Expression"
    right: "Expression"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Conditional:
    """`then if test else otherwise`; the arm not taken is not evaluated."""

    test: "Expression"
    then: "Expression"
    otherwise: "Expression"
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Call:
    """`function(a; b)`."""

    function: str
    arguments: tuple["Expression", ...]
    start: int
    end: int


Expression = Literal | Name | Attribute | Not | Binary | Conditional | Call

ATTRIBUTES = frozenset({"height", "width", "channels", "rank", "filters", "stride"})


def is_operator(word: str) -> bool:
    """Whether a word is an operator of expressions."""
    return word in _OPERATORS


def names_of(expression: Expression) -> list[Name | Attribute]:
    """Return every name that an expression uses, in order."""
    if isinstance(expression, Name | Attribute):
        return [expression]
    found: list[Name | Attribute] = []
    for part in parts_of(expression):
        found += names_of(part)
    return found


def parts_of(expression: Expression) -> tuple[Expression, ...]:
    """Return the expressions of which this one is made."""
    match expression:
        case Not(operand):
            return (operand,)
        case Binary(_, left, right):
            return (left, right)
        case Conditional(test, then, otherwise):
            return (test, then, otherwise)
        case Call(_, arguments):
            return arguments
    return ()


# Functions ------------------------------------------------------------------


def make_divisible(value: float, divisor: int = 8) -> int:
    """Round to a multiple of `divisor`, never below 90 % of `value` (MobileNet's rule)."""
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def round_half_up(value: float) -> int:
    """Round to the nearest whole number, halves up; Python's own rounds halves to even."""
    return math.floor(value + 0.5)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of expressions, and how many arguments it takes."""

    evaluate: Callable[..., int | float]
    fewest: int
    most: int


FUNCTIONS: Mapping[str, Function] = {
    "min": Function(min, 2, 16),
    "max": Function(max, 2, 16),
    "floor": Function(math.floor, 1, 1),
    "ceil": Function(math.ceil, 1, 1),
    "round": Function(round_half_up, 1, 1),
    "make_divisible": Function(make_divisible, 1, 2),
}


# Parsing --------------------------------------------------------------------

_LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"==", "!=", "<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "//", "%"}),
)
_COMPARISONS = _LEVELS[2]
_OPERATORS = frozenset().union(*_LEVELS) | {"if", "else", "not"}
_DEEPEST = 40


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # operator, operand, function, text, or the bracket itself
    text: str
    start: int
    end: int


def parse_expression(text: str, offset: int = 0) -> Expression:
    """Parse the text of a hole; places count from `offset`.

    Raises:
        ExpressionError: for text that the grammar does not have.
    """
    return _Parser(_tokens(text, offset), offset + len(text)).whole()


def _tokens(text: str, offset: int) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(text):
        character = text[at]
        if character == " ":
            at += 1
        elif character in "();":
            tokens.append(_Token(character, character, offset + at, offset + at + 1))
            at += 1
        elif character == "'":
            close = text.find("'", at + 1)
            if close < 0:
                message = "a text begins with ' and does not end"
                raise _syntax(message, offset + at, offset + len(text))
            tokens.append(_Token("text", text[at + 1 : close], offset + at, offset + close + 1))
            at = close + 1
        else:
            at = _words(text, at, offset, tokens)
    return tokens


def _words(text: str, at: int, offset: int, tokens: list[_Token]) -> int:
    """Add one operator, or one operand of as many words as stand together."""
    start = end = at
    while at < len(text) and text[at] not in "();'":
        if text[at] == " ":
            at += 1
            continue
        stop = at
        while stop < len(text) and text[stop] not in " ();'":
            stop += 1
        if text[at:stop] in _OPERATORS:
            if start == at:
                tokens.append(_Token("operator", text[at:stop], offset + at, offset + stop))
                return stop
            break
        at = end = stop
    called = end < len(text) and text[end] == "("
    kind = "function" if called else "operand"
    tokens.append(_Token(kind, text[start:end], offset + start, offset + end))
    return end


def _syntax(message: str, start: int, end: int, help: str = "") -> ExpressionError:
    return ExpressionError(message, start, end, help, "bad-expression")


class _Parser:
    """A recursive descent over the tokens; each method returns one expression."""

    def __init__(self, tokens: list[_Token], end: int) -> None:
        self.tokens = tokens
        self.end = end
        self.at = 0
        self.depth = 0

    def whole(self) -> Expression:
        if not self.tokens:
            raise _syntax("an empty expression", max(self.end - 1, 0), self.end + 1)
        expression = self.conditional()
        if self.at < len(self.tokens):
            raise self._unexpected(self.tokens[self.at])
        return expression

    def conditional(self) -> Expression:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise _syntax("the expression nests too deeply", self.tokens[0].start, self.end)
        then = self.level(0)
        if self._takes("if"):
            test = self.level(0)
            if not self._takes("else"):
                raise _syntax("`if` needs an `else`", test.start, self.end)
            otherwise = self.conditional()
            then = Conditional(test, then, otherwise, then.start, otherwise.end)
        self.depth -= 1
        return then

    def level(self, level: int) -> Expression:
        if level == len(_LEVELS):
            return self.operand()
        if level == 2 and self._takes("not"):
            start = self.tokens[self.at - 1].start
            inner = self.level(2)
            return Not(inner, start, inner.end)
        left = self.level(level + 1)
        while (token := self._peek()) and token.kind == "operator" and token.text in _LEVELS[level]:
            if isinstance(left, Binary) and left.operator in _COMPARISONS and level == 2:
                help = "join two comparisons with `and`"
                raise _syntax("comparisons do not chain", left.start, token.end, help)
            self.at += 1
            right = self.level(level + 1)
            left = Binary(token.text, left, right, left.start, right.end)
        return left

    def operand(self) -> Expression:
        token = self._peek()
        if token is None:
            raise _syntax("the expression ends too early", max(self.end - 1, 0), self.end)
        self.at += 1
        if token.kind == "text":
            return Literal(token.text, token.start, token.end)
        if token.kind == "operand":
            return _operand(token)
        if token.kind == "function":
            return self.call(token)
        if token.kind != "(":
            raise self._unexpected(token)
        inner = self.conditional()
        self._close()
        return inner

    def call(self, token: _Token) -> Expression:
        function = FUNCTIONS.get(token.text)
        if function is None:
            known = ", ".join(FUNCTIONS)
            message = f"there is no function `{token.text}`"
            raise _syntax(message, token.start, token.end, f"the functions are {known}")
        self.at += 1  # the bracket
        arguments = [self.conditional()]
        while (separator := self._peek()) and separator.kind == ";":
            self.at += 1
            arguments.append(self.conditional())
        end = self._close()
        if not function.fewest <= len(arguments) <= function.most:
            takes = {(1, 1): "one argument", (1, 2): "one or two arguments"}
            wants = takes.get((function.fewest, function.most), "two arguments or more")
            message = f"`{token.text}` takes {wants}, received {len(arguments)}"
            raise _syntax(message, token.start, end, "arguments are separated by `;`")
        return Call(token.text, tuple(arguments), token.start, end)

    def _close(self) -> int:
        token = self._peek()
        if token is None or token.kind != ")":
            at = token.start if token else self.end
            raise _syntax("a bracket is not closed", max(at - 1, 0), at + 1)
        self.at += 1
        return token.end

    def _peek(self) -> _Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def _takes(self, word: str) -> bool:
        token = self._peek()
        if token is None or token.kind != "operator" or token.text != word:
            return False
        self.at += 1
        return True

    def _unexpected(self, token: _Token) -> ExpressionError:
        help = "binary operators stand between two values, with a space on both sides"
        return _syntax(f"unexpected `{token.text}`", token.start, token.end, help)


def _operand(token: _Token) -> Expression:
    text = token.text
    number = read_number(text)
    if number is not None:
        return Literal(number, token.start, token.end)
    if text in ("true", "false"):
        return Literal(text == "true", token.start, token.end)
    owner, dot, attribute = text.rpartition(".")
    if dot and attribute in ATTRIBUTES:
        return Attribute(owner, attribute, token.start, token.end)
    return Name(text, token.start, token.end)


# Templates ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Template:
    """A text with holes: literal pieces and expressions, in order."""

    text: str
    parts: tuple[str | Expression, ...]

    @property
    def whole(self) -> Expression | None:
        """The expression, where the text is one hole and nothing else."""
        only = self.parts[0] if len(self.parts) == 1 else None
        return None if isinstance(only, str) else only

    @property
    def expressions(self) -> tuple[Expression, ...]:
        """The expressions of the holes."""
        return tuple(part for part in self.parts if not isinstance(part, str))


@lru_cache(maxsize=4096)
def parse_template(text: str) -> Template:
    """Split a text into literal pieces and the expressions of its holes.

    Raises:
        ExpressionError: for a hole that is not closed or does not parse.
    """
    parts: list[str | Expression] = []
    at = 0
    while (start := text.find("<", at)) >= 0:
        end = _closing(text, start)
        if end < 0:
            help = "`>` closes a hole, without a space before it"
            if "(" in text[start:]:
                help = "a comma ends a YAML cell: separate arguments by `;`, or quote the cell"
            raise _syntax("an unclosed `<`", start, len(text), help)
        if start > at:
            parts.append(text[at:start])
        parts.append(parse_expression(text[start + 1 : end], start + 1))
        at = end + 1
    if at < len(text):
        parts.append(text[at:])
    return Template(text, tuple(parts))


def _closing(text: str, start: int) -> int:
    """Return where the hole that begins at `start` closes: a `>` after no space."""
    quoted = False
    for at in range(start + 1, len(text)):
        if text[at] == "'":
            quoted = not quoted
        elif text[at] == ">" and text[at - 1] != " " and not quoted:
            return at
    return -1


@lru_cache(maxsize=4096)
def compile_template(text: str) -> "Evaluate":
    """Return a closure that gives a text's value in a scope.

    A text that is one hole keeps the type of its expression; any other is pasted together,
    and left for its field to read.
    """
    template = parse_template(text)
    if template.whole is not None:
        return compile_expression(template.whole)
    if not template.expressions:
        return lambda scope: text
    pieces = tuple(
        part if isinstance(part, str) else compile_expression(part) for part in template.parts
    )

    def evaluate(scope: Scope) -> Value:
        return "".join(p if isinstance(p, str) else paste(p(scope)) for p in pieces)

    return evaluate


def paste(value: Value) -> str:
    """Write a value as YAML text, the way that reading it again gives the same value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def read_value(text: str) -> Value:
    """Read a text that no field types: a number, `true`, `false`, or the text itself."""
    number = read_number(text)
    if number is not None:
        return number
    return text == "true" if text in ("true", "false") else text


# Evaluation -----------------------------------------------------------------


class Scope:
    """What names mean while one block, row or cell is read.

    `values` holds parameters, columns and words about repetition; `shapes` tells the shape
    of a named tensor.
    """

    __slots__ = ("shapes", "values")

    def __init__(
        self, values: Mapping[str, Value], shapes: Callable[[str], tuple[int, ...] | None]
    ) -> None:
        self.values = values
        self.shapes = shapes


Evaluate = Callable[[Scope], Value]

_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
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

    The closure raises ExpressionError; what it returns is a bounded number, a bool or text.
    """
    match expression:
        case Literal(value):
            return lambda scope: value
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
        case Call():
            return _call(expression)
        case Binary():
            return _binary(expression)


def _lookup(name: str, place: Name) -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        try:
            return scope.values[name]
        except KeyError:
            message = f"`{name}` has no value here"
            raise ExpressionError(message, place.start, place.end) from None

    return evaluate


def _attribute(place: Attribute) -> Evaluate:
    name, attribute = place.name, place.attribute

    def evaluate(scope: Scope) -> Value:
        shape = scope.shapes(name)
        try:
            if shape is not None:
                return shape_attribute(shape, attribute)
            return read_dimension(str(scope.values[name]), attribute)
        except ValueError as error:
            message = f"`{name}.{attribute}`: {error}"
            raise ExpressionError(message, place.start, place.end) from None
        except KeyError:
            message = f"`{name}` has no value here"
            raise ExpressionError(message, place.start, place.end) from None

    return evaluate


def shape_attribute(shape: tuple[int, ...], attribute: str) -> int:
    """Return `height`, `width`, `channels` or `rank` of a shape without the batch axis."""
    if attribute == "rank":
        return len(shape)
    if attribute == "channels":
        return shape[-1]
    if attribute in ("height", "width") and len(shape) == 3:
        return shape[0 if attribute == "height" else 1]
    text = "x".join(map(str, shape))
    raise ValueError(f"a tensor of shape {text} has no `{attribute}`")


def _boolean(expression: Expression, word: str) -> Callable[[Scope], bool]:
    evaluate = compile_expression(expression)

    def test(scope: Scope) -> bool:
        value = evaluate(scope)
        if value.__class__ is not bool:
            message = f"`{word}` needs `true` or `false`, received {quote(value)}"
            help = "compare it, for instance with `> 0`"
            raise ExpressionError(message, expression.start, expression.end, help)
        return value  # type: ignore[return-value]

    return test


def _call(place: Call) -> Evaluate:
    function = FUNCTIONS[place.function].evaluate
    arguments = tuple(compile_expression(argument) for argument in place.arguments)

    def evaluate(scope: Scope) -> Value:
        values = [argument(scope) for argument in arguments]
        for value in values:
            _require_number(value, place.function, place)
        try:
            return _bounded(function(*values), place)
        except (ArithmeticError, TypeError, ValueError):
            shown = "; ".join(map(str, values))
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
            _require_number(a, sign, place)
            _require_number(b, sign, place)
        try:
            return _bounded(compute(a, b), place)
        except ArithmeticError:
            message = f"`{a} {sign} {b}` divides by zero"
            raise ExpressionError(message, place.start, place.end) from None

    return evaluate


def _equality(left: Evaluate, right: Evaluate, equal: bool, place: Binary) -> Evaluate:
    def evaluate(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        if _sort(a) != _sort(b):
            message = f"`{place.operator}` compares {_sort(a)} {quote(a)} with {_sort(b)} {quote(b)}"
            raise ExpressionError(message, place.start, place.end)
        return (a == b) is equal

    return evaluate


def _ordering(left: Evaluate, right: Evaluate, place: Binary) -> Evaluate:
    compare = _ORDER[place.operator]

    def evaluate(scope: Scope) -> Value:
        a, b = left(scope), right(scope)
        _require_number(a, place.operator, place)
        _require_number(b, place.operator, place)
        return compare(a, b)

    return evaluate


def _sort(value: Value) -> str:
    if isinstance(value, bool):
        return "the truth value"
    return "the text" if isinstance(value, str) else "the number"


def _require_number(value: Value, sign: str, place: Expression) -> None:
    if value.__class__ is int or value.__class__ is float:
        return
    message = f"`{sign}` needs numbers, received {_sort(value)} {quote(value)}"
    raise ExpressionError(message, place.start, place.end)


def _bounded(value: int | float, place: Expression) -> Value:
    if value.__class__ is float and not math.isfinite(value):
        message = "the result is not a finite number"
        raise ExpressionError(message, place.start, place.end, code="too-large")
    if -LARGEST <= value <= LARGEST:
        return value
    message = f"the result is beyond the bound of {LARGEST:.0e}"
    raise ExpressionError(message, place.start, place.end, code="too-large")
