"""A cell as a picture: its box, the strips that hang on it, how often it repeats."""

from collections.abc import Sequence
from itertools import groupby

from archcompiler.figures.cells import Cell, Light
from archcompiler.figures.extents import room, text_width
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Box, Mark, Run, Text

ONE_LINE = 22
TWO_LINES = 30
STRIP = 13
NARROWEST = 72
PADDING = 8
"""On each side of a text."""

SPARE = 2 * PADDING - 2
"""How much of that a text in a wider font may take."""

STRIP_SIZE = 8.6


def cell_width(cells: Sequence[Cell]) -> float:
    """Return the width that all cells of a figure share."""
    widths = [_least_width(cell) for cell in cells if not cell.is_name]
    return max([NARROWEST, *widths])


def cell_picture(cell: Cell, width: float, *, dashed: bool) -> Picture:
    """Return the picture of a cell; a dashed one is not in all calls."""
    if cell.is_name:
        return name_picture(cell.title)
    marks: list[Mark] = []
    y: float = 0
    if cell.before:
        marks += _strip(cell.before, cell, width, y, dashed=dashed)
        y += STRIP
    if cell.title:
        height = TWO_LINES if cell.second else ONE_LINE
        marks += _box(cell, width, y, height, dashed=dashed)
        y += height
    if cell.after:
        marks += _strip(cell.after, cell, width, y, dashed=dashed)
        y += STRIP
    anchor, whole = width / 2, width
    if cell.often:
        run = Run(cell.often, bold=True)
        marks.append(Text(width + 4, y / 2 + 3.7, (run,)))
        whole += 4 + text_width(run)
    return Picture(whole, y, anchor, cell.group(marks), is_shortcut=dashed)


def name_picture(name: str) -> Picture:
    """Return a name that stands for a value made elsewhere."""
    run = Run(name, Tone.HOLE, italic=True)
    width = text_width(run) + 4
    text = Text(width / 2, 9.5, (run,), "middle")
    return Picture(width, 13, width / 2, (text,), has_head=False, is_open=True)


def strip_text(lights: Sequence[Light], cell: Cell) -> str:
    """Return what hangs on a cell; what not all of its calls have is in brackets."""
    words = [
        light.text if light.calls >= cell.calls else f"({light.text})"
        for light in lights
    ]
    return " · ".join([_times(word, len(list(same))) for word, same in groupby(words)])


def _times(word: str, times: int) -> str:
    return f"{word} ×{times}" if times > 1 else word


def _least_width(cell: Cell) -> float:
    texts = [
        room(Run(cell.title), spare=SPARE),
        room(*cell.second, spare=SPARE),
        *[
            room(Run(strip_text(lights, cell), size=STRIP_SIZE), spare=SPARE)
            for lights in (cell.before, cell.after)
        ],
    ]
    return max(texts) + 2 * PADDING


def _box(
    cell: Cell, width: float, y: float, height: float, *, dashed: bool
) -> list[Mark]:
    box = Box(0, y, width, height, 0, cell.paint, dashed=dashed)
    if not cell.second:
        return [box, Text(width / 2, y + 14.7, (Run(cell.title),), "middle")]
    return [
        box,
        Text(width / 2, y + 12.7, (Run(cell.title),), "middle"),
        Text(width / 2, y + 24.2, cell.second, "middle"),
    ]


def _strip(
    lights: Sequence[Light], cell: Cell, width: float, y: float, *, dashed: bool
) -> list[Mark]:
    run = Run(strip_text(lights, cell), Tone.SOFT, STRIP_SIZE)
    return [
        Box(0, y, width, STRIP, 0, Paint.OTHER, dashed=dashed),
        Text(width / 2, y + 9.4, (run,), "middle"),
    ]
