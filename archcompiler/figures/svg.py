"""A scene as SVG: one mark a line, so that an edit of the table changes few lines."""

import re
from functools import lru_cache
from html import escape

from archcompiler.figures.choices import Theme
from archcompiler.figures.extents import head
from archcompiler.figures.outlines import corners, shaft
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.places import Point
from archcompiler.figures.scene import (
    Box,
    Disc,
    Group,
    Leaf,
    Line,
    Mark,
    Polygon,
    Run,
    Scene,
    Text,
)
from archcompiler.figures.svg_rules import class_of, rules

FONTS = "Helvetica,Arial,'Liberation Sans','Nimbus Sans',sans-serif"
"""All but the last are as wide as Helvetica."""

_LINE_WIDTH = 1.2
_DROPPED = re.compile(r"^\s|\s\Z|\s\s|[^\S \xa0]")
"""Spaces that not all keep; librsvg drops no-break spaces at ends as well."""


def to_svg(
    scene: Scene,
    *,
    theme: Theme | None = "auto",
    transparent: bool = False,
    fonts: str = FONTS,
    unit: str = "pt",
) -> str:
    """Return the text of an SVG file; equal scenes have equal texts.

    `auto` is light, and dark where a reader prefers that and the viewer knows it. None
    leaves the colours to the page in which it stands, which has `page_rules`. Sizes in
    print are in a `unit`.
    """
    width, height = number(scene.width), number(scene.height)
    sizes = [
        number(each) if scene.scale is None else f"{number(each * scene.scale)}{unit}"
        for each in (scene.width, scene.height)
    ]
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'width="{sizes[0]}" height="{sizes[1]}" '
        f'viewBox="0 0 {width} {height}" role="img" '
        f'font-family="{_escaped(fonts)}" '
        f'stroke-width="{number(_LINE_WIDTH)}">',
        f"<title>{_escaped(scene.title)}</title>",
    ]
    if scene.description:
        lines.append(f"<desc>{_escaped(scene.description)}</desc>")
    body = _Body()
    if not transparent:
        body.write(Box(0, 0, scene.width, scene.height, 0, Paint.PAPER))
    for mark in scene.marks:
        body.write(mark)
    if theme is not None:
        lines += ["<style>", *rules(body.classes, theme), "</style>"]
    return "\n".join([*lines, *body.lines, "</svg>", ""])


def _escaped(text: str) -> str:
    return escape(text, quote=False)


@lru_cache(1 << 14)  # a figure has the same sizes and places again and again
def number(value: float) -> str:
    """Return a number with at most one decimal."""
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


class _Body:
    """Marks as lines of SVG, and the classes that they have."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.classes: set[str] = set()
        self.written: dict[int, slice] = {}
        """Where the lines of a group's marks stand; pictures may share them."""

    def write(self, mark: Mark) -> None:
        """Add the lines of a mark."""
        if not isinstance(mark, Group):
            self.lines.append(self._leaf(mark))
            return
        self.lines.append(f"<g{_group_attributes(mark)}>")
        if mark.title:
            self.lines.append(f"<title>{_escaped(mark.title)}</title>")
        self._inner(mark.marks)
        self.lines.append("</g>")

    def _inner(self, marks: tuple[Mark, ...]) -> None:
        if known := self.written.get(id(marks)):
            self.lines += self.lines[known]
            return
        start = len(self.lines)
        for mark in marks:
            self.write(mark)
        self.written[id(marks)] = slice(start, len(self.lines))

    def _leaf(self, leaf: Leaf) -> str:
        match leaf:
            case Text():
                return self._text(leaf)
            case Line():
                return self._line(leaf)
            case Polygon(points, paint):
                places = " ".join(map(_pair, points))
                return f'<polygon points="{places}"{self._class(paint)}/>'
            case Box():
                return self._box(leaf)
            case Disc():
                place = f'cx="{number(leaf.x)}" cy="{number(leaf.y)}"'
                radius = f'r="{number(leaf.radius)}"'
                return f"<circle {place} {radius}{self._painted(leaf)}/>"

    def _class(self, colour: Tone | Paint, form: str = "") -> str:
        name = class_of(colour, form)
        self.classes.add(name)
        return f' class="{name}"'

    def _painted(self, leaf: Box | Disc) -> str:
        form = "solid" if leaf.solid else ""
        return self._class(leaf.paint, form) + _dashes(leaf)

    def _box(self, box: Box) -> str:
        place = f'x="{number(box.x)}" y="{number(box.y)}"'
        size = f'width="{number(box.width)}" height="{number(box.height)}"'
        radius = f' rx="{number(box.radius)}"' if box.radius else ""
        return f"<rect {place} {size}{radius}{self._painted(box)}/>"

    def _text(self, text: Text) -> str:
        anchor = "" if text.anchor == "start" else f' text-anchor="{text.anchor}"'
        space = "" if _is_kept(text) else ' xml:space="preserve"'
        place = f'x="{number(text.x)}" y="{number(text.y)}"{anchor}{space}'
        if len(text.runs) == 1:
            return f"<text {place}{self._face(text.runs[0])}</text>"
        runs = "".join([f"<tspan{self._face(run)}</tspan>" for run in text.runs])
        return f"<text {place}>{runs}</text>"

    def _face(self, run: Run) -> str:
        """Return a run's attributes and its text."""
        parts = [
            f' font-size="{number(run.size)}"',
            ' font-weight="700"' if run.bold else "",
            ' font-style="italic"' if run.italic else "",
            ' text-decoration="line-through"' if run.struck else "",
            self._class(run.tone, "text"),
        ]
        return f"{''.join(parts)}>{_escaped(run.text)}"

    def _line(self, line: Line) -> str:
        width = number(line.width)
        stroke = "" if line.width == _LINE_WIDTH else f' stroke-width="{width}"'
        colour = self._class(line.tone, "line")
        path = f'<path d="{_path(line)}"{stroke}{colour}{_dashes(line)}/>'
        if not line.arrow:
            return path
        points = "L".join(map(_pair, head(line)))
        return f'{path}<path d="M{points}Z"{self._class(line.tone, "text")}/>'


def _group_attributes(group: Group) -> str:
    identity = f' id="{escape(group.id)}"' if group.id else ""
    x, y = number(group.x), number(group.y)
    place = "" if (x, y) == ("0", "0") else f' transform="translate({x} {y})"'
    return identity + place


def _dashes(leaf: Box | Disc | Line) -> str:
    return ' stroke-dasharray="3 2"' if leaf.dashed else ""


def _is_kept(text: Text) -> bool:
    """Whether the spaces of a text are kept as they are by whatever reads SVG."""
    return not any(_DROPPED.search(run.text) for run in text.runs)


def _path(line: Line) -> str:
    points = shaft(line)
    if len(points) == 2:
        return f"M{_pair(points[0])}L{_pair(points[1])}"
    parts: list[str] = []
    for before, at, after in corners(points, line.radius):
        step = "L" if parts else "M"
        parts.append(f"{step}{_pair(before)}")
        if before != after:
            parts.append(f"Q{_pair(at)} {_pair(after)}")
    return "".join(parts)


def _pair(point: Point) -> str:
    return f"{number(point.x)} {number(point.y)}"
