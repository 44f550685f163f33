"""Styles: how large the texts of a drawing are, and how close its cells stand."""

from collections.abc import Iterator
from math import inf
from typing import NamedTuple


class Style(NamedTuple):
    """Sizes and distances in px."""

    size: float = 10.5
    """Of the words in cells."""

    padding: float = 8
    """On each side of a text."""

    narrowest: float = 72
    branch_gap: float = 16
    series_gap: float = 17
    one_line: float = 22
    """The height of a box with one line; with more it is `air` and their pitches."""

    air: float = 7
    pitch: float = 11.5
    line: float = inf
    """How wide a line of words in a cell may be."""

    limit: float = inf
    """How wide branches may be beside each other; wider ones stand on levels."""

    def height(self, lines: int) -> float:
        """Return the height of a box with some lines of text."""
        return self.one_line if lines < 2 else self.air + lines * self.pitch

    def baseline(self, at: int, lines: int) -> float:
        """Return where a line of a box stands, from the box's top."""
        if lines < 2:
            return self.one_line / 2 + 0.352 * self.size
        return self.air / 2 + 0.8 * self.pitch + at * self.pitch


USUAL = Style()
CLOSE = Style(
    size=9,
    padding=5,
    narrowest=40,
    branch_gap=9,
    series_gap=13,
    one_line=18,
    air=5.5,
    pitch=10.5,
)
"""The style of drawings in a paper."""

_LINES = (inf, 64, 54, 46, 38, 32)
_LESS = (0, 28, 56, 90, 130)
"""How much of a width is left for what stands around branches."""


def styles_within(width: float) -> Iterator[tuple[Style, ...]]:
    """Yield styles that make a drawing narrower; of those together, the lowest is best.

    Words are wrapped before branches stand on levels.
    """
    yield tuple([CLOSE._replace(line=line) for line in _LINES])
    for less in _LESS:
        limit = max(width - less, 0)
        yield tuple([CLOSE._replace(line=line, limit=limit) for line in _LINES])
