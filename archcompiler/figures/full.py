"""The full figure: every layer of every row, on one trunk."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from archcompiler.figures.calls import frames_above
from archcompiler.figures.drawn_rows import Drawer, Drawn, names_of
from archcompiler.figures.extents import room
from archcompiler.figures.lines import RowLine, lines_of
from archcompiler.figures.page import HEADED, above, legend, page
from archcompiler.figures.palette import Paint, Tone
from archcompiler.figures.picture import Picture
from archcompiler.figures.places import Point
from archcompiler.figures.row_labels import Label, label_of
from archcompiler.figures.scene import (
    Group,
    Line,
    Mark,
    Polygon,
    Run,
    Scene,
    Text,
)
from archcompiler.figures.skips import Skip, skips_of
from archcompiler.figures.spine import (
    BREAK,
    LANE,
    NEAREST_LANE,
    begins_anew,
)
from archcompiler.figures.units import sections_of
from archcompiler.figures.wiring import STEM
from archcompiler.graph.expansion import Expansion
from archcompiler.graph.graph import Graph
from archcompiler.graph.nodes import Node

GAP = 20
NOTE = "a strip hangs on its layer; ×n: drawn once, made n times"
NAME = 13
"""The room of a name beside the trunk."""


def full(expansion: Expansion, *, shows_padding: bool = False) -> Scene:
    """Return the network with every layer; repetitions that look alike stand once."""
    rows = _rows(expansion, shows_padding=shows_padding)
    picture = _Full(rows).picture()
    paints = [paint for row in rows for paint in row.drawn.paints]
    key = legend(paints, picture.width, NOTE, of_cells=True)
    return page(expansion, above(picture, key, HEADED))


@dataclass(frozen=True)
class Row:
    """A row drawn out, or an input: its line, its label, what is beside its trunk."""

    line: RowLine
    label: Label
    drawn: Drawn
    called: dict[int, str]
    """What the row calls the values of rows that the trunk doesn't bring, by place."""

    trunk: int
    """The place of the row whose value the trunk brings."""

    @property
    def height(self) -> float:
        """The height of its band."""
        return max(self.top + self.drawn.height, self.label.height)

    @property
    def top(self) -> float:
        """The room of names, above the drawing."""
        return NAME * len(self.called)


def _rows(expansion: Expansion, *, shows_padding: bool) -> list[Row]:
    lines = lines_of(expansion, [])
    outputs = list(expansion.inputs)
    found = [
        Row(line, label_of(line, ""), Drawn((), 0, 0, STEM), {}, -1)
        for line in lines[: len(outputs)]
    ]
    drawer = Drawer(expansion.graph, shows_padding=shows_padding)
    for section in sections_of(expansion):
        place = len(found)
        line, names = lines[place], names_of(section)
        trunk = place - 1 if place - 1 in line.sources else line.sources[-1]
        drawn = drawer.draw(section, outputs[trunk])
        called = {
            source: _called(names, outputs[source], lines[source].name, expansion.graph)
            for source in line.sources
            if source != trunk
        }
        found.append(Row(line, label_of(line, section.row.type), drawn, called, trunk))
        outputs.append(section.row.output)
    return found


def _called(names: Mapping[str, str], output: Node, row: str, graph: Graph) -> str:
    """Return what a row calls the value of an earlier one, or of its repetition."""
    if output.name in names:
        name = names[output.name]
        return name if name == row else f"{name} = {row}"
    taken = next(node for node in names if graph[node].row == output.row)
    return f"{names[taken]} = {row}, {_repetition(graph[taken]) + 1}"


def _repetition(node: Node) -> int:
    outermost = [*frames_above(node.frame)][-1:]
    return outermost[0].number if outermost else node.number


