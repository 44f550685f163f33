"""Highlighting: lines of Python as pieces, each with what it is."""

import keyword
import re
from collections.abc import Iterator
from typing import NamedTuple

_TEXTS = r'"""[\s\S]*?"""' + r"|f?\"(?:[^\"\\\n]|\\.)*\"|f?'(?:[^'\\\n]|\\.)*'"
_PIECES = re.compile(
    rf"(?P<text>{_TEXTS})"
    r"|(?P<comment>\#[^\n]*)"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<number>\d[\d_.]*(?:e-?\d+)?)"
)


class Piece(NamedTuple):
    """A piece of a line: `keyword`, `text`, `comment`, `number`, or nothing special."""

    kind: str
    text: str


def highlighted(source: str) -> list[list[Piece]]:
    """Return the lines of a source, the texts of whose pieces make it up again."""
    lines: list[list[Piece]] = [[]]
    for kind, text in _pieces(source):
        first, *others = text.split("\n")
        if first:
            lines[-1].append(Piece(kind, first))
        lines += [[Piece(kind, other)] if other else [] for other in others]
    if not lines[-1]:
        lines.pop()  # what ends the last line begins none
    return lines


def _pieces(source: str) -> Iterator[Piece]:
    at = 0
    for found in _PIECES.finditer(source):
        kind = str(found.lastgroup)
        if kind == "name":
            if not keyword.iskeyword(found.group()):
                continue
            kind = "keyword"
        yield Piece("", source[at : found.start()])
        yield Piece(kind, found.group())
        at = found.end()
    yield Piece("", source[at:])
