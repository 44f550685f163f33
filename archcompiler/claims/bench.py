"""The bench: one row of a table run again, with other cells or other ops.

Nothing is computed here. A row with other cells is placed and run by the graph as any
row is, on the tensors that reach it; other ops are added to a graph in the place of the
row's own. So a trial counts what a table with that edit would count.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice

from archcompiler.architecture import Architecture
from archcompiler.diagnostics import SpecError
from archcompiler.graph.expansion import Expansion, expand, run_row
from archcompiler.graph.graph import DuplicateNameError, Graph
from archcompiler.graph.inputs import add_inputs
from archcompiler.graph.nodes import Node
from archcompiler.graph.numbering import number_calls
from archcompiler.graph.placing import place_rows
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import Run
from archcompiler.language.program.program import TableRow
from archcompiler.language.text.document import Scalar
from archcompiler.ops.base import AbstractOp, OpError

Texts = Mapping[str, str]
"""Other texts for cells, by the meaning of their column."""


class Trial:
    """One row that ran: its layers and its output, as an architecture of that row."""

    __slots__ = ("architecture", "graph", "output", "row", "totals")

    def __init__(self, expansion: Expansion, row: PlacedRow, graph: Graph) -> None:
        self.row = row
        self.graph = graph
        self.output = row.output
        self.architecture = Architecture(
            expansion._replace(graph=graph, rows=(row,), outputs=(row.output,))
        )
        self.totals = self.architecture.totals(row)

    @property
    def layers(self) -> Sequence[Node]:
        """The layers of the row."""
        return self.totals.layers

    def count(self, what: str) -> int:
        """Count what a convention counts."""
        return self.architecture.count(what, self.row)


class Bench:
    """A table that ran, with what each of its rows needs to run again."""

    def __init__(
        self, architecture: Architecture, most_layers: int | None = None
    ) -> None:
        """Run the table once and keep the values that reach each row.

        After trials of `most_layers` layers in all, nothing more is tried.
        """
        self.architecture = architecture
        self.most_layers = most_layers
        self.made = 0
        self.program = program = architecture.program
        bare = replace(program, total_claims={}, expect=None)
        self.expansion = architecture.expansion._replace(program=bare)
        self.calls = architecture.expansion.calls
        self.values = program.values
        run = Run(self.values)
        self.inputs = add_inputs(run, program, self.calls)
        rows = place_rows(program, self.calls, run.tensors)
        number_calls(run, rows)
        self.rows: dict[str, PlacedRow] = {}
        self.above: dict[str, tuple[int, int]] = {}
        """How much of the history, and how many named tensors, reach each row."""

        for row in rows:
            self.above[row.name] = len(run.history), len(run.tensors)
            run_row(run, program, row)
            if row.ran:
                self.rows[row.name] = row
        self.history, self.tensors = run.history, run.tensors

    def run(self, name: str, texts: Texts | None = None) -> Trial | None:
        """Run one row with other texts in its cells; None where it cannot run so."""
        if self._is_spent:
            return None
        run = Run(self.values)
        values, named = self.above[name]
        run.history = self.history[:values]
        run.tensors = dict(islice(self.tensors.items(), named))
        placed = self._place(self.rows[name], texts or {}, run.tensors)
        if placed is None:
            return None
        try:
            run_row(run, self.program, placed)
        except SpecError:
            return None
        if run.found or not placed.ran:
            return None
        self.made += len(run.graph)
        return Trial(self.expansion, placed, run.graph)

    def _place(
        self, row: PlacedRow, texts: Texts, tensors: Mapping[str, Node]
    ) -> PlacedRow | None:
        inputs = dict.fromkeys(tensors, row.row.at)
        edited = _edited(_fixed(row), texts)
        alone = replace(self.program, rows=(edited,), inputs=inputs)
        try:
            (placed,) = place_rows(alone, self.calls, tensors)
        except SpecError:
            self.calls.found.clear()
            return None
        placed.index, placed.slug = row.index, row.slug
        placed.count, placed.first_index = row.count, row.first_index
        return placed

    def swap(self, trial: Trial, ops: Mapping[str, AbstractOp]) -> Trial | None:
        """Return a trial with other ops in its layers; None where they do not fit."""
        graph, own = Graph(), trial.row.index
        made: dict[Node, Node] = {}
        for node in trial.layers:
            operands = tuple([made.get(each, each) for each in node.operands])
            op = ops.get(node.name, node.op)
            assert op is not None
            try:
                made[node] = graph.add(node.name, op, operands, own)
            except (OpError, DuplicateNameError):
                return None
        row = replace(trial.row, outputs=[made.get(trial.output, trial.output)])
        return Trial(self.expansion, row, graph)

    def whole(self, name: str, texts: Texts) -> Architecture | None:
        """Run the whole table with other texts in one row's cells."""
        if self._is_spent:
            return None
        edited = _edited(_fixed(self.rows[name]), texts)
        rows = tuple(
            [edited if row.at is edited.at else row for row in self.program.rows]
        )
        try:
            whole = Architecture(expand(replace(self.program, rows=rows)))
        except SpecError:
            return None
        self.made += len(whole.graph)
        return whole

    @property
    def _is_spent(self) -> bool:
        return self.most_layers is not None and self.made > self.most_layers


def _fixed(row: PlacedRow) -> TableRow:
    """Return a row as this configuration has it, under a name that no edit changes."""
    at = row.row.at
    front = Scalar(row.name, True, at.source, at.line, at.column, at.end)
    return row.row._replace(front=front, choices={})


def _edited(row: TableRow, texts: Texts) -> TableRow:
    cells = dict(row.cells)
    for meaning, text in texts.items():
        old = cells[meaning]
        assert isinstance(old, Scalar)
        cells[meaning] = _with_text(old, text)
    return row._replace(cells=cells)


def _with_text(cell: Scalar, text: str) -> Scalar:
    return Scalar(text, cell.plain, cell.source, cell.line, cell.column, cell.end)
