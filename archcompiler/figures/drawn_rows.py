"""Rows drawn out: the cells of all their units, one below the other on a trunk."""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from archcompiler.figures.cell_pictures import name_picture
from archcompiler.figures.cells import Cell, Diagram
from archcompiler.figures.extents import room
from archcompiler.figures.palette import Paint
from archcompiler.figures.picture import Marks, Picture, edge
from archcompiler.figures.places import Point
from archcompiler.figures.scene import Group, Line, Mark, Run, Text
from archcompiler.figures.units import ONCE, Section, Unit, diagram_of
from archcompiler.figures.wiring import STEM, is_series_parallel, picture_of
from archcompiler.graph.graph import Graph
from archcompiler.graph.nodes import Node

SMALLEST_TANGLE = 3
"""With fewer cells everything is series-parallel."""

BRACKET = 8
"""From a drawing to the bracket that says how often it repeats."""


@dataclass(frozen=True)
class Drawn:
    """Marks around a trunk at x = 0, from y = 0."""

    marks: Marks
    left: float
    """How far they reach on each side of the trunk."""

    right: float
    height: float
    paints: frozenset[Paint] = frozenset()
    """Of its cells."""


class Drawer:
    """Draws rows; units that look alike share their picture, in whichever row."""

    def __init__(self, graph: Graph, *, shows_padding: bool = False) -> None:
        self.graph = graph
        self.shows_padding = shows_padding
        self.pictures: dict[Hashable, Picture] = {}
        self.paints: dict[Hashable, frozenset[Paint]] = {}

    def draw(self, section: Section, trunk: Node) -> Drawn:
        """Return a row's units, one below the other, the first taking `trunk`."""
        marks: list[Mark] = []
        paints: frozenset[Paint] = frozenset()
        left = right = y = 0.0
        for group in section.groups:
            key = self._drawn(group, trunk)
            picture, paints = self.pictures[key], paints | self.paints[key]
            marks.append(Group(picture.marks, x=-picture.anchor, y=y))
            beyond = picture.width - picture.anchor
            if len(group) > 1:
                run = Run(f"×{len(group)}", bold=True)
                marks += _bracket(run, beyond + BRACKET, y, y + picture.height)
                beyond += BRACKET + 10 + room(run, spare=0)
            left, right = max(left, picture.anchor), max(right, beyond)
            y += picture.height
            trunk = group[-1].output
        return Drawn(tuple(marks), left, right, y, paints)

    def _drawn(self, group: Sequence[Unit], trunk: Node) -> Hashable:
        """Draw units unless they are drawn; return the key of their picture."""
        first = group[0]
        entered = next((at for at, node in enumerate(first.inputs) if node is trunk), 0)
        key = (entered, _look(first), _look(group[-1]), len(group) > 2)
        if key not in self.pictures:
            diagram = diagram_of(group, self.graph, shows_padding=self.shows_padding)
            self.pictures[key] = _picture(diagram, group[0], entered)
            self.paints[key] = frozenset([cell.paint for cell in diagram.cells])
        return key


def _look(unit: Unit) -> Hashable:
    """Return what a drawing shows of a unit, but for its trunk."""
    names = unit.names if len(unit.names) > 1 else ()
    facts = tuple([(node.facts.shape, node.facts.window) for node in unit.layers])
    return unit.look, facts, tuple(names), tuple(unit.called)


def _bracket(run: Run, x: float, top: float, bottom: float) -> Iterator[Mark]:
    top, bottom = top + STEM / 2, bottom - STEM / 2
    corners = (
        Point(x, top),
        Point(x + 5, top),
        Point(x + 5, bottom),
        Point(x, bottom),
    )
    yield Line(corners, width=1)
    yield Text(x + 10, (top + bottom) / 2 + 3.7, (run,))


def _picture(diagram: Diagram, first: Unit, entered: int) -> Picture:
    """Return the drawing of units that look alike, entered by one of their inputs."""
    diagram = named(diagram, entered)
    picture = picture_of(diagram, ONCE)
    if len(diagram.cells) < SMALLEST_TANGLE or is_series_parallel(diagram):
        return picture
    name = name_picture(first.names[entered])
    marks = (
        edge(picture.anchor, 0, STEM),
        Group(name.marks, x=picture.anchor - name.anchor, y=STEM),
        Group(picture.marks, y=STEM + name.height),
    )
    height = STEM + name.height + picture.height
    return Picture(picture.width, height, picture.anchor, marks)


def named(diagram: Diagram, entered: int) -> Diagram:
    """Return a diagram of one input; each use of another one stands as its name."""
    if len(diagram.inputs) == 1:
        return diagram
    cells: list[Cell] = []
    feeds: list[tuple[int, ...]] = []
    where: dict[int, int] = {-1 - entered: -1}
    for place, cell in enumerate(diagram.cells):
        fed = []
        for each in diagram.feeds[place]:
            if each not in where:
                fed.append(len(cells))
                cells.append(Cell(title=diagram.inputs[-1 - each], is_name=True))
                feeds.append(())
            else:
                fed.append(where[each])
        where[place] = len(cells)
        cells.append(cell)
        feeds.append(tuple(fed))
    return replace(
        diagram,
        cells=tuple(cells),
        feeds=tuple(feeds),
        output=where[diagram.output],
        inputs=(diagram.inputs[entered],),
    )


def names_of(section: Section) -> Mapping[str, str]:
    """Return what a row's units call the values that they take, by their layers."""
    found: dict[str, str] = {}
    for group in section.groups:
        for node, name in zip(group[0].inputs, group[0].names, strict=True):
            found.setdefault(node.name, name)
    return found
