"""Wrapping: a text in lines of a width."""

import re
from collections.abc import Iterable, Sequence

from archcompiler.figures.extents import room
from archcompiler.figures.scene import Run

_EAST_ASIAN = "\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef"
"""Letters that need no space between words."""

_JOINED = r"· |\(\w{1,2}\)"


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


def wrap_runs(
    runs: Sequence[Run], width: float, *, after: str = " ", spare: float = 8
) -> list[tuple[Run, ...]]:
    """Return runs in lines, broken after some signs.

    A `·` stays with what it ends, a short `(3a)` with the word before. What is struck
    out stays whole, as does a piece that is wider than the lines.
    """
    if room(*runs, spare=spare) <= width:
        return [tuple(runs)]
    lines: list[list[Run]] = [[]]
    for run in runs:
        broken = re.split(f"(?<=[{re.escape(after)}])(?!{_JOINED})", run.text)
        for piece in [run.text] if run.struck else broken:
            part = run._replace(text=piece)
            longer = [*lines[-1], part._replace(text=piece.rstrip())]
            if any(lines) and room(*longer, spare=spare) > width:
                lines.append([])
                part = run._replace(text=piece.lstrip())
            lines[-1].append(part)
    return [_joined(line) for line in lines if any(run.text.strip() for run in line)]


def _joined(line: Sequence[Run]) -> tuple[Run, ...]:
    """Return a line with pieces of one face as one run, and no space at its end."""
    found: list[Run] = []
    for run in line:
        if found and found[-1]._replace(text="") == run._replace(text=""):
            found[-1] = run._replace(text=found[-1].text + run.text)
        elif run.text:
            found.append(run)
    found[-1] = found[-1]._replace(text=found[-1].text.rstrip())
    return tuple(found)


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
