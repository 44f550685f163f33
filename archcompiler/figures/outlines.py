"""The way of a line: where its shaft ends, and how its corners are rounded."""

from collections.abc import Iterator
from itertools import groupby
from math import dist

from archcompiler.figures.extents import HEAD_LENGTH
from archcompiler.figures.places import Point
from archcompiler.figures.scene import Line

_WITHIN_HEAD = 1.0
"""How far a shaft goes into its head, so that no gap is seen between them."""


def shaft(line: Line) -> list[Point]:
    """Return the points of a line without its head, none of them twice in a row."""
    points = [point for point, _ in groupby(line.points)]
    if line.arrow:
        points[-1] = toward(points[-1], points[-2], HEAD_LENGTH - _WITHIN_HEAD)
    return points


def corners(points: list[Point], radius: float) -> Iterator[tuple[Point, Point, Point]]:
    """Yield each point with where its arc begins and ends; the ends are without one.

    An arc takes at most half of the shorter of the two sides.
    """
    last = len(points) - 1
    for at, point in enumerate(points):
        if at in (0, last):
            yield point, point, point
            continue
        before, after = points[at - 1], points[at + 1]
        room = min(radius, dist(before, point) / 2, dist(point, after) / 2)
        yield toward(point, before, room), point, toward(point, after, room)


def toward(point: Point, other: Point, by: float) -> Point:
    """Return the point that lies `by` nearer to another, at most that other."""
    share = by / max(dist(point, other), by, 1e-9)
    return Point(
        point.x + share * (other.x - point.x), point.y + share * (other.y - point.y)
    )
