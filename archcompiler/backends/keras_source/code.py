"""Pieces of Python source: calls, lists and statements, and literals."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`, each argument by position or as `keyword=value`."""

    function: "Piece"
    arguments: tuple[tuple[str, "Piece"], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list: `[a, b]`."""

    items: tuple["Piece", ...]


Piece = str | Call | Items
"""An expression; a text where it needs no structure."""


@dataclass(frozen=True, slots=True)
class Assign:
    """`target = value`."""

    target: str
    value: Piece


@dataclass(frozen=True, slots=True)
class Return:
    """`return value`."""

    value: Piece


@dataclass(frozen=True, slots=True)
class If:
    """`if condition:` and its body."""

    condition: str
    body: list["Statement"]


@dataclass(frozen=True, slots=True)
class For:
    """`for variable in range(1, stop):` and its body."""

    variable: str
    stop: str
    body: list["Statement"]


@dataclass(frozen=True, slots=True)
class Do:
    """A call on its own: `branches.append(x)`."""

    call: Call


Statement = Assign | Return | Do | If | For


def flat(piece: Piece) -> str:
    """Write a piece on one line."""
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Items):
        return f"[{', '.join(map(flat, piece.items))}]"
    return f"{flat(piece.function)}({flat_arguments(piece)})"


def flat_arguments(call: Call) -> str:
    """Write the arguments of a call on one line."""
    return ", ".join(key + flat(value) for key, value in call.arguments)


def literal(value: object) -> str:
    """Write a value as a Python literal, in double quotes that text cannot leave."""
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if not isinstance(value, str):
        return repr(value)
    quoted = repr(value)
    if quoted[0] == '"' or '"' in value:
        return quoted
    return '"' + quoted[1:-1].replace("\\'", "'") + '"'
