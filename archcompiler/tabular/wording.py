"""What the writers share: a text on one line, and which texts are numbers."""

import re
from collections.abc import Iterable

from archcompiler.tabular.form import Cell

_NUMBER = re.compile(r"[0-9][0-9.,]*(?: ?[A-Za-z]{1,2}|%)?")

_TIMES = re.compile(r"(?<=[0-9\])}])( ?)x( ?)(?=[0-9])")


def one_line(text: str) -> str:
    """Return a text on one line, with what people cannot see escaped."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join([c if c.isprintable() else ascii(c)[1:-1] for c in line])


def whole_text(cell: Cell) -> str:
    """Return all that a cell says, on one line."""
    return one_line("; ".join([cell.text, *cell.more]) if cell.more else cell.text)


def as_printed(text: str) -> str:
    """Return a text with the sign of times where papers have it: not `7x7`."""
    return _TIMES.sub("\\1\u00d7\\2", one_line(text))


def hold_numbers(texts: Iterable[str]) -> bool:
    """Tell whether a column holds numbers only: `159K`, `12.5 kB`, `64`."""
    given = [text for text in texts if text]
    return bool(given) and all(map(_NUMBER.fullmatch, given))


def shorten(text: str, width: int) -> str:
    """Cut a text that would spread its column."""
    return text if len(text) <= width else text[: width - 3] + "..."
