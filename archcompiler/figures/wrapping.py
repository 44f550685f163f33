"""Wrapping: a text in lines of a width."""

import re
from collections.abc import Iterable, Sequence

from archcompiler.figures.extents import room
from archcompiler.figures.scene import Run

_EAST_ASIAN = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
"""Letters that need no space between words."""


def wrap(run: Run, width: float, after: str = " ") -> list[str]:
    """Return a text in lines, broken after some signs and between East Asian letters.

    A piece that is wider than the lines stays whole.
    """
    if run.text.strip() and room(run) <= width:
        return [run.text.strip()]
    lines: list[str] = []
    for piece in re.split(f"(?<=[{re.escape(after)}{_EAST_ASIAN}])", run.text):
        longer = lines[-1] + piece if lines else piece
        face = Run(longer.rstrip(), size=run.size, bold=run.bold)
        if lines and room(face) <= width:
            lines[-1] = longer
        else:
            lines.append(piece.lstrip())
    return [line.rstrip() for line in lines if line.strip()]


def flow(
    texts: Iterable[Sequence[Run]], between: Run, width: float
) -> list[tuple[Run, ...]]:
    """Return texts one behind the other in lines, broken between two texts alone."""
    lines: list[tuple[Run, ...]] = []
    for text in texts:
        longer = (*lines[-1], between, *text) if lines else ()
        if longer and room(*longer) <= width:
            lines[-1] = longer
        else:
            lines.append(tuple(text))
    return lines
