"""The comparison: the sheet of a variant, on which its changes are outlined."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archcompiler.figures.changes import Changes, grown
from archcompiler.figures.folding import folded
from archcompiler.figures.lines import lines_of
from archcompiler.figures.packing import packed
from archcompiler.figures.page import CAPTION, above, captions, page
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.panels import Panel
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Box, Run, Scene, moved
from archcompiler.figures.sheet import GAP, panel_picture, with_legend
from archcompiler.figures.wording import listed
from archcompiler.graph.expansion import Expansion

AROUND = 10
"""Between a panel that differs and its outline."""


def comparison(
    expansion: Expansion, panels: Sequence[Panel], changes: Changes
) -> Scene:
    """Return the sheet of a variant, with what differs from its base."""
    lines = lines_of(expansion, panels, changes.rows)
    table = _with_notes(with_legend(folded(lines), lines), changes)
    pictures = [_outlined(panel, changes.of_panel(panel)) for panel in panels]
    return page(expansion, packed([table, *pictures], GAP), _told(changes))


def _outlined(panel: Panel, change: str) -> Picture:
    """Return a panel, outlined where it is not the base's."""
    if not change:
        return panel_picture(panel)
    picture = panel_picture(replace(panel, captions=(change, *panel.captions)))
    width, height = picture.width + 2 * AROUND, picture.height + 2 * AROUND
    is_dashed = change != "added"
    frame = Box(0, 0, width, height, 6, Paint.FRAME, dashed=is_dashed)
    marks = (frame, *moved(picture.marks, AROUND, AROUND))
    return Picture(width, height, picture.anchor + AROUND, marks)


def _with_notes(picture: Picture, changes: Changes) -> Picture:
    """Return the overview with what changed in words below it."""
    notes = [*_outlines(changes), *_changed(changes), *_removed(changes)]
    return above(picture, captions(notes, picture.width))


def _outlines(changes: Changes) -> Iterator[Run]:
    """Yield what outlines mean."""
    kinds = {change.kind for change in changes.rows.values()}
    said = {"+": "a whole outline: added", "~": "a dashed outline: changed"}
    told = [words for kind, words in said.items() if kind in kinds]
    if told:
        yield Run(", ".join(told), Tone.SOFT, CAPTION, italic=True)


def _changed(changes: Changes) -> Iterator[Run]:
    """Yield what changed, once for all rows that changed alike."""
    rows: dict[str, list[str]] = {}
    for name, change in changes.rows.items():
        if change.kind == "~":
            rows.setdefault(", ".join(change.words), []).append(name)
    for words, names in rows.items():
        yield Run(f"{listed(names)}: {words}", Tone.SOFT, CAPTION)


def _removed(changes: Changes) -> Iterator[Run]:
    for name, change in changes.removed.items():
        deltas = _deltas(change.parameters, change.macs)
        told = ", ".join([*change.words, *deltas])
        yield Run(f"{name} is left out: {told}", Tone.SOFT, CAPTION)


def _told(changes: Changes) -> str:
    """Return what is compared, and by how much the counts grew."""
    if not changes.rows:
        return f"compared with {changes.base}: no row differs"
    parameters = sum([each.parameters for each in changes.rows.values()])
    macs = sum([each.macs for each in changes.rows.values()])
    deltas = " · ".join(_deltas(parameters, macs)) or "the same counts"
    return f"compared with {changes.base}: {deltas}"


def _deltas(parameters: int, macs: int) -> list[str]:
    counts = ((parameters, "parameters"), (macs, "multiply-adds"))
    return [f"{grown(number)} {what}" for number, what in counts if number]
