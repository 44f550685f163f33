"""Folding: a long table in columns side by side, each continued in the next."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

from archcompiler.figures.cuts import parts_of
from archcompiler.figures.lines import RowLine
from archcompiler.figures.overview import (
    HEADING,
    Overview,
    Scale,
    laid_spine,
    overview,
    scale_of,
)
from archcompiler.figures.overview_columns import (
    PAPER_LAYOUTS,
    USUAL,
    Layout,
    columns_of,
)
from archcompiler.figures.page import CAPTION_PITCH
from archcompiler.figures.picture import Picture
from archcompiler.figures.places import Point
from archcompiler.figures.scene import Line, Mark, moved
from archcompiler.figures.skips import skips_of
from archcompiler.figures.spine import ABOVE, Spine, arriving

MOST_ROWS = 40
"""More rows than these stand in several columns."""

MOST_COLUMNS = 3
"""More columns than these would be too wide to read: longer ones are read down."""

NARROWEST_NAMES = 48
"""The least width of names where what rows do stands below them."""

GAP = 26
"""From one column to the next, beside the edges between them."""

TRACK = 5
"""From one edge between two columns to the next."""

MORE_PARTS = 4
"""How many more parts a page's height does not ask for are tried for its width."""

HIGHEST = 2
"""The least distance of an edge from the top."""


def folded(
    lines: Sequence[RowLine],
    scale: Scale | None = None,
    layout: Layout = USUAL,
    columns: int = MOST_COLUMNS,
) -> Picture:
    """Return the overview of a table, a long one in at most so many columns."""
    columns = min(columns, _columns_of(lines))
    if columns == 1:
        return overview(lines, scale, layout)
    parts = parts_of(lines, columns)
    return _beside(list(_columns(lines, scale or scale_of(lines), layout, parts)))


def in_parts(
    lines: Sequence[RowLine], scale: Scale | None = None
) -> list[tuple[range, Picture]]:
    """Return the overview of a table in parts that fold, a long one in several.

    Each has its rows, from which place on; below each other, their columns align.
    """
    parts = parts_of(lines, _columns_of(lines))
    if len(parts) == 1:
        return [(parts[0], overview(lines, scale))]
    drawn = list(_columns(lines, scale or scale_of(lines), USUAL, parts))
    widest = max([each.columns.left for each in drawn])
    return [
        (each.rows, _shifted(each.picture(), widest - each.columns.left))
        for each in drawn
    ]


def _shifted(picture: Picture, x: float) -> Picture:
    marks = moved(picture.marks, x, 0)
    return Picture(picture.width + x, picture.height, picture.anchor + x, marks)


def _columns_of(lines: Sequence[RowLine]) -> int:
    """Return how many columns the rows of a table fill."""
    return ceil(len(lines) / MOST_ROWS)


def fitting(
    lines: Sequence[RowLine], width: float, height: float
) -> Iterator[tuple[list[Picture], Layout]]:
    """Yield the overviews that a page has room for, from the one that shows most.

    Each is in as many parts as pages ask for, with room for a line that tells that a
    column is missing. A long table is rather folded than shown with all that it says.
    Where none is narrow enough, it is the narrowest.
    """
    widths: list[float] = []
    for columns in range(min(MOST_COLUMNS, _columns_of(lines)), 0, -1):
        for layout in PAPER_LAYOUTS:
            high = height - (0 if layout.macs else CAPTION_PITCH)
            wide = _widened(lines, layout, columns, width, high)
            picture = folded(lines, layout=wide, columns=columns)
            if columns > 1 and picture.height > high:
                continue
            parts = _on_pages(lines, wide, picture, width, high)
            widths.append(_widest(parts))
            if widths[-1] <= width:
                yield parts, wide
    if min(widths) > width:
        yield parts, wide


