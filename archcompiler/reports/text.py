"""Plain aligned text, for terminals and pipes alike."""

import os
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TextIO


class Column(NamedTuple):
    """A column of a text table; a glued one stands close to the one before."""

    heading: str
    right: bool = False
    glued: bool = False


Row = Sequence[str]


def lay_out(
    columns: Sequence[Column], rows: Iterable[Row], total: Row = ()
) -> list[str]:
    """Return a table's lines, the headings first and a total under a rule.

    Columns without any text are left out.
    """
    cells = [tuple(column.heading for column in columns), *rows]
    footer = [tuple(total)] if total else []
    shown = [
        at
        for at, column in enumerate(columns)
        if column.heading or any(row[at] for row in [*cells, *footer])
    ]
    widths = {at: max(len(row[at]) for row in [*cells, *footer]) for at in shown}
    lines = [_line(columns, row, widths) for row in cells]
    if footer:
        lines.append("-" * max(map(len, lines)))
        lines += [_line(columns, row, widths) for row in footer]
    return lines


def _line(columns: Sequence[Column], row: Row, widths: dict[int, int]) -> str:
    line = ""
    for at, width in widths.items():
        text = row[at].rjust(width) if columns[at].right else row[at].ljust(width)
        gap = "" if not line else " " if columns[at].glued else "  "
        line += gap + text
    return line.rstrip()


def embolden(text: str, stream: TextIO) -> str:
    """Return a report with its first line bold, where a terminal will show it."""
    if not takes_colour(stream):
        return text
    title, newline, rest = text.partition("\n")
    return f"\x1b[1m{title}\x1b[0m{newline}{rest}"


def takes_colour(stream: TextIO) -> bool:
    """Whether a stream is a terminal that shows colours and may."""
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return not plain and stream.isatty()


def shorten(text: str, width: int = 44) -> str:
    """Cut a text that would spread its column."""
    return text if len(text) <= width else text[: width - 3] + "..."


def format_pair(pair: tuple[float, float]) -> str:
    """Write `7` for a square, else height x width: `1x7`."""
    height, width = (f"{side:g}" for side in pair)
    return height if height == width else f"{height}x{width}"
