"""Figures of an architecture: drawn, shown in a notebook, and saved.

What few figures need is imported where it is needed: most start a process for one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from archcompiler.collection import collection_paused
from archcompiler.diagnostics import suggest
from archcompiler.figures.changes import Changes
from archcompiler.figures.choices import ENDINGS, Format, Kind, Theme, Width
from archcompiler.figures.panels import Panel, panels_of
from archcompiler.figures.raster import RasterError, to_pdf, to_png
from archcompiler.figures.scene import Run, Scene
from archcompiler.figures.sheet import (
    Paper,
    block_sheet,
    overview_sheet,
    several_sheet,
    sheet,
)
from archcompiler.figures.svg import to_svg
from archcompiler.graph.expansion import Expansion
from archcompiler.writing import replacing

POINTS: Mapping[Width, float] = {"column": 241, "page": 505}
"""The widths of a paper's column and of its page, in points."""

HIGHEST = 650
"""The height of a page's text in points: nine inches."""

SCALE = 0.7
"""Points a px at which labels are legible in print: 7.3 pt, and 6 pt the smallest."""


class FigureError(ValueError):
    """A figure that cannot be drawn as it was asked for."""


@dataclass(frozen=True)
class Figure:
    """A drawn figure; a notebook shows it as it is."""

    scene: Scene

    def label_size(self, width: Width) -> float:
        """Return the size of a cell's label where the figure fills a width, in pt."""
        return Run("").size * POINTS[width] / self.scene.width

    def height(self, width: Width) -> float:
        """Return how high the figure is where it fills a width, in pt."""
        return self.scene.height * POINTS[width] / self.scene.width

    def to_svg(self, *, theme: Theme = "auto", transparent: bool = False) -> str:
        """Return the text of an SVG file; equal figures have equal texts."""
        return to_svg(self.scene, theme=theme, transparent=transparent)

    def encoded(
        self, form: Format, *, theme: Theme = "auto", transparent: bool = False
    ) -> bytes:
        """Return the figure as a file holds it; only SVG has an `auto` theme.

        Raises:
            FigureError: where the library that a format needs is not installed.
        """
        _expect("theme", theme, get_args(Theme))
        if form == "svg":
            return self.to_svg(theme=theme, transparent=transparent).encode()
        one: Literal["light", "dark"] = "dark" if theme == "dark" else "light"
        if form == "tikz":
            from archcompiler.figures.tikz import to_tikz

            return to_tikz(self.scene, theme=one, transparent=transparent).encode()
        encode = {"png": to_png, "pdf": to_pdf}[form]
        try:
            return encode(self.scene, theme=one, transparent=transparent)
        except RasterError as error:
            raise FigureError(str(error)) from None

    def save(
        self,
        path: str | Path,
        *,
        theme: Theme = "auto",
        transparent: bool = False,
    ) -> None:
        """Write the figure as what `path` ends in: .svg, .png, .pdf or .tex.

        Raises:
            FigureError: for another ending, or a library that is not installed.
            OSError: when the file cannot be written; it is then as before.
        """
        form = format_of(Path(path))
        content = self.encoded(form, theme=theme, transparent=transparent)
        with replacing(Path(path)) as unfinished:
            unfinished.write_bytes(content)

    def _repr_html_(self) -> str:
        return self.to_svg(transparent=True)


def format_of(path: Path) -> Format:
    """Return the format that a file's ending means.

    Raises:
        FigureError: for one that means none.
    """
    form = ENDINGS.get(path.suffix.lower())
    if form is None:
        endings = ", ".join(ENDINGS)
        raise FigureError(f"a figure ends in {endings}, received `{path}`")
    return form


@collection_paused()
def plot(
    expansion: Expansion,
    kind: Kind = "sheet",
    *,
    block: str | None = None,
    padding: bool = False,
    width: Width | None = None,
    changes: Changes | None = None,
) -> Figure:
    """Draw an architecture: the sheet, another kind of figure, or one block.

    In a `width`, it is laid out so that its labels are legible in print. With
    `changes`, it is the sheet on which they are marked.

    Raises:
        FigureError: for a block that no panel shows, and for what cannot go together.
    """
    _expect("kind", kind, get_args(Kind))
    _expect("width", width, (None, *get_args(Width)))
    if kind != "sheet" and (block is not None or changes is not None):
        raise FigureError(f"a block or a comparison is no part of the {kind}")
    if kind in ("strip", "full"):
        if width is not None:
            raise FigureError(f"the {kind} has one layout, without width")
        if kind == "full":
            from archcompiler.figures.full import full

            return Figure(full(expansion, shows_padding=padding))
        if padding:
            raise FigureError("the strip draws no block, so it shows no padding")
        from archcompiler.figures.strip import strip

        return Figure(strip(expansion))
    panels = panels_of(expansion, shows_padding=padding)
    if width is not None and (block is not None or changes is not None):
        raise FigureError("a width is for the sheet and the overview")
    if block is not None:
        return Figure(block_sheet(expansion, _named(expansion, panels, block)))
    if changes is not None:
        from archcompiler.figures.comparison import comparison

        return Figure(comparison(expansion, panels, changes))
    draw = {"sheet": sheet, "overview": overview_sheet}[kind]
    paper = Paper(POINTS[width] / SCALE, HIGHEST / SCALE) if width else None
    return Figure(draw(expansion, panels, paper, shows_padding=padding))


def _expect(name: str, value: object, choices: Sequence[object]) -> None:
    if value not in choices:
        listed = ", ".join([repr(each) for each in choices])
        raise FigureError(f"`{name}` is one of {listed}, received {value!r}")


@collection_paused()
def plot_several(expansions: Sequence[Expansion]) -> Figure:
    """Draw the tables of several architectures beside each other, on one scale."""
    return Figure(several_sheet(expansions))


def _named(expansion: Expansion, panels: list[Panel], block: str) -> list[Panel]:
    """Return the panels of a block, by its name, a text that calls it, or a row's."""
    found = [panel for panel in panels if _is_meant(panel, block)]
    if found:
        return found
    if any(row.name == block for row in expansion.rows):
        raise FigureError(
            f"`{block}` has no panel: it is one layer, with what hangs on it"
        )
    names = list(dict.fromkeys([panel.drawing.block.name for panel in panels]))
    rows = [call.row.name for panel in panels for call in panel.of_rows]
    help = suggest(block, [*names, *rows])
    help = help or f"blocks are {', '.join(f'`{name}`' for name in names)}"
    if not names:
        help = "each row is one layer, with what hangs on it"
    raise FigureError(f"no panel shows `{block}`: {help}")


def _is_meant(panel: Panel, text: str) -> bool:
    drawn = panel.drawing
    if drawn.block.name == text or drawn.block.pattern.find(text):
        return True
    return text in [call.row.name for call in panel.of_rows]
