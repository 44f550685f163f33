"""Pieces of Python source, laid out as ruff formats them at its default width."""

from collections.abc import Iterable
from dataclasses import dataclass

WIDTH = 88
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Call:
    """`function(arguments)`, each argument by position or as `keyword=value`."""

    function: "Piece"
    arguments: tuple[tuple[str, "Piece"], ...]


@dataclass(frozen=True, slots=True)
class Items:
    """A list: `[a, b]`."""

    items: tuple["Piece", ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """Conditions joined by `and` or `or`, which may stand on lines of their own."""

    word: str
    parts: tuple[str, ...]


Piece = str | Call | Items | Chain


@dataclass(slots=True)
class Assign:
    """`target = value`."""

    target: str
    value: Piece


@dataclass(slots=True)
class Return:
    """`return value`."""

    value: Piece


@dataclass(slots=True)
class If:
    """`if condition:` and its body."""

    condition: Piece
    body: list["Statement"]


@dataclass(slots=True)
class For:
    """`for variable in range(first, stop):` and its body."""

    variable: str
    stop: str
    body: list["Statement"]


Statement = Assign | Return | If | For


def flat(piece: Piece) -> str:
    """Write a piece on one line."""
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Items):
        return f"[{', '.join(map(flat, piece.items))}]"
    if isinstance(piece, Chain):
        return f" {piece.word} ".join(piece.parts)
    arguments = ", ".join(key + flat(value) for key, value in piece.arguments)
    return f"{flat(piece.function)}({arguments})"


def lay_out_statements(statements: Iterable[Statement], depth: int) -> list[str]:
    """Return the lines of statements, indented by `depth` levels."""
    lines: list[str] = []
    for statement in statements:
        lines += _lay_out_statement(statement, depth)
    return lines


def lay_out_definition(name: str, parameters: tuple[str, ...]) -> list[str]:
    """Return the lines of `def name(parameters):`."""
    arguments = tuple(("", parameter) for parameter in parameters)
    return _lay_out("def ", Call(name, arguments), ":", 0)


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


def _lay_out_statement(statement: Statement, depth: int) -> list[str]:
    match statement:
        case Assign(target, value):
            return _lay_out(f"{target} = ", value, "", depth)
        case Return(value):
            return _lay_out("return ", value, "", depth)
        case If(condition, body):
            return [
                *_lay_out("if ", condition, ":", depth),
                *lay_out_statements(body, depth + 1),
            ]
        case For(variable, stop, body):
            head = Call("range", (("", "1"), ("", stop)))
            lines = _lay_out(f"for {variable} in ", head, ":", depth)
            return [*lines, *lay_out_statements(body, depth + 1)]


def _lay_out(before: str, piece: Piece, after: str, depth: int) -> list[str]:
    """Lay out one piece between what stands before and after it on its lines."""
    indent = INDENT * depth
    if isinstance(piece, str) or _fits(indent + before + flat(piece) + after):
        return [indent + before + flat(piece) + after]
    if isinstance(piece, Items):
        items = tuple(("", item) for item in piece.items)
        return [
            f"{indent}{before}[",
            *_one_per_line(items, depth + 1),
            f"{indent}]{after}",
        ]
    if isinstance(piece, Chain):
        return _lay_out_chain(before, piece, after, depth)
    return _lay_out_call(before, piece, after, depth)


def _lay_out_call(before: str, call: Call, after: str, depth: int) -> list[str]:
    indent = INDENT * depth
    function = flat(call.function)
    if not isinstance(call.function, Call) or _fits(f"{indent}{before}{function}("):
        head = [f"{indent}{before}{function}("]
    else:  # a layer's own arguments break first, and what it is called on follows
        head = _lay_out_call(before, call.function, "", depth)
        last = f"{head[-1]}({_arguments(call)}){after}"
        if _fits(last):
            return [*head[:-1], last]
        head[-1] += "("
    inner = INDENT * (depth + 1) + _arguments(call)
    body = [inner] if _fits(inner) else _one_per_line(call.arguments, depth + 1)
    return [*head, *body, f"{indent}){after}"]


def _lay_out_chain(before: str, chain: Chain, after: str, depth: int) -> list[str]:
    indent, inner = INDENT * depth, INDENT * (depth + 1)
    first, *rest = chain.parts
    lines = [f"{inner}{first}", *(f"{inner}{chain.word} {part}" for part in rest)]
    return [f"{indent}{before}(", *lines, f"{indent}){after}"]


def _one_per_line(arguments: Iterable[tuple[str, Piece]], depth: int) -> list[str]:
    lines: list[str] = []
    for key, value in arguments:
        lines += _lay_out(key, value, "" if key == "*" else ",", depth)
    return lines


def _arguments(call: Call) -> str:
    return ", ".join(key + flat(value) for key, value in call.arguments)


def _fits(line: str) -> bool:
    return len(line) <= WIDTH
