"""Layout: pieces of source on lines as ruff formats them, at its default width."""

import io
import tokenize
from collections.abc import Iterable, Iterator

from archcompiler.backends.keras_source.code import (
    Assign,
    Do,
    For,
    If,
    Items,
    Piece,
    PythonCall,
    Raise,
    Return,
    Statement,
    flat,
    flat_arguments,
)

WIDTH = 88
INDENT = "    "


def lay_out_statements(statements: Iterable[Statement], depth: int) -> list[str]:
    """Return the lines of statements, indented by `depth` levels."""
    return [line for s in statements for line in _lay_out_statement(s, depth)]


def lay_out_definition(name: str, parameters: tuple[str, ...]) -> list[str]:
    """Return the lines of `def name(parameters):`."""
    arguments = tuple(("", parameter) for parameter in parameters)
    return _lay_out("def ", PythonCall(name, arguments), ":", 0)


def lay_out_expression(piece: Piece, depth: int) -> list[str]:
    """Return the lines of an expression that stands by itself."""
    return _lay_out("", piece, "", depth)


def _lay_out_statement(statement: Statement, depth: int) -> list[str]:
    match statement:
        case Assign(target, value):
            return _lay_out(f"{target} = ", value, "", depth)
        case Do(call):
            return _lay_out("", call, "", depth)
        case Return(value):
            return _lay_out("return ", value, "", depth)
        case Raise(value):
            return _lay_out("raise ", value, "", depth)
        case If():
            return _lay_out_if("if ", statement, depth)
        case For(variable, stop, body):
            loop = PythonCall("range", (("", "1"), ("", stop)))
            head = _lay_out(f"for {variable} in ", loop, ":", depth)
    return [*head, *lay_out_statements(body, depth + 1)]


def _lay_out_if(word: str, statement: If, depth: int) -> list[str]:
    head = _lay_out(word, statement.condition, ":", depth)
    lines = [*head, *lay_out_statements(statement.body, depth + 1)]
    match statement.otherwise:
        case []:
            return lines
        case [If() as other]:
            return [*lines, *_lay_out_if("elif ", other, depth)]
    others = lay_out_statements(statement.otherwise, depth + 1)
    return [*lines, f"{INDENT * depth}else:", *others]


def _lay_out(before: str, piece: Piece, after: str, depth: int) -> list[str]:
    """Lay out one piece between what stands before and after it on its lines."""
    indent = INDENT * depth
    if _fits(line := indent + before + flat(piece) + after):
        return [line]
    if isinstance(piece, PythonCall):
        return _lay_out_call(before, piece, after, depth)
    if isinstance(piece, Items):
        items = [("", item) for item in piece.items]
        body = _one_per_line(items, depth + 1)
        opening, closing = tuple(piece.brackets)
        return [f"{indent}{before}{opening}", *body, f"{indent}{closing}{after}"]
    return _lay_out_operands(before, piece, after, depth)


def _lay_out_operands(before: str, text: str, after: str, depth: int) -> list[str]:
    """Lay out a long expression: in brackets of its own, or in those that it has."""
    indent = INDENT * depth
    parts = operands_of(text)
    if len(parts) <= 2 and (text[-1] in ")]" or text[0] == "("):
        lines = _break_brackets(before, text, after, depth)
        if all(map(_fits, lines)):
            return lines
    if len(parts) == 1:
        return _split(before, text, after, depth)
    body = _split("", text, "", depth + 1)
    return [f"{indent}{before}(", *body, f"{indent}){after}"]


def _split(before: str, text: str, after: str, depth: int) -> list[str]:
    """Split an expression within brackets: before its operators, or in its brackets.

    Each operand is split in its turn, where it does not fit its line.
    """
    line = f"{INDENT * depth}{before}{text}{after}"
    if _fits(line):
        return [line]
    first, *others = operands_of(text)
    if not others:
        return _split_brackets(before, text, after, depth)
    lines = _split(before, first, "", depth)
    for number, part in enumerate(others, 1):
        sign, _, operand = part.partition(" ")
        last = after if number == len(others) else ""
        lines += _split(f"{sign} ", operand, last, depth)
    return lines


def _split_brackets(before: str, text: str, after: str, depth: int) -> list[str]:
    """Split what the last brackets of a text hold."""
    indent = INDENT * depth
    brackets = _brackets(text)
    if not brackets or brackets[-1][1] != len(text) - 1:
        return [f"{indent}{before}{text}{after}"]
    start, end = brackets[-1]
    body = _lay_out_within(text, start, end, depth + 1)
    return [
        f"{indent}{before}{text[: start + 1]}",
        *body,
        f"{indent}{text[end]}{after}",
    ]