def _widened(
    lines: Sequence[RowLine],
    layout: Layout,
    columns: int,
    width: float,
    height: float,
) -> Layout:
    """Return a layout whose names are as wide as a width leaves room for."""
    if not layout.names:
        return layout
    widest = 0.0
    parts = max(columns, ceil(len(lines) * layout.pitch / height))
    for spine in _spines(lines, layout, parts_of(lines, parts)):
        edges = TRACK * (len(spine.leaving) + len(spine.arriving))
        widest = max(widest, spine.width + edges)
    table = columns_of(lines, layout)
    beside = (width + GAP) / columns - GAP - widest - layout.gap
    room = beside - (table.right - table.names_width)
    below = beside - table.names.x
    return layout._replace(names=max(room, NARROWEST_NAMES), below=max(below, 1))


def _on_pages(
    lines: Sequence[RowLine],
    layout: Layout,
    whole: Picture,
    width: float,
    height: float,
) -> list[Picture]:
    """Return a table of one column in parts of which none is higher than a page.

    Some more parts are tried where one is too wide: fewer edges pass by fewer rows.
    """
    if whole.height <= height:
        return [whole]
    scale = scale_of(lines)
    found: list[list[Picture]] = []
    for count in range(ceil(whole.height / height), len(lines) + 1):
        drawn = _columns(lines, scale, layout, parts_of(lines, count))
        pictures = [each.picture() for each in drawn]
        if max([each.height for each in pictures]) <= height:
            found.append(pictures)
            if len(found) > MORE_PARTS or _widest(pictures) <= width:
                break
    return min(found or [pictures], key=lambda parts: max(width, _widest(parts)))


def _widest(pictures: Sequence[Picture]) -> float:
    return max([each.width for each in pictures])


def _columns(
    lines: Sequence[RowLine], scale: Scale, layout: Layout, parts: Sequence[range]
) -> Iterator[Overview]:
    skips, table = skips_of(lines), columns_of(lines, layout)
    edges = max([arriving(lines, rows, skips) for rows in parts])
    top = max(HEADING, HIGHEST + ABOVE + TRACK * edges)
    for rows in parts:
        spine = laid_spine(lines, rows, skips, top, layout)
        yield Overview(lines, rows, spine, table, scale, layout)


def _spines(
    lines: Sequence[RowLine], layout: Layout, parts: Sequence[range]
) -> list[Spine]:
    skips = skips_of(lines)
    return [laid_spine(lines, rows, skips, HEADING, layout) for rows in parts]


def _beside(columns: Sequence[Overview]) -> Picture:
    """Return columns side by side, with the edges that lead from each to the next."""
    pictures = [each.picture() for each in columns]
    lefts: list[float] = []
    marks: list[Mark] = []
    x = bottom = 0.0
    for column, picture in zip(columns, pictures, strict=True):
        lefts.append(x)
        marks += moved(picture.marks, x, 0)
        edges = TRACK * len(column.spine.leaving)
        bottom = max(bottom, picture.height, column.spine.edges[1] + edges)
        x += picture.width + GAP + edges
    for (one, left), (other, right) in pairwise(zip(columns, lefts, strict=True)):
        marks += _continued(one, left, other, right)
    width = x - GAP
    return Picture(width, bottom, pictures[0].anchor, tuple(marks))


def _continued(
    one: Overview, left: float, other: Overview, right: float
) -> Iterator[Mark]:
    """Yield the edges from below a column to above the next.

    They lie around each other, the first outermost, so that none crosses another.
    """
    leaving, arriving = one.spine.leaving, other.spine.arriving
    bottom, top = one.spine.edges[1], other.spine.edges[0]
    for at, (start, end) in enumerate(zip(leaving, arriving, strict=True)):
        low = bottom + TRACK * (len(leaving) - at)
        track = right - GAP / 2 - TRACK * at
        high = top - TRACK * (at + 1)
        points = (
            Point(left + start, bottom),
            Point(left + start, low),
            Point(track, low),
            Point(track, high),
            Point(right + end, high),
            Point(right + end, top),
        )
        yield Line(points, radius=5)
