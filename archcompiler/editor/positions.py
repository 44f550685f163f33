"""Positions: columns as a client counts them, and as ours do.

Lines count from 0, and so do columns, which are characters of Python's. A client
counts in units: of UTF-16 unless both agree on something else, so that a letter beyond
the basic plane is two.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

UTF8, UTF16, UTF32 = "utf-8", "utf-16", "utf-32"

_LINE = re.compile(r"\r\n|\r|\n")


class Position(NamedTuple):
    """A place between two characters: line and column from 0."""

    line: int
    column: int


def units(text: str, encoding: str) -> int:
    """Return how many units of an encoding a text is long."""
    if text.isascii() or encoding == UTF32:
        return len(text)
    if encoding == UTF8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(character > "\uffff" for character in text)


def column_at(line: str, unit: int, encoding: str) -> int:
    """Return the column before which a line has so many units; at most its end.

    A unit within a character stands for the place before it.
    """
    if line.isascii() or encoding == UTF32:
        return min(unit, len(line))
    passed = 0
    for column, character in enumerate(line):
        passed += units(character, encoding)
        if passed > unit:
            return column
    return len(line)


def split_lines(text: str) -> list[str]:
    """Return the lines of a text without their ends, as the protocol counts them."""
    return _LINE.split(text)


def offset_at(text: str, position: Sequence[int], encoding: str) -> int:
    """Return how many characters stand before a client's line and unit."""
    line, unit = position
    start = 0
    for _ in range(line):
        end = _LINE.search(text, start)
        if end is None:
            return len(text)
        start = end.end()
    end = _LINE.search(text, start)
    whole = text[start : end.start() if end else len(text)]
    return start + column_at(whole, unit, encoding)
