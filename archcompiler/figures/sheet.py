"""The sheet: the overview, and beside it one panel for each block of the table."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import inf

from archcompiler.figures.errata_caption import errata_caption
from archcompiler.figures.extents import extent, room
from archcompiler.figures.folding import fitting, folded
from archcompiler.figures.fonts import DEJAVU_SANS
from archcompiler.figures.lines import CLAIMS, RowLine, lines_of
from archcompiler.figures.overview import scale_of, tag
from archcompiler.figures.overview_columns import TAG, tag_width
from archcompiler.figures.packing import packed
from archcompiler.figures.page import (
    CAPTION,
    CAPTION_PITCH,
    DESCENT,
    HEADED,
    NOTE,
    SPARE,
    Paper,
    above,
    captions,
    framed,
    heading,
    legend,
    page,
    pages,
    stacked,
)
from archcompiler.figures.palette import Tone
from archcompiler.figures.panels import Panel, panels_of
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Group, Mark, Run, Scene, Text, moved
from archcompiler.figures.wiring import picture_of, pictures_within
from archcompiler.figures.wrapping import flow, wrap, wrap_runs
from archcompiler.graph.expansion import Expansion

GAP = 34
NARROWEST = 190
"""The least width of a panel's captions."""

NARROWEST_IN_PAPER = 136
"""The same in a paper, where two panels are beside each other in a column."""

TITLE_PITCH = 13
NO_MACS = "no room for the multiply-adds of rows"
HIGHEST_HEADING = 80
"""What is left for the heading of a page above a panel that fills it."""


def sheet(
    expansion: Expansion, panels: Sequence[Panel], *, shows_padding: bool = False
) -> Scene:
    """Return the table as a figure, and its blocks."""
    lines = lines_of(expansion, panels, shows_padding=shows_padding)
    blocks = [panel_picture(panel) for panel in panels]
    return page(expansion, packed([_table(lines), *blocks], GAP))


def paper_sheets(
    expansion: Expansion,
    panels: Sequence[Panel],
    paper: Paper,
    *,
    shows_padding: bool = False,
) -> list[Scene]:
    """Return the sheet on as few pages as it fits, and the most that it shows there."""
    lines = lines_of(expansion, panels, shows_padding=shows_padding)
    blocks = [panel_parts(panel, paper) for panel in panels]
    return _fewest(expansion, lines, blocks, paper)


def overview_sheet(
    expansion: Expansion, panels: Sequence[Panel], *, shows_padding: bool = False
) -> Scene:
    """Return the table as a figure, its blocks in words below it."""
    lines = _unlettered(lines_of(expansion, panels, shows_padding=shows_padding))
    table = _table(lines)
    return page(expansion, above(table, _all_in_words(panels, table.width)))


def paper_overviews(
    expansion: Expansion,
    panels: Sequence[Panel],
    paper: Paper,
    *,
    shows_padding: bool = False,
) -> list[Scene]:
    """Return the overview on as few pages as it fits."""
    lines = _unlettered(lines_of(expansion, panels, shows_padding=shows_padding))
    words = _all_in_words(panels, paper.line)
    return _fewest(expansion, lines, [[words]] if panels else [], paper)


def _unlettered(lines: Sequence[RowLine]) -> list[RowLine]:
    return [replace(line, letter="") for line in lines]


def _fewest(
    expansion: Expansion,
    lines: Sequence[RowLine],
    others: Sequence[Sequence[Picture]],
    paper: Paper,
) -> list[Scene]:
    """Return a table and what comes after it on as few pages as its layouts allow."""
    width, height = paper.inner
    head = heading(expansion, width=paper.line).height + HEADED
    colours = with_legend(Picture(width, 0, 0), lines).height
    found: list[Scene] = []
    for parts, layout in fitting(lines, width, height - head - colours - DESCENT):
        last = _under(parts[-1], lines, paper.line)
        if not layout.macs:
            last = above(last, _unshown(lines, paper.line))
        table = [*parts[:-1], last]
        scenes = pages(expansion, [table, *others], paper)
        found = scenes if not found or len(scenes) < len(found) else found
        if len(found) == 1:
            break
    return found


