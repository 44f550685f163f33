"""Cells: a layer that has a box of its own, and what hangs on it."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from archcompiler.figures.calls import is_heavy
from archcompiler.figures.palette import Paint, paint_of
from archcompiler.figures.scene import Group, Mark, Run
from archcompiler.figures.wording import label
from archcompiler.graph.graph import Graph
from archcompiler.graph.nodes import OpNode

Calls = frozenset[int]
"""Which calls of a block, by their order."""


@dataclass(frozen=True)
class Light:
    """What hangs on a layer: `BN`, `ReLU`; `calls` are those that have it."""

    text: str
    calls: Calls


@dataclass(frozen=True)
class Cell:
    """A box of a figure, or the disc of a merge, or a name that stands for a value.

    `before` and `after` hang on it; a cell without `title` has only these. `calls` are
    the calls of the block that have it.
    """

    title: str = ""
    second: tuple[Run, ...] = ()
    before: tuple[Light, ...] = ()
    after: tuple[Light, ...] = ()
    paint: Paint = Paint.OTHER
    sign: str = ""
    is_merge: bool = False
    is_name: bool = False
    is_block: bool = False
    block: int = 0
    """The id of the block that a folded box stands for."""

    is_ordered: bool = False
    """Whether the order of what a merge takes changes what it gives."""

    leads: bool = False
    """Whether it hangs on what comes after it: zeros around an image."""

    times: int = 1
    least: int = 1
    """How often it runs in a row, at most and at least over all calls."""

    calls: Calls = frozenset()
    name: str = ""
    """What other steps of the block call its value; empty where they don't."""

    step: object = field(default=None, compare=False)
    """The step that made it, whichever repetition it was."""

    layers: tuple[tuple[int, OpNode], ...] = field(default=(), compare=False)
    """What it stands for, each with its call's place, also what hangs on it."""

    id: str = field(default="", compare=False)
    """What links lead to, and what is pointed at."""

    @property
    def is_light(self) -> bool:
        """Whether nothing of it has a box of its own."""
        return not (self.title or self.sign)

    @property
    def often(self) -> str:
        """How often it runs in a row: `×3`, `×1–5`, or nothing for once."""
        if self.times == 1:
            return ""
        if self.least == self.times:
            return f"×{self.times}"
        return f"×{self.least}–{self.times}"

    @property
    def takes_lights(self) -> bool:
        """Whether what follows may hang on it."""
        return not (self.is_merge or self.is_name or self.is_block)

    @property
    def told(self) -> str:
        """The cell in words, for a reader who doesn't see it."""
        second = "".join([run.text for run in self.second])
        lights = [light.text for light in (*self.before, *self.after)]
        times = f"{self.times} times" if self.times > 1 else ""
        words = [self.title or self.sign, second, *lights, times]
        return ", ".join(filter(None, words))

    def group(self, marks: Sequence[Mark]) -> tuple[Mark, ...]:
        """Return the marks of a cell that is pointed at as one."""
        if not self.id:
            return tuple(marks)
        return (Group(tuple(marks), self.id, self.told),)

    def looks_like(self, other: "Cell") -> bool:
        """Whether nothing shown tells two cells apart."""
        return _seen(self) == _seen(other)


def _seen(cell: Cell) -> Cell:
    before, after = (
        tuple([replace(light, calls=frozenset()) for light in lights])
        for lights in (cell.before, cell.after)
    )
    return replace(
        cell,
        times=1,
        least=1,
        name="",
        calls=frozenset(),
        before=before,
        after=after,
    )


def layer_cell(
    nodes: Sequence[OpNode],
    graph: Graph,
    after: tuple[Light, ...],
    calls: Calls,
    *,
    shows_padding: bool = False,
) -> Cell:
    """Return the cell of a step's layers, of which the first is drawn.

    `after` is what they do besides; for what is light it is all that they do.
    """
    node = nodes[0]
    op = node.op
    if not is_heavy(node):
        return Cell(after=after, calls=calls, leads=op.is_padding, step=node.call)
    shapes = tuple([graph[source].shape for source in node.inputs])
    return Cell(
        title=label(nodes, shows_padding=shows_padding),
        after=after,
        paint=paint_of(op, shapes),
        sign=op.sign,
        is_merge=op.family == "merging",
        is_ordered=op.is_ordered,
        calls=calls,
        step=node.call,
    )


