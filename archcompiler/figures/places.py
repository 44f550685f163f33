"""Places on a figure, in px, y down."""

from collections.abc import Iterable
from typing import NamedTuple


class Point(NamedTuple):
    """A place."""

    x: float
    y: float


class Extent(NamedTuple):
    """The smallest upright rectangle around something."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    def overlaps(self, other: "Extent", gap: float = 0) -> bool:
        """Whether less than `gap` is between the two; to touch is not to overlap."""
        return (
            self.left < other.right + gap
            and other.left < self.right + gap
            and self.top < other.bottom + gap
            and other.top < self.bottom + gap
        )

    def holds(self, other: "Extent") -> bool:
        """Whether the other lies within."""
        return (
            self.left <= other.left
            and self.top <= other.top
            and self.right >= other.right
            and self.bottom >= other.bottom
        )


def union(extents: Iterable[Extent]) -> Extent:
    """Return the rectangle around all.

    Raises:
        ValueError: when there are none.
    """
    lefts, tops, rights, bottoms = zip(*extents, strict=True)
    return Extent(min(lefts), min(tops), max(rights), max(bottoms))


def around(points: Iterable[Point]) -> Extent:
    """Return the rectangle around points."""
    return union([Extent(x, y, x, y) for x, y in points])


def grown(extent: Extent, by: float) -> Extent:
    """Return a rectangle that is larger on all sides."""
    left, top, right, bottom = extent
    return Extent(left - by, top - by, right + by, bottom + by)
