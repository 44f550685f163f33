"""Pieces of Python source: calls, lists and statements, and literals."""

from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(frozen=True, slots=True)
class PythonCall:
    """`function(arguments)`, each argument by position or as `keyword=value`."""

    function: "Piece"
    arguments: tuple[tuple[str, "Piece"], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list, `[a, b]`, or a tuple, `(a, b)`."""

    items: tuple["Piece", ...]
    brackets: str = "[]"


Piece = str | PythonCall | Items
"""An expression; a text where it needs no structure."""


@dataclass(frozen=True, slots=True)
class Assign:
    """`target = value`; `step` is that of a block whose call it is, if it is one."""

    target: str
    value: Piece
    step: object = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Return:
    """`return value`."""

    value: Piece
    step: object = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class If:
    """`if condition:` and its body; a lone `if` under `else` makes it an `elif`."""

    condition: str
    body: list["Statement"]
    otherwise: list["Statement"] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class For:
    """`for variable in range(1, stop):` and its body."""

    variable: str
    stop: str
    body: list["Statement"]


@dataclass(frozen=True, slots=True)
class Do:
    """A call on its own: `branches.append(x)`."""

    call: PythonCall
    step: object = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Raise:
    """`raise value`."""

    value: Piece


Statement = Assign | Return | Raise | Do | If | For


def flat(piece: Piece) -> str:
    """Write a piece on one line."""
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Items):
        items = ", ".join(map(flat, piece.items))
        comma = "," if piece.brackets == "()" and len(piece.items) == 1 else ""
        return f"{piece.brackets[0]}{items}{comma}{piece.brackets[1]}"
    return f"{flat(piece.function)}({flat_arguments(piece)})"


def flat_arguments(call: PythonCall) -> str:
    """Write the arguments of a call on one line."""
    return ", ".join(key + flat(value) for key, value in call.arguments)


def literal(value: object) -> str:
    """Write a value as a Python literal, in double quotes that text cannot leave."""
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, Fraction):
        return f"Fraction({value.numerator}, {value.denominator})"
    if not isinstance(value, str):
        return repr(value)
    quoted = repr(value)
    if quoted[0] == '"' or '"' in value:
        return quoted
    return '"' + quoted[1:-1].replace("\\'", "'") + '"'
