"""A scene as TikZ for pdfLaTeX: a document of its own, or a picture to put into one.

A px is a bp, Helvetica is LaTeX's `phv`. pdfLaTeX knows the letters of European
languages, and no others.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

from archcompiler.figures.extents import head, text_width
from archcompiler.figures.outlines import corners, shaft
from archcompiler.figures.palette import Colour, Paint, Tone
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
    leaves,
)
from archcompiler.figures.svg import number
from archcompiler.figures.svg_rules import OUTLINE_WIDTH
from archcompiler.tabular.tex import escaped

Theme = Literal["light", "dark"]

_DOCUMENT = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{textcomp}
\usepackage[paperwidth=%(width)sbp,paperheight=%(height)sbp,margin=0bp]{geometry}
\usepackage{tikz}
\pagestyle{empty}
\topskip=0pt
\begin{document}
\noindent\vbox to 0pt{\hbox to 0pt{%%
%(picture)s%%
\hss}\vss}
\end{document}
"""

_NEEDED = r"""% in the preamble: \usepackage[T1]{fontenc} \usepackage{textcomp,tikz}
"""

_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
_STRIKE = 0.28
"""How far above the baseline a text is struck, in sizes of the font."""


def to_tikz(
    scene: Scene,
    *,
    theme: Theme = "light",
    transparent: bool = False,
    bare: bool = False,
) -> str:
    r"""Return a LaTeX document of one page, or `bare` its picture, for an `\input`."""
    picture, scale = "\n".join(_picture(scene, theme, transparent)), 1.0
    if scene.scale is not None:
        scale = scene.scale
        picture = f"\\scalebox{{{scale:.4f}}}{{%\n{picture}%\n}}"
    if bare:
        return f"{_NEEDED}{picture}\n"
    return _DOCUMENT % {
        "width": number(scene.width * scale),
        "height": number(scene.height * scale),
        "picture": picture,
    }


def _picture(scene: Scene, theme: Theme, transparent: bool) -> Iterator[str]:
    paper = Box(0, 0, scene.width, scene.height, 0, Paint.PAPER)
    marks: tuple[Mark, ...] = scene.marks if transparent else (paper, *scene.marks)
    yield r"\begin{tikzpicture}[x=1bp,y=-1bp,"
    yield r"  every node/.style={inner sep=0bp,outer sep=0bp}]"
    yield from _colours(marks, theme)
    corner = _pair(Point(scene.width, scene.height))
    yield rf"\useasboundingbox (0,0) rectangle {corner};"
    for mark in marks:
        yield from _written(mark)
    yield r"\end{tikzpicture}"


def _colours(marks: Iterable[Mark], theme: Theme) -> Iterator[str]:
    """Yield the definitions of the colours that marks have, each once."""
    used: dict[str, Colour] = {}
    for leaf in leaves(marks):
        used |= _used(leaf)
    for name in sorted(used):
        digits = getattr(used[name], theme).removeprefix("#").upper()
        yield rf"\definecolor{{{name}}}{{HTML}}{{{digits}}}"


def _used(leaf: Leaf) -> dict[str, Colour]:
    match leaf:
        case Text():
            return {_tone(run.tone): run.tone.value for run in leaf.runs}
        case Line():
            return {_tone(leaf.tone): leaf.tone.value}
        case Box() | Disc() | Polygon():
            return dict(_paints(leaf).values())


def _paints(mark: Box | Disc | Polygon) -> dict[str, tuple[str, Colour]]:
    """Return what a mark is filled and drawn with: a colour's name, and the colour."""
    name = f"archc-{mark.paint.name.lower()}"
    solid = not isinstance(mark, Polygon) and mark.solid
    filling, outline = mark.paint.filling(solid), mark.paint.outline
    form = "solid" if filling is mark.paint.ink else "fill"
    found = {}
    if filling:
        found["fill"] = f"{name}-{form}", filling
    if outline:
        found["draw"] = f"{name}-outline", outline
    return found


def _tone(tone: Tone) -> str:
    return f"archc-{tone.name.lower()}"