def _lay_out_within(text: str, start: int, end: int, depth: int) -> list[str]:
    """Lay out what stands between two brackets: arguments, or an expression."""
    items = _items(text[start + 1 : end])
    called = start > 0 and (text[start - 1].isalnum() or text[start - 1] == "_")
    if not called and text[start] == "(" and len(items) == 1:
        return _split("", items[0], "", depth)
    if _fits(line := INDENT * depth + ", ".join(items)):
        return [line]
    return [line for item in items for line in _split("", item, ",", depth)]


def _items(text: str) -> list[str]:
    """Return what commas separate, outside all brackets."""
    items, start = [], 0
    for token, depth in _tokens(text):
        if token.string == "," and not depth:
            items.append(text[start : token.start[1]].strip())
            start = token.end[1]
    return [*items, text[start:].strip()]


def _break_brackets(before: str, text: str, after: str, depth: int) -> list[str]:
    """Break each bracket after which the line would not reach the next one."""
    indent = INDENT * depth
    brackets = _brackets(text)
    nexts = [start + 1 for start, _ in brackets[1:]]
    lines, line, at = [], indent + before, 0
    for (start, end), following in zip(brackets, [*nexts, None], strict=True):
        line += text[at : start + 1]
        rest = text[start + 1 : following] + ("" if following else after)
        if _fits(line + rest):
            line += text[start + 1 : end + 1]
        else:
            lines += [line, *_lay_out_within(text, start, end, depth + 1)]
            line = indent + text[end]
        at = end + 1
    return [*lines, line + text[at:] + after]


def _brackets(text: str) -> list[tuple[int, int]]:
    """Return where the outermost brackets of a text open and close."""
    found: list[tuple[int, int]] = []
    start = 0
    for token, depth in _tokens(text):
        if token.string in _OPENING and not depth:
            start = token.start[1]
        elif token.string in _CLOSING and not depth:
            found.append((start, token.start[1]))
    return found


def _lay_out_call(before: str, call: PythonCall, after: str, depth: int) -> list[str]:
    indent = INDENT * depth
    head = [f"{indent}{before}{flat(call.function)}("]
    if isinstance(call.function, PythonCall) and not _fits(head[0]):
        # A layer's own arguments break first, and what it is called on follows.
        head = _lay_out_call(before, call.function, "", depth)
        last = f"{head[-1]}({flat_arguments(call)}){after}"
        if _fits(last):
            return [*head[:-1], last]
        head[-1] += "("
    inner = INDENT * (depth + 1) + flat_arguments(call)
    body = [inner] if _fits(inner) else _one_per_line(call.arguments, depth + 1)
    return [*head, *body, f"{indent}){after}"]


def _one_per_line(arguments: Iterable[tuple[str, Piece]], depth: int) -> list[str]:
    return [
        line
        for key, value in arguments
        for line in _lay_out_argument(key, value, depth)
    ]


def _lay_out_argument(key: str, value: Piece, depth: int) -> list[str]:
    """Lay out an argument, whose brackets let it break before its operators."""
    if isinstance(value, str):
        return _split(key, value, ",", depth)
    return _lay_out(key, value, ",", depth)


def _fits(line: str) -> bool:
    return len(line) <= WIDTH


# Operators ------------------------------------------------------------------

_LEVELS = (
    {"if", "else"},
    {"or"},
    {"and"},
    {"==", "!=", "<", "<=", ">", ">="},
    {"+", "-"},
    {"*", "/", "//", "%"},
)


def operands_of(text: str) -> list[str]:
    """Split an expression before those of its operators that bind the loosest."""
    operators = _operators(text)
    words = {word for _, word in operators}
    for level in _LEVELS:
        if words & level:
            cuts = [at for at, word in operators if word in level]
            ends = zip([0, *cuts], [*cuts, len(text)], strict=True)
            return [text[start:end].rstrip() for start, end in ends]
    return [text]


def _operators(text: str) -> list[tuple[int, str]]:
    """Return the binary operators outside all brackets, and where they stand."""
    found: list[tuple[int, str]] = []
    before = ""
    for token, depth in _tokens(text):
        word = token.string
        binary = before not in ("", "(", *(w for level in _LEVELS for w in level))
        if depth == 0 and binary and any(word in level for level in _LEVELS):
            found.append((token.start[1], word))
        before = word
    return found


_OPENING, _CLOSING = ("(", "["), (")", "]")


def _tokens(text: str) -> Iterator[tuple[tokenize.TokenInfo, int]]:
    """Yield the tokens of a text, and how many brackets are open around each."""
    depth = 0
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        depth -= token.string in _CLOSING
        yield token, depth
        depth += token.string in _OPENING
