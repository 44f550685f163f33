"""The sheet: the overview, and beside it one panel for each block of the table."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from archcompiler.figures.errata_caption import errata_caption
from archcompiler.figures.extents import room
from archcompiler.figures.folding import fitting, folded
from archcompiler.figures.lines import Line as RowLine
from archcompiler.figures.lines import lines_of
from archcompiler.figures.overview import scale_of, tag
from archcompiler.figures.overview_columns import TAG
from archcompiler.figures.packing import packed
from archcompiler.figures.page import (
    CAPTION,
    CAPTION_PITCH,
    HEADED,
    MARGIN,
    NOTE,
    above,
    framed,
    heading,
    legend,
    page,
    stacked,
)
from archcompiler.figures.palette import Tone
from archcompiler.figures.panels import Panel, panels_of
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Group, Mark, Run, Scene, Text, moved
from archcompiler.figures.wiring import picture_of
from archcompiler.figures.wrapping import flow, wrap
from archcompiler.graph.expansion import Expansion

GAP = 34
NARROWEST = 190
"""The least width of a panel's captions."""


class Paper(NamedTuple):
    """The room of a figure in a paper, in px."""

    width: float
    height: float


def sheet(
    expansion: Expansion,
    panels: Sequence[Panel],
    paper: Paper | None = None,
    *,
    shows_padding: bool = False,
) -> Scene:
    """Return the table as a figure, and its blocks; on paper, as far as they fit.

    A table that leaves no room on the page for its blocks shows less.
    """
    lines = lines_of(expansion, panels, shows_padding=shows_padding)
    blocks = [panel_picture(panel) for panel in panels]
    if paper is None:
        return page(expansion, packed([_table(lines), *blocks], GAP))
    first: Scene | None = None
    for table in _tables(lines, paper):
        content = packed([table, *blocks], GAP, paper.width - 2 * MARGIN)
        scene = page(expansion, content)
        if scene.height <= paper.height:
            return scene
        first = first or scene
        if table.height > paper.height:
            break
    assert first is not None
    return first


def overview_sheet(
    expansion: Expansion,
    panels: Sequence[Panel],
    paper: Paper | None = None,
    *,
    shows_padding: bool = False,
) -> Scene:
    """Return the table as a figure, its blocks in words below it."""
    lettered = lines_of(expansion, panels, shows_padding=shows_padding)
    lines = [replace(line, letter="") for line in lettered]
    table = _table(lines) if paper is None else next(_tables(lines, paper))
    names = Counter([panel.drawing.block.name for panel in panels])
    told = [text for panel in panels for text in _in_words(panel, names, table.width)]
    return page(expansion, above(table, stacked(told)))


def _in_words(panel: Panel, names: Counter[str], width: float) -> list[tuple[Run, ...]]:
    """Return lines of what a block does; its rows tell several drawings apart."""
    is_one = names[panel.drawing.block.name] == 1
    rows = "" if is_one else f" ({panel.captions[0]})"
    words = [*[f"{word}," for word in panel.words[:-1]], panel.words[-1]]
    title = [_as_caption(run) for run in panel.title]
    texts = [(*title, _soft(f"{rows}: {words[0]}"))]
    texts += [(_soft(word),) for word in words[1:]]
    return flow(texts, _soft(" "), width)


def _as_caption(run: Run) -> Run:
    """Return a piece of a title in the face of captions; holes keep theirs."""
    tone = run.tone if run.italic else Tone.SOFT
    return Run(run.text, tone, CAPTION, italic=run.italic)


def _soft(text: str) -> Run:
    return Run(text, Tone.SOFT, CAPTION)


def _table(lines: Sequence[RowLine]) -> Picture:
    """Return the overview with its legend."""
    return with_legend(folded(lines), lines)


def _tables(lines: Sequence[RowLine], paper: Paper) -> Iterator[Picture]:
    """Yield the overviews that fit on paper, from the one that shows most."""
    for table, layout in fitting(lines, paper.width - 2 * MARGIN):
        whole = with_legend(table, lines)
        if not layout.details:
            wrong = errata_caption(lines, whole.width, layout.claims)
            whole = above(whole, wrong)
        yield whole


def several_sheet(expansions: Sequence[Expansion]) -> Scene:
    """Return the tables of several architectures, their bars on one scale."""
    tables = [
        [replace(line, letter="") for line in lines_of(each, panels_of(each))]
        for each in expansions
    ]
    scale = scale_of([line for lines in tables for line in lines])
    pictures = [
        above(heading(each), with_legend(folded(lines, scale), lines), HEADED)
        for each, lines in zip(expansions, tables, strict=True)
    ]
    names = ", ".join([each.program.name for each in expansions])
    return framed(packed(pictures, GAP), names, "bars are on one scale")


def block_sheet(expansion: Expansion, panels: Sequence[Panel]) -> Scene:
    """Return the panels of one block."""
    content = packed([panel_picture(panel) for panel in panels], GAP)
    name = panels[0].drawing.block.name
    title = f"{expansion.program.name}: {name}"
    return framed(content, title, f"the block {name}")


def panel_picture(panel: Panel) -> Picture:
    """Return a panel: letter, title, captions, and the drawing below them."""
    drawing = picture_of(panel.diagram, panel.everywhere)
    title_width = TAG + 8 + room(*panel.title)
    wrapped = max(NARROWEST, drawing.width)
    faces = [Run(text, Tone.SOFT, CAPTION) for text in panel.captions]
    told = [line for face in faces for line in wrap(face, wrapped)]
    marks: list[Mark] = [*tag(panel.letter, 0, 0)]
    marks.append(Text(TAG + 8, TAG / 2 + 4, panel.title))
    y: float = TAG + 13
    for line in told:
        marks.append(Text(0, y, (Run(line, Tone.SOFT, CAPTION),)))
        y += CAPTION_PITCH
    marks += moved(drawing.marks, 0, y)
    widths = [room(Run(line, size=CAPTION)) for line in told]
    width = max([title_width, drawing.width, *widths])
    name = panel.drawing.block.name
    group = Group(tuple(marks), f"block-{panel.letter.lower()}", f"block {name}")
    return Picture(width, y + drawing.height, drawing.anchor, (group,))


def with_legend(picture: Picture, lines: Sequence[RowLine]) -> Picture:
    """Return the overview with what its colours mean below it."""
    paints = [line.paint for line in lines if not line.is_input]
    colours = legend(paints, picture.width, NOTE)
    y = picture.height + 8.5
    marks = (*picture.marks, *moved(colours.marks, 0, y))
    return Picture(picture.width, y + colours.height, picture.anchor, marks)
