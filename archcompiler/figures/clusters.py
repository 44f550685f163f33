"""Clusters: a network as nodes and edges in words, for programs that lay it out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archcompiler.figures.cells import Cell, Light
from archcompiler.figures.palette import Paint, paint_of
from archcompiler.figures.units import Unit, diagram_of, sections_of
from archcompiler.figures.wording import extras, label
from archcompiler.graph.expansion import Expansion
from archcompiler.graph.graph import Graph
from archcompiler.graph.nodes import Node, OpNode
from archcompiler.shapes import format_shape


@dataclass(frozen=True)
class Vertex:
    """A node: its lines of text, its paint, and the nodes that it takes, by number."""

    number: int
    lines: Sequence[str]
    paint: Paint
    sources: Sequence[int]


@dataclass(frozen=True)
class Bundle:
    """Nodes that stand for as many repetitions as `times`."""

    vertices: Sequence[Vertex]
    times: int = 1


@dataclass(frozen=True)
class Cluster:
    """A row of the table with its nodes; the inputs have no name."""

    name: str
    bundles: Sequence[Bundle]

    @property
    def vertices(self) -> list[Vertex]:
        """All nodes, in order."""
        return [vertex for bundle in self.bundles for vertex in bundle.vertices]


Within = Callable[[str, str, Sequence[str]], list[str]]
"""Lines within a cluster, given its name in the file and its label."""


def cluster_lines(
    at: int, cluster: Cluster, node: Callable[[Vertex], str], within: Within
) -> list[str]:
    """Return a row's nodes as lines, repetitions in a cluster of their own."""
    lines: list[str] = []
    for number, bundle in enumerate(cluster.bundles):
        nodes = [node(vertex) for vertex in bundle.vertices]
        if bundle.times > 1:
            nodes = within(f"{at}_{number}", f"×{bundle.times}", nodes)
        lines += nodes
    return within(f"{at}", cluster.name, lines) if cluster.name else lines


def clusters_of(expansion: Expansion, *, layers: bool = False) -> list[Cluster]:
    """Return the inputs and the rows, a node for each cell or for each layer.

    Cells of repetitions that look alike stand once.
    """
    reading = _Reading(expansion.graph)
    found = [Cluster("", [Bundle([reading.input(node) for node in expansion.inputs])])]
    for section in sections_of(expansion):
        if layers:
            bundles = [Bundle([reading.layer(node) for node in section.layers])]
        else:
            bundles = [
                Bundle(list(reading.cells(group)), len(group))
                for group in section.groups
            ]
        found.append(Cluster(section.row.name, bundles))
    return found


class _Reading:
    """Numbers nodes, and knows where the value of each layer is made."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.made: dict[str, int] = {}
        self.count = 0

    def input(self, node: Node) -> Vertex:
        """Return the node of an input."""
        lines = (node.name, format_shape(node.shape))
        self.made[node.name] = self.count
        return self._add(lines, Paint.OTHER, ())

    def layer(self, node: OpNode) -> Vertex:
        """Return the node of a layer, under the layer's name."""
        shapes = tuple([self.graph[each].shape for each in node.inputs])
        words = " · ".join([label([node]), *extras(node)])
        lines = (node.name, words, format_shape(node.shape))
        sources = [self.made[each] for each in node.inputs]
        self.made[node.name] = self.count
        return self._add(lines, paint_of(node.op, shapes), sources)

    def cells(self, group: Sequence[Unit]) -> Iterator[Vertex]:
        """Yield the nodes of the cells of units that look alike."""
        diagram = diagram_of(group, self.graph)
        begin = self.count
        inputs = [self.made[node.name] for node in group[0].inputs]
        for cell, feeds in zip(diagram.cells, diagram.feeds, strict=True):
            sources = [inputs[-1 - at] if at < 0 else begin + at for at in feeds]
            yield self._add(list(_lines(cell)), cell.paint, sources)
        at = diagram.output
        output = inputs[-1 - at] if at < 0 else begin + at
        self.made.update({unit.output.name: output for unit in group})

    def _add(
        self, lines: Sequence[str], paint: Paint, sources: Sequence[int]
    ) -> Vertex:
        vertex = Vertex(self.count, lines, paint, list(dict.fromkeys(sources)))
        self.count += 1
        return vertex


def _lines(cell: Cell) -> Iterator[str]:
    """Yield what stands in a cell and on it, from top to bottom."""
    if cell.before:
        yield _words(cell.before)
    if cell.title:
        yield cell.title
    if cell.second:
        yield "".join([run.text for run in cell.second])
    if cell.after:
        yield _words(cell.after)
    if cell.times > 1:
        yield f"×{cell.times}"


def _words(lights: Sequence[Light]) -> str:
    return " · ".join([light.text for light in lights])
