"""Printed tables as rows of texts: CSV, Markdown and LaTeX."""

import csv
import html
import io
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

from archcompiler.starting.latex import WIDEST, read_latex

LONGEST = 10_000
"""Rows of a printed table: more are printed nowhere."""

Grid = list[list[str]]


def read_grid(text: str, ending: str) -> Grid:
    """Return the rows of the first table of a text, the headings first.

    Cells are what people see: no marks of the format. Blank rows are left out.

    Raises:
        KeyError: for an ending that is not of READERS.
        ValueError: for a table that cannot be read.
    """
    grid: Grid = []
    for row in READERS[ending](text):
        if len(row) > WIDEST:
            raise ValueError(f"a table has at most {WIDEST} columns")
        if len(grid) > LONGEST:
            raise ValueError(f"a table has at most {LONGEST:,} rows")
        seen = [_seen(cell) for cell in row]
        if any(seen):
            grid.append(seen)
    return grid


def _seen(cell: str) -> str:
    """Return a cell on one line, without characters that nobody sees."""
    return "".join(filter(str.isprintable, " ".join(cell.split())))


# CSV ------------------------------------------------------------------------


def _read_csv(text: str) -> Iterator[list[str]]:
    """Yield the rows, parted by the sign that makes most of them equally wide."""
    try:
        yield from max((_parted(text, sign) for sign in ",;\t"), key=_equally_wide)
    except csv.Error:  # the one that is left: a quote without its end, mostly
        most = f"{csv.field_size_limit():,}"
        message = f"a cell has more than {most} characters: a quote may be open"
        raise ValueError(message) from None


def _parted(text: str, sign: str) -> Grid:
    rows = csv.reader(io.StringIO(text), delimiter=sign)
    return [row for row in rows if row]


def _equally_wide(rows: Grid) -> int:
    """Count the rows as wide as the first, of several cells."""
    width = len(rows[0]) if rows else 0
    return sum(len(row) == width for row in rows) if width > 1 else 0


# Markdown -------------------------------------------------------------------

_RULE = re.compile(r"(?=.*\|)\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?")
_MARKS = {
    re.compile(r"\$(?!\s)([^$]+)(?<!\s)\$(?!\d)"): r"\1",
    re.compile(r"\[\^[^]]*\]"): "",  # a footnote
    re.compile(r"!?\[([^]]*)\]\([^)]*\)"): r"\1",
    re.compile(r"<br\s*/?>", re.IGNORECASE): " ",
    re.compile(r"<sup>", re.IGNORECASE): "^",
    re.compile(
        r"</?(?:sup|sub|b|i|u|em|strong|code|span|a|small)\b[^<>]*>", re.IGNORECASE
    ): "",
    re.compile(r"(\*\*|\*|`|(?<!\w)__|(?<!\w)_)(?!\s)(.+?)(?<!\s)\1(?!\w)"): r"\2",
}
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def _read_markdown(text: str) -> Iterator[list[str]]:
    """Yield the rows of the first table: the line above its rule, and those below."""
    lines = [line.strip() for line in text.split("\n")]
    rules = (
        n for n, (head, rule) in enumerate(pairwise(lines), 1) if _is_rule(head, rule)
    )
    at = next(rules, None)
    if at is None:
        return
    yield _cells(lines[at - 1])
    for line in lines[at + 1 :]:
        if "|" not in line:
            return
        yield _cells(line)


def _is_rule(head: str, rule: str) -> bool:
    return "|" in head and _RULE.fullmatch(rule) is not None


def _cells(line: str) -> list[str]:
    """Return what is seen of the cells of a line; an escaped sign is no mark."""
    escapes: list[str] = []

    def hide(found: re.Match[str]) -> str:
        escapes.append(found[1])
        return f"\0{len(escapes) - 1}\0"

    hidden = _ESCAPED.sub(hide, line.replace("\0", "")).removeprefix("|")
    return [
        re.sub("\0(\\d+)\0", lambda found: escapes[int(found[1])], _unmarked(cell))
        for cell in hidden.removesuffix("|").split("|")
    ]


def _unmarked(cell: str) -> str:
    for mark, text in _MARKS.items():
        cell = mark.sub(text, cell)
    return html.unescape(cell)


READERS: dict[str, Callable[[str], Iterator[list[str]]]] = {
    ".csv": _read_csv,
    ".md": _read_markdown,
    ".tex": read_latex,
}
"""What reads a table, by the ending of its file."""
