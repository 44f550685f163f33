"""What a figure is made of, whatever it is written as.

Coordinates are in px, y goes down. A group's marks stand where the group says; all
other coordinates are as they are given.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.places import Point

Anchor = Literal["start", "middle", "end"]


class Run(NamedTuple):
    """A piece of a text in one face; `size` is the font's."""

    text: str
    tone: Tone = Tone.INK
    size: float = 10.5
    bold: bool = False
    italic: bool = False
    struck: bool = False


class Text(NamedTuple):
    """A line of text; y is its baseline, x what `anchor` says of it."""

    x: float
    y: float
    runs: tuple[Run, ...]
    anchor: Anchor = "start"


class Box(NamedTuple):
    """An upright rectangle from its upper left corner; `radius` rounds its corners.

    It is pale with an outline, or `solid` in the paint's ink.
    """

    x: float
    y: float
    width: float
    height: float
    radius: float
    paint: Paint
    solid: bool = False
    dashed: bool = False


class Disc(NamedTuple):
    """A disc around its centre, painted as a box."""

    x: float
    y: float
    radius: float
    paint: Paint
    solid: bool = False
    dashed: bool = False


class Line(NamedTuple):
    """A line along points, its corners rounded; an arrow's tip is its last point."""

    points: tuple[Point, ...]
    tone: Tone = Tone.SOFT
    width: float = 1.2
    radius: float = 0
    dashed: bool = False
    arrow: bool = False


class Polygon(NamedTuple):
    """A polygon, painted as a pale box."""

    points: tuple[Point, ...]
    paint: Paint


class Group(NamedTuple):
    """Marks that belong together, moved by (x, y).

    What has a `title` is told by a screen reader and at a pointer; links lead to `id`.
    """

    marks: tuple["Mark", ...]
    id: str | None = None
    title: str | None = None
    x: float = 0
    y: float = 0


Leaf = Text | Box | Disc | Line | Polygon
Mark = Leaf | Group


@dataclass(frozen=True)
class Scene:
    """A figure: marks from back to front on paper of a width and a height."""

    width: float
    height: float
    marks: tuple[Mark, ...]
    title: str
    description: str = ""
    scale: float | None = None
    """How many points a px is in print; a figure without a paper has none."""

    def walk(self) -> Iterator[Leaf]:
        """Yield all marks but groups, back to front, where they are on the paper."""
        return leaves(self.marks)


def leaves(marks: Iterable[Mark]) -> Iterator[Leaf]:
    """Yield all marks but groups, back to front, where they are outside groups."""
    open_groups: list[tuple[Iterator[Mark], float, float]] = [(iter(marks), 0, 0)]
    while open_groups:
        inner, x, y = open_groups[-1]
        mark = next(inner, None)
        if mark is None:
            open_groups.pop()
        elif isinstance(mark, Group):
            open_groups.append((iter(mark.marks), x + mark.x, y + mark.y))
        else:
            yield _moved_leaf(mark, x, y)


def moved(marks: Sequence[Mark], dx: float, dy: float) -> tuple[Mark, ...]:
    """Return marks moved to the right and down; a group keeps what is in it."""
    if not dx and not dy:
        return tuple(marks)
    return tuple(
        [
            mark._replace(x=mark.x + dx, y=mark.y + dy)
            if isinstance(mark, Group)
            else _moved_leaf(mark, dx, dy)
            for mark in marks
        ]
    )


def _moved_leaf(mark: Leaf, dx: float, dy: float) -> Leaf:
    match mark:
        case Line(points) | Polygon(points):
            there = tuple([Point(x + dx, y + dy) for x, y in points])
            return mark._replace(points=there)
    return mark._replace(x=mark.x + dx, y=mark.y + dy)


def identifiers(names: Iterable[str], prefix: str) -> list[str]:
    """Return an id for each name, unlike all others: `row-conv1`, `row-pool-2`."""
    taken: set[str] = set()
    last: Counter[str] = Counter()
    found = []
    for name in names:
        slug = re.sub("[^a-z0-9_]+", "-", name.lower()).strip("-")
        stem = free = f"{prefix}-{slug}" if slug else prefix
        while free in taken:
            last[stem] += 1
            free = f"{stem}-{last[stem] + 1}"
        taken.add(free)
        found.append(free)
    return found
