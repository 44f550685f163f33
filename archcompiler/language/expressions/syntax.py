"""The tree of an expression: what stands between `<` and `>`."""

from dataclasses import dataclass
from fractions import Fraction

Value = int | float | Fraction | bool | str
"""A number that is written is an int or a float, one that is computed never a float."""


class ExpressionError(Exception):
    """An expression that cannot be read or evaluated, and where in its text."""

    def __init__(
        self,
        message: str,
        start: int,
        end: int,
        help: str = "",
        code: str = "expression-error",
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
class FunctionCall:
    """`function(a; b)`."""

    function: str
    arguments: tuple["Expression", ...]
    start: int
    end: int


Expression = Literal | Name | Attribute | Not | Binary | Conditional | FunctionCall

ATTRIBUTES = frozenset({"height", "width", "channels", "rank", "filters", "stride"})

LEVELS: tuple[frozenset[str], ...] = (
    frozenset({"or"}),
    frozenset({"and"}),
    frozenset({"==", "!=", "<", "<=", ">", ">="}),
    frozenset({"+", "-"}),
    frozenset({"*", "/", "//", "%"}),
)
"""Binary operators by how tightly they bind, the loosest first."""

COMPARISONS = LEVELS[2]
OPERATORS = frozenset({"if", "else", "not"}).union(*LEVELS)


def is_operator(word: str) -> bool:
    """Whether a word is an operator of expressions."""
    return word in OPERATORS


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
        case FunctionCall(_, arguments):
            return arguments
    return ()


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