class _Full:
    """Lays rows out below each other."""

    def __init__(self, rows: Sequence[Row]) -> None:
        self.rows = rows
        self.lines = [row.line for row in rows]
        self.skips = skips_of(self.lines)
        self.tops = list(self._tops())
        texts = [
            room(_name(text), spare=0) + 8 for r in rows for text in r.called.values()
        ]
        self.left = max([40, *texts, *[row.drawn.left for row in rows]])
        self.right = max([40, *texts, *[row.drawn.right for row in rows]])
        labels = max([row.label.width for row in rows])
        self.trunk = 8 + labels + GAP + self._lanes(0) + self.left
        self.width = self.trunk + self.right + self._lanes(1) + 8

    def _tops(self) -> Iterator[float]:
        y = 0.0
        for at, row in enumerate(self.rows):
            y += BREAK if begins_anew(self.lines, at) else 0
            yield y
            y += row.height

    def _lanes(self, side: int) -> float:
        lanes = [skip.lane for skip in self.skips if skip.side == side]
        return NEAREST_LANE + LANE * max(lanes) + 2 if lanes else 0

    def picture(self) -> Picture:
        marks: list[Mark] = []
        for at, row in enumerate(self.rows):
            inner = (*self._row(at), *self._names(at))
            marks.append(Group(inner, row.line.id, row.line.told, y=self.tops[at]))
        marks += [self._skip(skip) for skip in self.skips]
        return Picture(self.width, self._bottom(-1), self.trunk, tuple(marks))

    def _bottom(self, at: int) -> float:
        return self.tops[at] + self.rows[at].height

    def _row(self, at: int) -> Iterator[Mark]:
        """Yield a row's band, label, drawing, and the trunk above and below it."""
        row = self.rows[at]
        if at % 2:
            yield _band(self.width, row.height)
        yield Group(row.label.marks, x=8)
        if row.top:
            yield self._trunk(0, row.top)
        yield Group(row.drawn.marks, x=self.trunk, y=row.top)
        end = row.top + row.drawn.height
        if row.line.is_input:
            yield self._trunk(0, row.height)
        elif self._ends(at):
            yield self._trunk(end - STEM, row.height, arrow=True)
        elif end < row.height:
            yield self._trunk(end, row.height)

    def _ends(self, at: int) -> bool:
        """Whether the trunk ends below a row."""
        last = at + 1 == len(self.rows)
        return last or (self.lines[at].is_output and self.rows[at + 1].trunk != at)

    def _trunk(self, top: float, bottom: float, *, arrow: bool = False) -> Line:
        return Line((Point(self.trunk, top), Point(self.trunk, bottom)), arrow=arrow)

    def _names(self, at: int) -> Iterator[Mark]:
        """Yield the names of what comes from rows further up."""
        for skip, y in self._entries(at):
            run = _name(self.rows[at].called[skip.source])
            if skip.side:
                yield Text(self.trunk + self.right - 4, y + 3.5, (run,), "end")
            else:
                yield Text(self.trunk - self.left + 4, y + 3.5, (run,))

    @cached_property
    def _heights(self) -> dict[tuple[int, int], float]:
        """Where edges enter their row, from its top, outer ones first."""
        found: dict[tuple[int, int], float] = {}
        taken: dict[int, int] = {}
        for skip in sorted(self.skips, key=lambda each: -each.lane):
            if skip.source in self.rows[skip.target].called:
                number = taken.get(skip.target, 0)
                taken[skip.target] = number + 1
                found[skip.source, skip.target] = NAME * (number + 0.5)
        return found

    @cached_property
    def _entering(self) -> dict[int, list[Skip]]:
        found: dict[int, list[Skip]] = {}
        for skip in self.skips:
            found.setdefault(skip.target, []).append(skip)
        return found

    def _entries(self, at: int) -> Iterator[tuple[Skip, float]]:
        for skip in self._entering.get(at, ()):
            if (skip.source, at) in self._heights:
                yield skip, self._heights[skip.source, at]

    def _skip(self, skip: Skip) -> Mark:
        """Return the edge from below a row to the trunk of another, or to its name."""
        away = NEAREST_LANE + LANE * skip.lane
        if skip.side:
            lane, edge = self.trunk + self.right + away, self.trunk + self.right
        else:
            lane, edge = self.trunk - self.left - away, self.trunk - self.left
        leaves, enters = self._bottom(skip.source), self.tops[skip.target]
        height = self._heights.get((skip.source, skip.target))
        end = self.trunk if height is None else edge
        enters += height or 0
        points = (
            Point(self.trunk, leaves),
            Point(lane, leaves),
            Point(lane, enters),
            Point(end, enters),
        )
        return Line(points, radius=5, arrow=height is not None)


def _name(text: str) -> Run:
    return Run(text, Tone.HOLE, italic=True)


def _band(width: float, height: float) -> Polygon:
    corners = (
        Point(0, 0),
        Point(width, 0),
        Point(width, height),
        Point(0, height),
    )
    return Polygon(corners, Paint.BAND)
