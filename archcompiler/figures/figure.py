"""Figures of an architecture: drawn, shown in a notebook, and saved.

What few figures need is imported where it is needed: most start a process for one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, get_args

from archcompiler.collection import collection_paused
from archcompiler.diagnostics import suggest
from archcompiler.figures.cell_pictures import STRIP_SIZE
from archcompiler.figures.changes import Changes
from archcompiler.figures.choices import ENDINGS, Format, Kind, Theme, Width
from archcompiler.figures.page import Paper
from archcompiler.figures.panels import Panel, panels_of
from archcompiler.figures.raster import RasterError, to_pdf, to_png
from archcompiler.figures.scene import Scene, Text
from archcompiler.figures.sheet import (
    block_sheet,
    overview_sheet,
    paper_blocks,
    paper_overviews,
    paper_sheets,
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

LEGIBLE = 7
"""The size in points of the smallest text of a figure in a paper."""

SCALE = LEGIBLE / STRIP_SIZE
"""How many points a px is in print."""


class FigureError(ValueError):
    """A figure that cannot be drawn as it was asked for."""


@dataclass(frozen=True)
class Figure:
    """A drawn figure; a notebook shows it as it is."""

    scene: Scene
    more: tuple[Scene, ...] = ()
    """What stands on further pages of a paper."""

    @property
    def pages(self) -> tuple["Figure", ...]:
        """A figure for each page."""
        return tuple([Figure(scene) for scene in (self.scene, *self.more)])

    @property
    def smallest_text(self) -> float:
        """The size of its smallest text in points, a px without a paper."""
        return min(
            [
                run.size * (scene.scale or 1)
                for scene in (self.scene, *self.more)
                for mark in scene.walk()
                if isinstance(mark, Text)
                for run in mark.runs
            ]
        )

    @property
    def height(self) -> float:
        """How high its highest page is in points, a px without a paper."""
        scenes = (self.scene, *self.more)
        return max([scene.height * (scene.scale or 1) for scene in scenes])

    def to_svg(self, *, theme: Theme = "auto", transparent: bool = False) -> str:
        """Return an SVG file of the first page; equal figures have equal texts."""
        return to_svg(self.scene, theme=theme, transparent=transparent)

    def encoded(
        self,
        form: Format,
        *,
        theme: Theme = "auto",
        transparent: bool = False,
        bare: bool = False,
    ) -> bytes:
        r"""Return the first page as a file holds it; only SVG has an `auto` theme.

        `bare` TikZ is the picture alone, which a document takes by `\input`.

        Raises:
            FigureError: where the library that a format needs is not installed, and
                for another format that shall be bare.
        """
        _expect("theme", theme, get_args(Theme))
        if bare and form != "tikz":
            raise FigureError(f"only tikz is a document that can be bare, not {form}")
        if form == "svg":
            return self.to_svg(theme=theme, transparent=transparent).encode()
        one: Literal["light", "dark"] = "dark" if theme == "dark" else "light"
        if form == "tikz":
            from archcompiler.figures.tikz import to_tikz

            text = to_tikz(self.scene, theme=one, transparent=transparent, bare=bare)
            return text.encode()
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
        bare: bool = False,
    ) -> None:
        r"""Write the figure as what `path` ends in: .svg, .png, .pdf or .tex.

        Several pages are files of their own: net-1.svg, net-2.svg. A `bare` .tex file
        is the picture alone, which a document takes by `\input`.

        Raises:
            FigureError: for another ending, or a library that is not installed.
            OSError: when the file cannot be written; it is then as before.
        """
        form = format_of(Path(path))
        places = paths_of(Path(path), len(self.pages))
        contents = [
            page.encoded(form, theme=theme, transparent=transparent, bare=bare)
            for page in self.pages
        ]
        for place, content in zip(places, contents, strict=True):
            with replacing(place) as unfinished:
                unfinished.write_bytes(content)

    def _repr_html_(self) -> str:
        return "\n".join([page.to_svg(transparent=True) for page in self.pages])


def paths_of(path: Path, pages: int) -> list[Path]:
    """Return the file of each page; several are numbered."""
    if pages == 1:
        return [path]
    return [
        path.with_name(f"{path.stem}-{number}{path.suffix}")
        for number in range(1, pages + 1)
    ]


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
    if block is not None:
        panels = _named(expansion, panels, block)
    if changes is not None:
        if width is not None:
            raise FigureError("a comparison has one layout, without width")
        from archcompiler.figures.comparison import comparison

        return Figure(comparison(expansion, panels, changes))
    if width is not None:
        return _in_paper(expansion, kind, panels, width, block, padding=padding)
    if block is not None:
        return Figure(block_sheet(expansion, panels))
    draw = {"sheet": sheet, "overview": overview_sheet}[kind]
    return Figure(draw(expansion, panels, shows_padding=padding))


def _in_paper(
    expansion: Expansion,
    kind: Kind,
    panels: Sequence[Panel],
    width: Width,
    block: str | None,
    *,
    padding: bool,
) -> Figure:
    """Lay a figure out for a paper; what is too wide all the same is made smaller."""
    paper = Paper(POINTS[width] / SCALE, HIGHEST / SCALE)
    if block is not None:
        scenes = paper_blocks(expansion, panels, paper)
    else:
        draw = {"sheet": paper_sheets, "overview": paper_overviews}[kind]
        scenes = draw(expansion, panels, paper, shows_padding=padding)
    first, *more = [
        replace(scene, scale=min(SCALE, POINTS[width] / scene.width))
        for scene in scenes
    ]
    return Figure(first, tuple(more))


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
