"""Staggering: branches side by side, on two levels where there is no room.

A branch below others is led to between them, and what leaves one above falls between
those below: their order stays, and no line crosses another.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from archcompiler.figures.picture import Picture
from archcompiler.figures.styles import Style

LEVEL_GAP = 9
"""From the lowest end on a level to the highest box on the next."""


@dataclass(frozen=True)
class Arrangement:
    """Where branches stand: from the left, and on which level from the top."""

    branches: Sequence[Picture]
    lefts: Sequence[float]
    levels: Sequence[int]
    width: float

    @cached_property
    def ends(self) -> list[float]:
        """Where the branches of each level end, from the top of the first."""
        found: list[float] = []
        y: float = 0
        for level in range(max(self.levels) + 1):
            heights = [
                each.height
                for each, own in zip(self.branches, self.levels, strict=True)
                if own == level
            ]
            y += max(heights)
            found.append(y)
            y += LEVEL_GAP
        return found

    @property
    def height(self) -> float:
        """Where the last level ends."""
        return self.ends[-1]


def arranged(branches: Sequence[Picture], style: Style) -> Arrangement:
    """Return branches on one level, or in turn on two where a style's limit asks so."""
    level = _placed(branches, [0] * len(branches), style.branch_gap)
    if level.width <= style.limit:
        return level
    found = [_placed(branches, each, style.branch_gap) for each in _turns(branches)]
    fitting = [each for each in found if each.width <= style.limit]
    if fitting:
        return min(fitting, key=lambda each: each.height)
    return min([level, *found], key=lambda each: each.width)


def _turns(branches: Sequence[Picture]) -> Iterator[list[int]]:
    """Yield levels for branches, above and below in turn; what is a line is below."""
    tall = [at for at, each in enumerate(branches) if each.height]
    if len(tall) < 2:
        return
    for first in (0, 1):
        levels = [1] * len(branches)
        for turn, at in enumerate(tall):
            levels[at] = (first + turn) % 2
        yield levels


def _placed(
    branches: Sequence[Picture], levels: Sequence[int], gap: float
) -> Arrangement:
    """Place each branch as far left as those before it leave room on all levels."""
    free = [0.0] * (max(levels) + 1)
    lefts: list[float] = []
    for each, level in zip(branches, levels, strict=True):
        exits = [exit.x for exit in each.exits]
        left = free[level]
        if not each.is_open:
            left = max([left, *[other - each.anchor for other in free[:level]]])
        left = max([left, *[other - exits[0] for other in free[level + 1 :]]])
        lefts.append(left)
        if not each.is_open:
            free[:level] = [left + each.anchor + gap] * level
        free[level] = left + each.width + gap
        below = len(free) - level - 1
        free[level + 1 :] = [left + exits[-1] + gap] * below
    width = max([a + each.width for a, each in zip(lefts, branches, strict=True)])
    return Arrangement(branches, lefts, levels, width)
