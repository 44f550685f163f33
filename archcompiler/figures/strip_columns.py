"""Where the rows of a strip stand, each as wide as its texts need."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from archcompiler.figures.extents import room
from archcompiler.figures.lines import RowLine
from archcompiler.figures.palette import Tone
from archcompiler.figures.scene import Run
from archcompiler.figures.spine import begins_anew
from archcompiler.figures.wording import LONGEST_NAME, shortened, size
from archcompiler.figures.wrapping import wrap

NAME = 46
"""The width in which names are stacked where rows are narrow."""

BREAK = 18
"""More room before a row that the one before does not feed."""

ROOM = 8
"""Between two texts, if the font is Helvetica; else at least `LEAST_ROOM`."""

LEAST_ROOM = 2


@dataclass(frozen=True)
class Columns:
    """The rows of a strip from `left` on, none narrower than `least`."""

    lines: Sequence[RowLine]
    left: float
    least: float

    @cached_property
    def widths(self) -> list[float]:
        """The width of each row."""
        found = [max(self.least, self._text_width(at)) for at in range(len(self.lines))]
        for group in self.sizes:
            text = size_run(self.lines[group.start])
            missing = _with_room(text) - sum([found[at] for at in group])
            for at in group:
                found[at] += max(0, missing) / len(group)
        return found

    @cached_property
    def places(self) -> list[float]:
        """The middle of each row."""
        found: list[float] = []
        x = self.left
        for at, width in enumerate(self.widths):
            x += BREAK if begins_anew(self.lines, at) else 0
            found.append(x + width / 2)
            x += width
        return found

    @property
    def right(self) -> float:
        """Where the last row ends."""
        return self.places[-1] + self.widths[-1] / 2

    @cached_property
    def sizes(self) -> list[range]:
        """The rows whose images have one size, one after the other."""
        found: list[range] = []
        for at, line in enumerate(self.lines):
            is_new = not at or size(line.shape) != size(self.lines[at - 1].shape)
            if is_new or begins_anew(self.lines, at):
                found.append(range(at, at + 1))
            else:
                found[-1] = range(found[-1].start, at + 1)
        return [group for group in found if size(self.lines[group.start].shape)]

    @cached_property
    def names(self) -> list[list[Run]]:
        """The name of each row in lines, stacked where it is long."""
        width = max(NAME, self.least - ROOM)
        return [_name_lines(line, width) for line in self.lines]

    def _text_width(self, at: int) -> float:
        texts = [*self.names[at], Run(str(self.lines[at].shape[-1]))]
        return max([_with_room(text) for text in texts])


def _name_lines(line: RowLine, width: float) -> list[Run]:
    tone = Tone.SOFT if line.is_input else Tone.INK
    name = Run(shortened(line.name, LONGEST_NAME), tone, bold=not line.is_input)
    texts = wrap(name, width, after=" _-/")
    return [Run(text, tone, bold=name.bold) for text in texts]


def size_run(line: RowLine) -> Run:
    """Return the size of a row's images, set tight."""
    return Run(size(line.shape).replace(" ", ""))


def _with_room(text: Run) -> float:
    return room(text, spare=ROOM - LEAST_ROOM) + ROOM
