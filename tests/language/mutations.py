"""Mutations of a text, as hurried people make them."""

import random
import re
from collections.abc import Callable

_TOKEN = re.compile(r"[A-Za-z_][\w ]*|\d+|[^\w\s]| +|\n")
_SIGNS = "[]{}<>:,;#-~'\"|&*!%@`=/.()?\\ \t\n0x"
_WORDS = (
    "in",
    "first",
    "last",
    "index",
    "count",
    "from",
    "repeat",
    "when",
    "name",
    "type",
    "merge",
    "then",
    "branches",
    "sequence",
    "columns",
    "inputs",
    "extends",
    "add",
    "concatenate",
    "relu",
    "Conv2D",
    "Flatten",
    "Dense",
    "-1",
    "-2",
    "0",
    "-0",
    "1e9",
    "1e999",
    "0.5",
    "40%",
    "010",
    "true",
    "~",
    "<in.channels>",
    "<first>",
    "<index>",
    "3x3/2",
    "999999999999",
    "[]",
    "{}",
    "é",
    "×",
    "<a",
    "<b>",
    "''",
    "<'>",
    "{a:",
    "b}",
    "[[1]]",
    "null",
    "2014-01-01",
    "<x",
    "if>",
    "y>",
    "<max(1;",
    "2)>",
    "[[a,",
    "b]]",
)


def mutate(text: str, chance: random.Random) -> str:
    """Return a text with one to three mutations."""
    for _ in range(chance.choice((1, 1, 2, 3))):
        text = chance.choice(_MUTATIONS)(text, chance)
    return text


def _drop_character(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + 1 :]


def _put_sign(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_SIGNS) + text[at:]


def _replace_token(text: str, chance: random.Random) -> str:
    tokens = _TOKEN.findall(text)
    if tokens:
        tokens[chance.randrange(len(tokens))] = chance.choice(_WORDS)
    return "".join(tokens)


def _swap_tokens(text: str, chance: random.Random) -> str:
    tokens = _TOKEN.findall(text)
    if len(tokens) > 1:
        one, other = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        tokens[one], tokens[other] = tokens[other], tokens[one]
    return "".join(tokens)


def _copy_token(text: str, chance: random.Random) -> str:
    tokens = _TOKEN.findall(text)
    if tokens:
        tokens.insert(chance.randrange(len(tokens)), chance.choice(tokens))
    return "".join(tokens)


def _drop_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        del lines[chance.randrange(len(lines))]
    return "".join(lines)


def _copy_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        lines.insert(chance.randrange(len(lines)), chance.choice(lines))
    return "".join(lines)


def _swap_lines(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if len(lines) > 1:
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]
    return "".join(lines)


def _indent_line(text: str, chance: random.Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        at = chance.randrange(len(lines))
        lines[at] = chance.choice(("  ", " ", "- ")) + lines[at]
    return "".join(lines)


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _change_number(text: str, chance: random.Random) -> str:
    numbers = list(re.finditer(r"\d+", text))
    if not numbers:
        return text
    found = chance.choice(numbers)
    number = str(chance.choice((0, 1, 2, 3, 7, 100, 10**6, -1, int(found[0][:9]) + 1)))
    return text[: found.start()] + number + text[found.end() :]


_MUTATIONS: tuple[Callable[[str, random.Random], str], ...] = (
    _drop_character,
    _put_sign,
    _replace_token,
    _replace_token,
    _swap_tokens,
    _copy_token,
    _drop_line,
    _copy_line,
    _swap_lines,
    _indent_line,
    _cut,
    _change_number,
    _change_number,
)
