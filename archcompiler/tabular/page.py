"""How wide a table is on paper, and the largest letters with which it fits a page."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from archcompiler.tabular.fitting import pieces
from archcompiler.tabular.form import Cell, Column, Row, Table
from archcompiler.tabular.wording import as_printed, whole_text

TEXT_WIDTH, TEXT_HEIGHT = 345, 550
"""Points of the text on a page: of LaTeX's `article`, with letters of 10 points."""

_ROUND_THE_TABLE = 60
"""Points of height that caption, rules and the line of the marks take."""

_LINES_OF_HEADINGS = 3
_WIDTH_OF_PROSE = 20_000
"""Thousandths of the letters' size in a line of prose, where that is broken."""

_WIDTHS = {
    278: "!',.:;[]il",
    306: "fj",
    333: "-_",
    389: "()Its",
    392: "r",
    444: "cez",
    472: "?",
    500: '"$*/0123456789\\^`ago{}~',
    528: "kqvxy",
    556: "Sbdhnpu",
    625: "JLZ",
    681: "EFP",
    736: "BCRTw",
    785: "+&=<>@ADGHKNOQUVXY\u00d7",
    833: "#%m",
    917: "M",
    1028: "W",
}
"""Thousandths of the letters' size: Computer Modern, as Knuth's `cmr10.tfm` has it."""

_WIDTH_OF = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_SPACE, _UNKNOWN, _MARK = 333, 1000, 600


class Letters(NamedTuple):
    """A size of letters: LaTeX's name, and its measures in points."""

    name: str
    size: float
    """Of letters of Computer Modern's `cmr10` as wide as these, in points."""

    separation: int
    """Half of what stands between two columns."""

    line: float


SIZES = (
    Letters("normalsize", 10, 6, 12),
    Letters("small", 9.3, 5, 11),
    Letters("footnotesize", 8.6, 4, 9.5),
    Letters("scriptsize", 8.2, 3, 8),
)
"""From the largest; what is smaller is hard to read."""

SMALLEST = Letters("tiny", 7.6, 2, 6)
"""Of a table that fills a whole sheet."""


class Fit(NamedTuple):
    """How a table is set so that it fits."""

    letters: Letters = SIZES[0]
    landscape: bool = False
    stacked: bool = False
    """Whether headings are broken into lines."""

    broken: bool = False
    """Whether long cells are, too, where a comma or a semicolon ends a part."""

    shrunk: bool = False
    """Whether it fits only as a drawing that is made smaller."""

    @property
    def is_legible(self) -> bool:
        """Whether the letters are of those that are easy to read."""
        return self.letters in SIZES


def fit(table: Table, *, landscape: bool = False) -> Fit:
    """Return the largest letters with which a table fits; upright, if it can be."""
    tried = [*ways(landscape=landscape)]
    fitting = (way for way in tried if fits(table, way))
    return next(fitting, tried[-1]._replace(shrunk=True))


def ways(*, landscape: bool) -> Iterator[Fit]:
    """Yield the ways to set a table: upright first, unless `landscape` is wanted."""
    if not landscape:
        yield from _ways(landscape=False)
    yield from _ways(landscape=True)


def _ways(*, landscape: bool) -> Iterator[Fit]:
    yield Fit(landscape=landscape)
    for letters in (*SIZES, *[SMALLEST] * landscape):
        yield Fit(letters, landscape, stacked=True)
        yield Fit(letters, landscape, stacked=True, broken=True)


def fits(table: Table, way: Fit) -> bool:
    """Whether a page has room for a table that is set so."""
    across, down = room(way)
    return sum(widths(table, way)) <= across and sum(heights(table, way)) <= down


def room(way: Fit) -> tuple[float, float]:
    """Return the width that a table may have, and the height of its rows, in points."""
    around = _ROUND_THE_TABLE + _LINES_OF_HEADINGS * way.letters.line
    if way.landscape:
        return TEXT_HEIGHT, TEXT_WIDTH - around
    return TEXT_WIDTH, TEXT_HEIGHT - around


def heights(table: Table, way: Fit) -> list[float]:
    """Return how high the rows are, the total last, in points."""
    return [
        way.letters.line * max([len(lines) for lines in cell_lines(table, row, way)])
        for row in table.every_row
    ]


def cell_lines(table: Table, row: Row, way: Fit) -> list[list[str]]:
    """Return the lines of a row's cells."""
    pairs = zip(table.columns, row, strict=True)
    return [_lines(column, cell, way) for column, cell in pairs]


def _lines(column: Column, cell: Cell, way: Fit) -> list[str]:
    text = whole_text(cell)
    if not way.broken or cell.span != 1:
        return [text]
    if column.wraps:
        return stack(text, _WIDTH_OF_PROSE)
    return pieces(text)


def widths(table: Table, way: Fit) -> list[float]:
    """Return how wide the columns are, with what stands around them, in points."""
    found = _content_widths(table, way)
    for at, column in enumerate(table.columns):
        lines = stack(column.heading, found[at]) if way.stacked else [column.heading]
        found[at] = max(found[at], *map(width_of, lines))
    letters = way.letters
    return [each * letters.size / 1000 + 2 * letters.separation for each in found]


def _content_widths(table: Table, way: Fit) -> list[int]:
    """Return the widths of the columns without their headings."""
    widths = [0] * len(table.columns)
    spanning = []
    for row in table.every_row:
        every = cell_lines(table, row, way)
        for at, (cell, lines) in enumerate(zip(row, every, strict=True)):
            width = max(map(width_of, lines))
            width += _MARK if cell.mark else 0
            if cell.span == 1:
                widths[at] = max(widths[at], width)
            elif cell.span:
                spanning.append((at, cell.span, width))
    for at, span, width in spanning:  # LaTeX widens the last column that they share
        widths[at + span - 1] += max(0, width - sum(widths[at : at + span]))
    return widths


@lru_cache(maxsize=10_000)
def width_of(text: str) -> int:
    """Return how wide a text is printed, in thousandths of the letters' size."""
    printed = as_printed(text)
    return sum([_SPACE if c == " " else _WIDTH_OF.get(c, _UNKNOWN) for c in printed])


def stacked_headings(table: Table, way: Fit) -> list[list[str]]:
    """Return the headings in lines that are no wider than what stands below them."""
    if not way.stacked:
        return [[column.heading] for column in table.columns]
    pairs = zip(table.columns, _content_widths(table, way), strict=True)
    return [stack(column.heading, width) for column, width in pairs]


def stack(heading: str, width: int) -> list[str]:
    """Break a heading into lines of a width; a word is never broken."""
    words = heading.split() or [""]
    width = max(width, *map(width_of, words), 0)
    lines: list[str] = []
    for word in words:
        if lines and width_of(f"{lines[-1]} {word}") <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
