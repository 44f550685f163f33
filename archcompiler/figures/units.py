"""Units: what a row made in one go, those that look alike together."""

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from archcompiler.figures.calls import BlockCall, block_calls, is_heavy
from archcompiler.figures.cells import Cell, Diagram, Light, layer_cell, stacked
from archcompiler.figures.padding import unsaid_padding
from archcompiler.figures.palette import Tone
from archcompiler.figures.panels import innermost
from archcompiler.figures.scene import Run
from archcompiler.figures.widths import SMALL
from archcompiler.figures.wording import extras
from archcompiler.graph.expansion import Expansion
from archcompiler.graph.graph import Graph
from archcompiler.graph.nodes import Node, OpNode
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.totals import layers_by_row

ONCE = frozenset({0})
"""The calls that have a cell: what is drawn out has no optional steps."""


@dataclass(frozen=True)
class Unit:
    """Layers that a row made in one go; `inputs` are what they take, with its names."""

    layers: Sequence[OpNode]
    inputs: Sequence[Node]
    names: Sequence[str]
    output: Node
    called: Sequence[str] = ()
    """What other steps call each layer's value, where a block made them."""

    @cached_property
    def look(self) -> tuple[Hashable, ...]:
        """What two units have in common that are drawn as one: ops and wiring."""
        places = {node.name: -1 - at for at, node in enumerate(self.inputs)}
        found: list[Hashable] = []
        for at, node in enumerate(self.layers):
            found.append((id(node.op), *[places[source] for source in node.inputs]))
            places[node.name] = at
        return tuple(found)


@dataclass(frozen=True)
class Section:
    """A row that ran: its units, those that look alike together."""

    row: PlacedRow
    layers: Sequence[OpNode]
    groups: Sequence[Sequence[Unit]]

    @property
    def units(self) -> list[Unit]:
        """All of them, in order."""
        return [unit for group in self.groups for unit in group]


def sections_of(expansion: Expansion) -> list[Section]:
    """Return the rows that ran, in order."""
    tops: dict[int, list[BlockCall]] = {}
    for call in block_calls(expansion).values():
        if call.frame.caller is None:
            tops.setdefault(call.row.index, []).append(call)
    layers = layers_by_row(expansion.graph)
    names = {row.index: row.name for row in expansion.rows}
    found = []
    for row in expansion.rows:
        if row.index in layers:
            made = layers[row.index]
            calls = [
                each for call in tops.get(row.index, ()) for each in innermost(call)
            ]
            units = [_of_call(call) for call in calls if call.layers]
            units = units or list(_of_ops(made, expansion.graph, names))
            groups = [
                list(group) for _, group in groupby(units, key=lambda unit: unit.look)
            ]
            found.append(Section(row, made, groups))
    return found


def _of_call(call: BlockCall) -> Unit:
    frame = call.frame
    assert frame.output is not None
    called = [call.name_of(node) for node in call.layers]
    return Unit(call.layers, frame.inputs, frame.block.inputs, frame.output, called)


def _of_ops(
    layers: Sequence[OpNode], graph: Graph, names: dict[int, str]
) -> Iterator[Unit]:
    """Yield the repetitions of a row that calls an op."""
    for _, group in groupby(layers, key=lambda node: node.number):
        made = list(group)
        own = {node.name for node in made}
        taken = [source for node in made for source in node.inputs]
        inputs = [graph[each] for each in dict.fromkeys(taken) if each not in own]
        called = [each.name if each.row is None else names[each.row] for each in inputs]
        yield Unit(made, inputs, called, made[-1])


def diagram_of(
    group: Sequence[Unit], graph: Graph, *, shows_padding: bool = False
) -> Diagram:
    """Return the cells of units that look alike, what is light hanging on others."""
    first = group[0]
    places = {node.name: -1 - at for at, node in enumerate(first.inputs)}
    cells: list[Cell] = []
    feeds: list[tuple[int, ...]] = []
    unsaid = unsaid_padding(first.layers, shown=shows_padding)
    for at, node in enumerate(first.layers):
        fed = tuple([places[source] for source in node.inputs])
        if node.name in unsaid:
            places[node.name] = fed[0]
            continue
        places[node.name] = len(cells)
        nodes = [unit.layers[at] for unit in group]
        cell = cell_of(nodes, graph, shows_padding=shows_padding)
        cells.append(replace(cell, name=first.called[at]) if first.called else cell)
        feeds.append(fed)
    output = places[first.output.name]
    return stacked(Diagram(tuple(cells), tuple(feeds), output, tuple(first.names)))


def cell_of(
    nodes: Sequence[OpNode], graph: Graph, *, shows_padding: bool = False
) -> Cell:
    """Return the cell of a step's layers, with the numbers that they have."""
    op = nodes[0].op
    words = extras(nodes[0]) if is_heavy(nodes[0]) else [op.in_figures()]
    lights = tuple([Light(word, ONCE) for word in words])
    cell = layer_cell(nodes, graph, lights, ONCE, shows_padding=shows_padding)
    if cell.is_merge and not cell.sign:
        widths = first_to_last([node.shape[-1] for node in nodes])
        return replace(cell, title=f"{cell.title}, {widths}")
    return replace(cell, second=_numbers(nodes))


def _numbers(nodes: Sequence[OpNode]) -> tuple[Run, ...]:
    op = nodes[0].op
    if op.width_field is None:
        return ()
    widths = [getattr(node.op, op.width_field) for node in nodes]
    return (Run(first_to_last(widths), Tone.SECOND, SMALL),)


def first_to_last(numbers: Sequence[int]) -> str:
    """Return numbers in short: `64`, `64, 96`, `64, …, 256`."""
    if len(set(numbers)) == 1:
        return str(numbers[0])
    if len(numbers) == 2:
        return f"{numbers[0]}, {numbers[1]}"
    return f"{numbers[0]}, …, {numbers[-1]}"