def _written(mark: Mark) -> Iterator[str]:
    if not isinstance(mark, Group):
        yield from _leaf(mark)
        return
    if mark.title:
        yield f"% {mark.title}"
    yield rf"\begin{{scope}}[shift={{{_pair(Point(mark.x, mark.y))}}}]"
    for inner in mark.marks:
        yield from _written(inner)
    yield r"\end{scope}"


def _leaf(leaf: Leaf) -> Iterator[str]:
    match leaf:
        case Text():
            yield _text(leaf)
            yield from _strikes(leaf)
        case Line():
            yield from _line(leaf)
        case Box():
            corner = Point(leaf.x + leaf.width, leaf.y + leaf.height)
            rounded = (
                [f"rounded corners={number(leaf.radius)}bp"] if leaf.radius else []
            )
            start = _pair(Point(leaf.x, leaf.y))
            yield rf"\path[{_style(leaf, rounded)}] {start} rectangle {_pair(corner)};"
        case Disc():
            centre = _pair(Point(leaf.x, leaf.y))
            radius = number(leaf.radius)
            yield rf"\path[{_style(leaf)}] {centre} circle[radius={radius}bp];"
        case Polygon():
            points = " -- ".join(map(_pair, leaf.points))
            yield rf"\path[{_style(leaf)}] {points} -- cycle;"


def _style(mark: Box | Disc | Polygon, more: Iterable[str] = ()) -> str:
    parts = [f"{key}={name}" for key, (name, _) in _paints(mark).items()]
    if mark.paint.outline:
        parts.append(f"line width={number(OUTLINE_WIDTH)}bp")
    if not isinstance(mark, Polygon) and mark.dashed:
        parts.append(_DASHES)
    return ",".join([*parts, *more])


_DASHES = "dash pattern=on 3bp off 2bp"


def _text(text: Text) -> str:
    runs = "".join(map(_run, text.runs))
    place = _pair(Point(text.x, text.y))
    return rf"\node[anchor={_ANCHORS[text.anchor]}] at {place} {{{runs}}};"


def _run(run: Run) -> str:
    size = number(run.size)
    face = r"\bfseries" * run.bold + r"\itshape" * run.italic
    font = rf"\fontfamily{{phv}}\fontsize{{{size}bp}}{{{size}bp}}{face}\selectfont"
    return rf"{{{font}\color{{{_tone(run.tone)}}}{escaped(run.text)}}}"


def _strikes(text: Text) -> Iterator[str]:
    """Yield the lines through what is struck."""
    width = text_width(*text.runs)
    left = text.x - {"start": 0, "middle": width / 2, "end": width}[text.anchor]
    for run in text.runs:
        right = left + text_width(run)
        if run.struck:
            y = text.y - _STRIKE * run.size
            way = f"{_pair(Point(left, y))} -- {_pair(Point(right, y))}"
            stroke = number(run.size / 14)
            yield rf"\draw[{_tone(run.tone)},line width={stroke}bp] {way};"
        left = right


def _line(line: Line) -> Iterator[str]:
    options = [_tone(line.tone), f"line width={number(line.width)}bp"]
    options += [_DASHES] if line.dashed else []
    yield rf"\draw[{','.join(options)}] {_path(line)};"
    if line.arrow:
        points = " -- ".join(map(_pair, head(line)))
        yield rf"\fill[{_tone(line.tone)}] {points} -- cycle;"


def _path(line: Line) -> str:
    """Return a path whose arcs are SVG's, written as cubic ones."""
    text = ""
    for before, at, after in corners(shaft(line), line.radius):
        text += f" -- {_pair(before)}" if text else _pair(before)
        if before != after:
            first, second = (
                _pair(_two_thirds(before, at)),
                _pair(_two_thirds(after, at)),
            )
            text += f" .. controls {first} and {second} .. {_pair(after)}"
    return text


def _two_thirds(start: Point, end: Point) -> Point:
    return Point(start.x + (end.x - start.x) / 1.5, start.y + (end.y - start.y) / 1.5)


def _pair(point: Point) -> str:
    return f"({number(point.x)},{number(point.y)})"
