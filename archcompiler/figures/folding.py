"""Folding: a long table in columns side by side, each continued in the next."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import ceil

from archcompiler.figures.cuts import parts_of
from archcompiler.figures.lines import Line as RowLine
from archcompiler.figures.overview import (
    HEADING,
    Overview,
    Scale,
    overview,
    scale_of,
)
from archcompiler.figures.overview_columns import LAYOUTS, Layout, columns_of
from archcompiler.figures.picture import Picture
from archcompiler.figures.places import Point
from archcompiler.figures.scene import Line, Mark, moved
from archcompiler.figures.skips import skips_of
from archcompiler.figures.spine import ABOVE, spine_of

MOST_ROWS = 40
"""More rows than these stand in several columns."""

MOST_COLUMNS = 3
"""More columns than these would be too wide to read: longer ones are read down."""

GAP = 26
"""From one column to the next, beside the edges between them."""

TRACK = 5
"""From one edge between two columns to the next."""

HIGHEST = 2
"""The least distance of an edge from the top."""


def folded(
    lines: Sequence[RowLine],
    scale: Scale | None = None,
    layout: Layout = LAYOUTS[0],
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
    drawn = list(_columns(lines, scale or scale_of(lines), LAYOUTS[0], parts))
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


def fitting(lines: Sequence[RowLine], width: float) -> Iterator[tuple[Picture, Layout]]:
    """Yield the overviews that a width has room for, from the one that shows most.

    A long table is rather folded than shown with all that it says. Where none fits, it
    is the narrowest.
    """
    fits = False
    for columns in range(min(MOST_COLUMNS, _columns_of(lines)), 0, -1):
        for layout in LAYOUTS:
            picture = folded(lines, layout=layout, columns=columns)
            if picture.width <= width:
                fits = True
                yield picture, layout
    if not fits:
        yield picture, layout


def _columns(
    lines: Sequence[RowLine], scale: Scale, layout: Layout, parts: Sequence[range]
) -> Iterator[Overview]:
    skips, table = skips_of(lines), columns_of(lines, layout)
    spines = [spine_of(lines, rows, skips, HEADING) for rows in parts]
    edges = max([len(spine.arriving) for spine in spines])
    top = max(HEADING, HIGHEST + ABOVE + TRACK * edges)
    for rows in parts:
        spine = spine_of(lines, rows, skips, top, layout.stretch)
        yield Overview(lines, rows, spine, table, scale, layout)


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
