"""Pictures: parts of a diagram laid out, put below each other.

A picture is entered at the top and left at the bottom, at `anchor` from its left edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from archcompiler.figures.places import Point
from archcompiler.figures.scene import Line, Mark, moved

LANE = 12
"""The width of a branch that is only a line."""

Marks = tuple[Mark, ...]


class Exit(NamedTuple):
    """Where a picture is left, from its left edge; a dashed one only in some calls."""

    x: float
    dashed: bool = False


@dataclass(frozen=True)
class Picture:
    """Marks in a box of a width and a height, from (0, 0).

    `has_head` tells whether what leads to it ends in an arrow; a picture that is
    `open` begins with names, so nothing leads to it. A `dashed` line is what some calls
    lack. What ends with several values has an exit for each.
    """

    width: float
    height: float
    anchor: float
    marks: Marks = ()
    has_head: bool = True
    is_open: bool = False
    is_shortcut: bool = False
    """Whether it is a line in some calls, all of its cells being dashed."""

    dashed: bool = False
    several: tuple[Exit, ...] = ()

    @property
    def exits(self) -> tuple[Exit, ...]:
        """Where it is left: below its anchor, if nowhere else."""
        return self.several or (Exit(self.anchor, self.dashed),)


IDENTITY = Picture(LANE, 0, LANE / 2, has_head=False, is_shortcut=True)
DASHED_IDENTITY = replace(IDENTITY, dashed=True)


def in_series(pictures: Sequence[Picture], gap: float) -> Picture:
    """Return pictures one below the other, each leading to the next."""
    if not pictures:
        return IDENTITY
    if len(pictures) == 1:
        return pictures[0]
    anchor = max([each.anchor for each in pictures])
    width = anchor + max([each.width - each.anchor for each in pictures])
    marks: list[Mark] = []
    y: float = 0
    for at, each in enumerate(pictures):
        if at:
            marks.append(edge(anchor, y, y + gap, arrow=each.has_head))
            y += gap
        marks += moved(each.marks, anchor - each.anchor, y)
        y += each.height
    first, short = pictures[0], all(each.is_shortcut for each in pictures)
    last = pictures[-1]
    several = moved_exits(last.several, anchor - last.anchor)
    return Picture(
        width,
        y,
        anchor,
        tuple(marks),
        first.has_head,
        first.is_open,
        short,
        several=several,
    )


def edge(
    x: float, top: float, bottom: float, *, arrow: bool = True, dashed: bool = False
) -> Line:
    """Return an edge that falls straight."""
    return Line((Point(x, top), Point(x, bottom)), dashed=dashed, arrow=arrow)


def moved_exits(exits: Sequence[Exit], x: float) -> tuple[Exit, ...]:
    """Return exits farther to the right."""
    return tuple([Exit(x + each.x, each.dashed) for each in exits])
