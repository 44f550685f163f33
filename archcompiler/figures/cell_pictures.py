"""A cell as a picture: its box, the strips that hang on it, how often it repeats."""

from collections.abc import Sequence
from itertools import groupby

from archcompiler.figures.cells import Cell, Light
from archcompiler.figures.extents import room, text_width
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Box, Mark, Run, Text, moved
from archcompiler.figures.styles import Style
from archcompiler.figures.wrapping import wrap_runs

STRIP = 13
STRIP_PITCH = 10
STRIP_SIZE = 8.6

Runs = tuple[Run, ...]


def cell_width(cells: Sequence[Cell], style: Style) -> float:
    """Return the width that all cells of a figure share."""
    widths = [_least_width(cell, style) for cell in cells if not cell.is_name]
    return max([style.narrowest, *widths])


def cell_picture(cell: Cell, width: float, style: Style, *, dashed: bool) -> Picture:
    """Return the picture of a cell; a dashed one is not in all calls."""
    if cell.is_name:
        return name_picture(cell.title)
    marks: list[Mark] = []
    y: float = 0
    if cell.before:
        strip = _strip(_hanging(cell.before, cell, style), width, dashed=dashed)
        marks += strip.marks
        y += strip.height
    if cell.title:
        box = _box(cell, width, style, dashed=dashed)
        marks += moved(box.marks, 0, y)
        y += box.height
    if cell.after:
        strip = _strip(_hanging(cell.after, cell, style), width, dashed=dashed)
        marks += moved(strip.marks, 0, y)
        y += strip.height
    anchor, whole = width / 2, width
    if cell.often:
        run = Run(cell.often, size=style.size, bold=True)
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


def _least_width(cell: Cell, style: Style) -> float:
    lines = [*_words(cell, style)]
    for lights in (cell.before, cell.after):
        lines += _hanging(lights, cell, style) if lights else []
    spare = _spare(style)
    return max([room(*line, spare=spare) for line in lines]) + 2 * style.padding


def _spare(style: Style) -> float:
    """Return how much of the padding a text in a wider font may take."""
    return 2 * style.padding - 2


def _words(cell: Cell, style: Style) -> list[Runs]:
    """Return the lines in a cell's box."""
    title = (Run(cell.title, size=style.size),)
    second = tuple(
        [run._replace(size=min(run.size, style.size)) for run in cell.second]
    )
    texts = [text for text in (title, second) if text]
    return [line for text in texts for line in _wrapped(text, style)]


def _hanging(lights: Sequence[Light], cell: Cell, style: Style) -> list[Runs]:
    """Return the lines of a strip."""
    run = Run(strip_text(lights, cell), Tone.SOFT, STRIP_SIZE)
    return _wrapped((run,), style)


def _wrapped(text: Runs, style: Style) -> list[Runs]:
    return wrap_runs(text, style.line, spare=_spare(style))


def _box(cell: Cell, width: float, style: Style, *, dashed: bool) -> Picture:
    lines = _words(cell, style)
    height = style.height(len(lines))
    marks: list[Mark] = [Box(0, 0, width, height, 0, cell.paint, dashed=dashed)]
    for at, line in enumerate(lines):
        y = style.baseline(at, len(lines))
        marks.append(Text(width / 2, y, line, "middle"))
    return Picture(width, height, width / 2, tuple(marks))


def _strip(lines: Sequence[Runs], width: float, *, dashed: bool) -> Picture:
    height = STRIP + STRIP_PITCH * (len(lines) - 1)
    marks: list[Mark] = [Box(0, 0, width, height, 0, Paint.OTHER, dashed=dashed)]
    for at, line in enumerate(lines):
        marks.append(Text(width / 2, 9.4 + STRIP_PITCH * at, line, "middle"))
    return Picture(width, height, width / 2, tuple(marks))
