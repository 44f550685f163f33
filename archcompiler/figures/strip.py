"""The strip: the rows of a table from left to right, for slides of 2:1.

A long table is cut into strips, one below the other.
"""

from collections.abc import Sequence
from dataclasses import replace
from math import ceil

from archcompiler.figures.cuts import parts_of
from archcompiler.figures.errata_caption import errata_caption
from archcompiler.figures.lines import RowLine, lines_of
from archcompiler.figures.page import (
    MARGIN,
    NOTE,
    above,
    captions,
    heading,
    legend,
    page,
)
from archcompiler.figures.picture import Picture
from archcompiler.figures.scene import Group, Mark, Scene
from archcompiler.figures.skips import skips_of, skips_of_parts
from archcompiler.figures.strip_parts import Part
from archcompiler.figures.strip_texts import counts_of
from archcompiler.figures.wording import extras
from archcompiler.graph.expansion import Expansion
from archcompiler.graph.nodes import OpNode

MOST_ROWS = 26
"""More rows than these are cut into several strips."""

WIDEST = 1200
"""Wider tables are cut as well."""

ASPECT = 2.0
STRETCH = (0.8, 1.7)
"""By how much bars may shrink and grow so that a figure fills its page."""

GAP = 24
"""Between two strips."""


def strip(expansion: Expansion) -> Scene:
    """Return the table as a figure from left to right."""
    lines = lines_of(expansion, [])
    parts = _parts(lines)
    width = max([part.width for part in parts])
    paints = [line.paint for line in lines if not line.is_input]
    width = max(width, heading(expansion).width)
    key = legend(paints, width, NOTE)
    around = heading(expansion).height + key.height + GAP * len(parts) + 2 * MARGIN
    stretch = _stretch(parts, (width + 2 * MARGIN) / ASPECT - around)
    marks: list[Mark] = []
    y = 0.0
    for part in parts:
        picture = part.picture(stretch)
        marks.append(Group(picture.marks, y=y))
        y += picture.height + GAP
    y -= GAP - 12
    marks.append(Group(key.marks, y=y))
    whole = Picture(key.width, y + key.height, 0, tuple(marks))
    told = captions([_ops(expansion)], key.width, after=",")
    wrong = errata_caption(lines, key.width)
    return page(expansion, above(above(whole, told), wrong))


def _ops(expansion: Expansion) -> str:
    """Return what the layers of a network are called, each once."""
    words = [
        word
        for node in expansion.graph
        if isinstance(node, OpNode) and not node.op.is_padding
        for word in (node.op.in_figures(), *extras(node))
    ]
    return f"layers: {', '.join(dict.fromkeys(words))}"


def _stretch(parts: Sequence[Part], height: float) -> float:
    """Return the factor by which bars grow so that all strips have a height."""
    bars = sum([part.bar_height for part in parts])
    rest = sum([part.height(1) for part in parts]) - bars
    least, most = STRETCH
    return min(max((height - rest) / bars, least), most)


def _parts(lines: Sequence[RowLine]) -> list[Part]:
    whole = Part(lines, counts_of(lines), range(len(lines)), skips_of(lines))
    count = max(ceil(len(lines) / MOST_ROWS), ceil(whole.width / WIDEST))
    parts = parts_of(lines, count)
    along = skips_of_parts(whole.table_skips, parts)
    return [
        replace(whole, rows=rows, table_skips=skips)
        for rows, skips in zip(parts, along, strict=True)
    ]
