"""How much room marks take."""

from functools import lru_cache

from archcompiler.figures.fonts import (
    ASCENT,
    DEJAVU_SANS,
    DESCENT,
    HELVETICA,
    Font,
)
from archcompiler.figures.places import Extent, Point, around, grown, union
from archcompiler.figures.scene import (
    Box,
    Disc,
    Group,
    Line,
    Mark,
    Polygon,
    Run,
    Text,
    leaves,
)

HEAD_WIDTH = 6.4
HEAD_LENGTH = 5.0


def text_width(*runs: Run, font: Font = HELVETICA) -> float:
    """Return how wide runs are beside one another."""
    return sum(font.width(run.text, run.size, run.bold) for run in runs)


def room(*runs: Run, spare: float = 8) -> float:
    """Return how wide a text is for a layout that leaves a gap beside it.

    In DejaVu Sans it takes up to `spare` of the gap.
    """
    narrow = wide = 0.0
    for run in runs:
        widths = _widths(run.text, run.size, run.bold)
        narrow += widths[0]
        wide += widths[1]
    return max(narrow, wide - spare)


@lru_cache(4096)  # a table says the same sizes and counts again and again
def _widths(text: str, size: float, bold: bool) -> tuple[float, float]:
    """Return how wide a run is in Helvetica and in DejaVu Sans."""
    return HELVETICA.width(text, size, bold), DEJAVU_SANS.width(text, size, bold)


def extent(mark: Mark, font: Font = HELVETICA) -> Extent:
    """Return the rectangle around a mark, its outline left out.

    Raises:
        ValueError: for a group without marks.
    """
    match mark:
        case Text():
            return _text_extent(mark, font)
        case Box(x, y, width, height):
            return Extent(x, y, x + width, y + height)
        case Disc(x, y, radius):
            return Extent(x - radius, y - radius, x + radius, y + radius)
        case Line():
            return _line_extent(mark)
        case Polygon(points):
            return around(points)
        case Group():
            return union([extent(leaf, font) for leaf in leaves([mark])])


def _text_extent(text: Text, font: Font) -> Extent:
    width = text_width(*text.runs, font=font)
    size = max((run.size for run in text.runs), default=0)
    left = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
    return Extent(left, text.y - ASCENT * size, left + width, text.y + DESCENT * size)


def _line_extent(line: Line) -> Extent:
    shaft = grown(around(line.points), line.width / 2)
    return union([shaft, around(head(line))]) if line.arrow else shaft


def head(line: Line) -> tuple[Point, Point, Point]:
    """Return the corners of an arrow's head, its tip in the middle.

    Raises:
        ValueError: for a line whose last two points are one.
    """
    (x, y), tip = line.points[-2:]
    length = ((tip.x - x) ** 2 + (tip.y - y) ** 2) ** 0.5
    if not length:
        raise ValueError("an arrow needs a direction: its last two points are one")
    along = Point((tip.x - x) / length, (tip.y - y) / length)
    back = Point(tip.x - HEAD_LENGTH * along.x, tip.y - HEAD_LENGTH * along.y)
    side = Point(-along.y * HEAD_WIDTH / 2, along.x * HEAD_WIDTH / 2)
    return (
        Point(back.x + side.x, back.y + side.y),
        tip,
        Point(back.x - side.x, back.y - side.y),
    )