@dataclass(frozen=True)
class Diagram:
    """Cells, each after those that it takes; input n of the block is fed as -1 - n."""

    cells: tuple[Cell, ...]
    feeds: tuple[tuple[int, ...], ...]
    output: int
    inputs: tuple[str, ...] = ("in",)


def stacked(diagram: Diagram) -> Diagram:
    """Return a diagram in which what is light hangs on what is not.

    Repetitions of one step that look alike are then one cell.
    """
    return _Merging(_Stacking(diagram).run()).run()


class _Joining(ABC):
    """Goes through a diagram and joins cells to those before them."""

    def __init__(self, diagram: Diagram) -> None:
        self.diagram = diagram
        self.taken = _taken(diagram)
        self.cells: list[Cell | None] = []
        self.feeds: list[tuple[int, ...]] = []
        self.where: list[int] = []

    def run(self) -> Diagram:
        for place, cell in enumerate(self.diagram.cells):
            fed = self.diagram.feeds[place]
            feeds = tuple([self.where[each] if each >= 0 else each for each in fed])
            self.where.append(self._place(cell, fed, feeds))
        return self._without_gaps()

    def _place(self, cell: Cell, fed: Sequence[int], feeds: tuple[int, ...]) -> int:
        """Add a cell, or join it to the one that it takes; return where it is."""
        if len(fed) == 1 and fed[0] >= 0 and self.taken[fed[0]] == 1:
            before = self.cells[feeds[0]]
            assert before is not None
            found = self._join(cell, before, feeds[0])
            if found is not None:
                return found
        return self._add(cell, feeds)

    @abstractmethod
    def _join(self, cell: Cell, before: Cell, at: int) -> int | None:
        """Join a cell to the one that it takes; return where it is, None for apart."""

    def _add(self, cell: Cell, feeds: tuple[int, ...]) -> int:
        self.cells.append(cell)
        self.feeds.append(feeds)
        return len(self.cells) - 1

    def _without_gaps(self) -> Diagram:
        kept = [place for place, cell in enumerate(self.cells) if cell is not None]
        moved = {place: at for at, place in enumerate(kept)}
        cells = tuple([cell for cell in self.cells if cell is not None])
        feeds = tuple(
            [
                tuple(
                    [moved[each] if each >= 0 else each for each in self.feeds[place]]
                )
                for place in kept
            ]
        )
        output = self.diagram.output
        output = moved[self.where[output]] if output >= 0 else output
        return replace(self.diagram, cells=cells, feeds=feeds, output=output)


class _Stacking(_Joining):
    """Hangs what is light on what it comes after, or on what comes after it."""

    def _join(self, cell: Cell, before: Cell, at: int) -> int | None:
        if cell.leads:
            return None
        if cell.is_light and before.takes_lights and cell.calls <= before.calls:
            self.cells[at] = replace(
                before,
                after=(*before.after, *cell.after),
                name=cell.name or before.name,
                layers=(*before.layers, *cell.layers),
            )
            return at
        if before.is_light and cell.takes_lights and before.calls <= cell.calls:
            self.cells[at] = None
            lights = (*before.after, *cell.before)
            layers = (*before.layers, *cell.layers)
            cell = replace(cell, before=lights, layers=layers)
            return self._add(cell, self.feeds[at])
        return None


class _Merging(_Joining):
    """Makes one cell of repetitions of a step that look alike."""

    def _join(self, cell: Cell, before: Cell, at: int) -> int | None:
        if cell.step is not before.step or not before.looks_like(cell):
            return None
        if cell.step is None or not cell.calls <= before.calls:
            return None
        is_everywhere = cell.calls == before.calls
        self.cells[at] = replace(
            before,
            times=before.times + cell.times,
            least=before.least + cell.least * is_everywhere,
            name=cell.name,
            layers=(*before.layers, *cell.layers),
        )
        return at


def _taken(diagram: Diagram) -> list[int]:
    """Return how often each cell's value is taken, once more where it is the output."""
    taken = [0] * len(diagram.cells)
    for fed in diagram.feeds:
        for each in fed:
            if each >= 0:
                taken[each] += 1
    if diagram.output >= 0:
        taken[diagram.output] += 1
    return taken
