"""The figure of a page: the overview, and each block by itself, so that it folds."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from archcompiler.figures.folding import in_parts
from archcompiler.figures.lines import RowLine, lines_of
from archcompiler.figures.overview import Scale, scale_of
from archcompiler.figures.panels import Panel, panels_of
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Group, Mark, Run, Scene, moved
from archcompiler.figures.sheet import with_legend
from archcompiler.figures.svg import to_svg
from archcompiler.figures.wiring import picture_of
from archcompiler.graph.expansion import Expansion

EDGE = 3
"""Around a drawing, in px: outlines and the light of a row stand over its box."""


@dataclass(frozen=True)
class DrawnPanel:
    """A block's panel; `title` has a piece for each face."""

    id: str
    letter: str
    title: Sequence[Run]
    captions: Sequence[str]
    svg: str


@dataclass(frozen=True)
class DrawnPart:
    """Some rows of the overview, which fold; the only part of a short table has no id.

    `rows` are the names of the rows that ran.
    """

    id: str
    title: str
    rows: Sequence[str]
    svg: str


@dataclass(frozen=True)
class Drawing:
    """The overview and the panels of a table; `prefix` begins every id."""

    prefix: str
    parts: Sequence[DrawnPart]
    lines: Sequence[RowLine]
    panels: Sequence[Panel]
    shown: Sequence[DrawnPanel]

    @property
    def row_ids(self) -> dict[str, str]:
        """The ids of the rows that ran, by their names."""
        return {
            line.name: self.prefix + line.id for line in self.lines if not line.is_input
        }

    def letters_of(self, row: int) -> list[str]:
        """Return the letters of the panels that show calls of a row."""
        return [
            panel.letter
            for panel in self.panels
            if any(call.row.index == row for call in panel.drawing.calls)
        ]


def shared_scale(expansions: Iterable[Expansion]) -> Scale:
    """Return the scale on which the bars of several tables can be compared."""
    return scale_of([line for each in expansions for line in lines_of(each, ())])


def draw(expansion: Expansion, prefix: str = "", scale: Scale | None = None) -> Drawing:
    """Draw a table for a page."""
    panels = panels_of(expansion)
    lines = lines_of(expansion, panels)
    shown = [_panel(panel, prefix) for panel in panels]
    parts = _parts(expansion.program.name, lines, prefix, scale)
    return Drawing(prefix, parts, lines, panels, shown)


def _parts(
    name: str, lines: Sequence[RowLine], prefix: str, scale: Scale | None
) -> list[DrawnPart]:
    drawn = in_parts(lines, scale)
    found = []
    for number, (places, picture) in enumerate(drawn, 1):
        rows = [lines[at].name for at in places if not lines[at].is_input]
        title = f"{rows[0]} – {rows[-1]}" if rows else "input"
        whole = picture if number < len(drawn) else with_legend(picture, lines)
        told = f"the table of {name}"
        if len(drawn) == 1:
            found.append(DrawnPart("", title, rows, _svg(whole, told, prefix)))
            continue
        svg = _svg(whole, f"{told}: {title}", prefix)
        found.append(DrawnPart(f"{prefix}part-{number}", title, rows, svg))
    return found


def panel_id(letter: str, prefix: str) -> str:
    """Return the id of a block's panel."""
    return f"{prefix}block-{letter.lower()}"


def _panel(panel: Panel, prefix: str) -> DrawnPanel:
    picture = picture_of(panel.diagram, panel.everywhere)
    title = f"block {panel.drawing.block.name}"
    return DrawnPanel(
        panel_id(panel.letter, prefix),
        panel.letter,
        panel.title,
        panel.captions,
        _svg(picture, title, prefix),
    )


def _svg(picture: Picture, title: str, prefix: str) -> str:
    marks = moved(_prefixed(picture.marks, prefix), EDGE, EDGE)
    width, height = picture.width + 2 * EDGE, picture.height + 2 * EDGE
    scene = Scene(width, height, marks, title)
    return to_svg(scene, theme=None, transparent=True)


def _prefixed(marks: Iterable[Mark], prefix: str) -> tuple[Mark, ...]:
    """Return marks whose ids begin with a prefix."""
    return tuple(
        mark._replace(
            id=prefix + mark.id if mark.id else None,
            marks=_prefixed(mark.marks, prefix),
        )
        if isinstance(mark, Group)
        else mark
        for mark in marks
    )