def _unshown(lines: Sequence[RowLine], width: float) -> Picture:
    """Return that a column has no room, and what is printed wrong of what it counts."""
    meanings = {meaning for line in lines for meaning in line.corrections}
    wrong = errata_caption(lines, width, meanings - {CLAIMS["macs"]})
    return above(captions([NO_MACS], width), wrong)


def _under(picture: Picture, lines: Sequence[RowLine], width: float) -> Picture:
    """Return the end of a table with the legend, as wide as both are."""
    whole = with_legend(picture, lines, min(width, max(NARROWEST, picture.width)))
    wide = max(
        picture.width,
        extent(Group(whole.marks)).right,
        extent(Group(whole.marks), DEJAVU_SANS).right - SPARE,
    )
    return replace(whole, width=wide)


def _all_in_words(panels: Sequence[Panel], width: float) -> Picture:
    """Return lines of what all blocks do."""
    names = Counter([panel.drawing.block.name for panel in panels])
    told = [text for panel in panels for text in _in_words(panel, names, width)]
    return stacked([line for text in told for line in wrap_runs(text, width)])


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


def paper_blocks(
    expansion: Expansion, panels: Sequence[Panel], paper: Paper
) -> list[Scene]:
    """Return the panels of one block on as few pages as they fit."""
    parts = [panel_parts(panel, paper) for panel in panels]
    return pages(expansion, parts, paper)


def panel_picture(panel: Panel) -> Picture:
    """Return a panel: letter, title, captions, and the drawing below them."""
    drawing = picture_of(panel.diagram, panel.everywhere)
    return _panel(panel, _head(panel, max(NARROWEST, drawing.width)), drawing)


def panel_parts(panel: Panel, paper: Paper) -> list[Picture]:
    """Return a panel for a paper, in parts where it is higher than a page."""
    (width, height), line = paper.inner, paper.line
    room = height - _head(panel, line, line).height - HIGHEST_HEADING
    first, *others = pictures_within(panel.diagram, panel.everywhere, width, room)
    wrapped = min(line, max(NARROWEST_IN_PAPER - SPARE, first.width))
    head = _head(panel, wrapped, line)
    again = _head(replace(panel, captions=("continued",)), line, line)
    return [
        _panel(panel, head, first),
        *[_panel(panel, again, each) for each in others],
    ]


def _head(panel: Panel, wrapped: float, width: float = inf) -> Picture:
    """Return a panel's letter and title, and below them its captions, wrapped."""
    left = tag_width(panel.letter) + 8
    titles = wrap_runs(panel.title, width - left)
    faces = [Run(text, Tone.SOFT, CAPTION) for text in panel.captions]
    told = [line for face in faces for line in wrap(face, wrapped)]
    marks: list[Mark] = [*tag(panel.letter, 0, 0)]
    y: float = TAG + 13 - TITLE_PITCH
    for at, title in enumerate(titles):
        marks.append(Text(left, TAG / 2 + 4 + TITLE_PITCH * at, title))
        y += TITLE_PITCH
    for line in told:
        marks.append(Text(0, y, (Run(line, Tone.SOFT, CAPTION),)))
        y += CAPTION_PITCH
    widths = [room(Run(line, size=CAPTION)) for line in told]
    widest = max([*widths, *[left + room(*title) for title in titles]])
    return Picture(widest, y, 0, tuple(marks))


def _panel(panel: Panel, head: Picture, drawing: Picture) -> Picture:
    whole = above(head, drawing)
    name = panel.drawing.block.name
    group = Group(whole.marks, f"block-{panel.letter.lower()}", f"block {name}")
    return Picture(whole.width, whole.height, drawing.anchor, (group,))


def with_legend(
    picture: Picture, lines: Sequence[RowLine], width: float | None = None
) -> Picture:
    """Return the overview with what its colours mean below it, in lines of a width."""
    paints = [line.paint for line in lines if not line.is_input]
    colours = legend(paints, width or picture.width, NOTE)
    y = picture.height + 8.5
    marks = (*picture.marks, *moved(colours.marks, 0, y))
    return Picture(picture.width, y + colours.height, picture.anchor, marks)
