"""Reading down: each row of a table run alone, on what the table prints above it.

A row that is wrong makes those below it wrong. On the values that the table prints, a
row that is right agrees with its own cells, and one that is wrong still does not.
"""

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from archcompiler.architecture import Architecture, claimed_columns
from archcompiler.claims.claims import audit
from archcompiler.claims.verdicts import Verdict
from archcompiler.diagnostics import Findings, SpecError
from archcompiler.graph.expansion import Expansion, run_row
from archcompiler.graph.graph import Graph
from archcompiler.graph.growth import refuse_bombs
from archcompiler.graph.inputs import add_inputs
from archcompiler.graph.nodes import Node
from archcompiler.graph.numbering import number_calls
from archcompiler.graph.placing import place_rows
from archcompiler.graph.resolution import Calls
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import Run
from archcompiler.language.program.program import Program
from archcompiler.language.text.notation import read_size
from archcompiler.shapes import Shape


class Place(NamedTuple):
    """A printed cell, by its row and what its column means."""

    row: str
    column: str


@dataclass(slots=True)
class Reading:
    """What is wrong with the rows of a table, each taken alone."""

    differing: dict[Place, Verdict] = field(default_factory=dict)
    failures: Findings = field(default_factory=Findings)
    whole: Architecture | None = None
    """All layers as one network, to judge its totals; None where a row failed."""


def read_down(program: Program, *, as_printed: bool) -> Reading:
    """Run the rows one by one, each on what the rows above hand on.

    As printed, a row that differs hands on what it prints. Otherwise only a row that
    fails does, so that the rows below it are read nevertheless.

    Raises:
        SpecError: where the rows cannot be placed or are far too many, or where more
            of them fail than anybody reads.
    """
    reader = _Reader(program, as_printed)
    for row in reader.rows:
        reader.read(row)
    reader.finish()
    return reader.reading


class _Reader:
    def __init__(self, program: Program, as_printed: bool) -> None:
        self.program = program
        self.bare = replace(program, total_claims={}, expect=None)
        self.as_printed = as_printed
        self.reading = Reading()
        self.calls, self.run = Calls(program), Run(program.values)
        self.inputs = add_inputs(self.run, program, self.calls)
        self.rows = place_rows(program, self.calls, self.run.tensors)
        number_calls(self.run, self.rows)
        refuse_bombs(self.run, self.rows)
        self.graph = Graph()
        _adopt(self.graph, self.inputs)

    def read(self, row: PlacedRow) -> None:
        """Run a row, keep what is wrong with it, and hand on its output."""
        above = len(self.run.history), len(self.run.tensors)
        run, verdicts = self._run(row)
        for verdict in verdicts:
            self.reading.differing[Place(row.name, verdict.column)] = verdict
        wrong = {verdict.column: verdict for verdict in verdicts}
        if self.as_printed and "input size" in wrong:
            self._undo(row, *above)
            self._take_printed_input(row, wrong["input size"])
            run, again = self._run(row)
            wrong = {verdict.column: verdict for verdict in again}
            for column in {verdict.column for verdict in verdicts} - {*wrong}:
                if column != "input size":  # it followed from the input alone
                    del self.reading.differing[Place(row.name, column)]
        self.reading.failures.take(*run.found)
        _adopt(self.graph, run.graph)
        handed_on = self._handed_on(row, wrong)
        if handed_on is not None:
            self.run.tensors[row.name] = self.run.history[-1] = handed_on
            self.run.failed.discard(row.name)

    def finish(self) -> None:
        """Make one network of all layers, where every row ran."""
        last = self.run.history[-1] if self.run.history else None
        outputs = [self.run.tensors.get(c.text) for c in self.program.outputs or ()]
        first = outputs[0] if outputs else last
        if first is not None and not self.reading.failures:
            self.reading.whole = self._architecture(self.graph, (), first)

    def _run(self, row: PlacedRow) -> tuple[Run, list[Verdict]]:
        """Run a row on the values that reach it; return what differs of its cells."""
        run = Run(self.program.values, tensors=self.run.tensors)
        run.history, run.failed = self.run.history, self.run.failed
        row.outputs, row.ran = [], False
        run_row(run, self.program, row)
        if not row.outputs:
            return run, []
        alone = self._architecture(run.graph, (row,), row.output)
        return run, [v for v in audit(alone).verdicts if v.judgement == "differs"]

    def _undo(self, row: PlacedRow, values: int, named: int) -> None:
        """Forget what a row gave beyond the values and named tensors before it."""
        del self.run.history[values:]
        while len(self.run.tensors) > named:
            self.run.tensors.popitem()
        self.run.failed.discard(row.name)

    def _architecture(
        self, graph: Graph, rows: tuple[PlacedRow, ...], output: Node
    ) -> Architecture:
        program = self.bare if rows else self.program
        return Architecture(
            Expansion(program, self.calls, graph, self.inputs, rows, (output,), ())
        )

    # What is handed on ------------------------------------------------------

    def _take_printed_input(self, row: PlacedRow, verdict: Verdict) -> None:
        """Put a value of the printed size in the place of what the row takes."""
        taken = row.input
        given = _with_shape(taken, _printed_shape(verdict.printed, taken.shape))
        self.run.history[:] = [given if n is taken else n for n in self.run.history]
        for name, node in self.run.tensors.items():
            if node is taken:
                self.run.tensors[name] = given

    def _handed_on(self, row: PlacedRow, wrong: Mapping[str, Verdict]) -> Node | None:
        """Return what stands for the output of a row; None for the output itself."""
        if row.skipped:
            return None
        if not row.outputs:
            return self._printed_output(row)
        verdict = wrong.get("output size")
        if verdict is None or not self.as_printed:
            return None
        shape = _printed_shape(verdict.printed, row.output.shape)
        return _with_shape(row.output, shape)

    def _printed_output(self, row: PlacedRow) -> Node | None:
        """Return a value of the size that a row prints which failed, if it does."""
        cell = row.row.text("output size")
        if cell is None or "output size" not in claimed_columns(row.row):
            return None
        try:
            shape = read_size(cell.text)
        except ValueError:
            return None
        if len(shape) == 2 or row.slug in self.graph:
            return None  # the channels are not printed
        return self.graph.add_input(row.slug, shape)


def _adopt(graph: Graph, nodes: Iterable[Node]) -> None:
    for node in nodes:
        if node.name not in graph:
            graph.adopt(node)


def _printed_shape(text: str, computed: Shape) -> Shape:
    """Return a printed size in the rank of the computed one, where it has it."""
    printed = read_size(text)
    if len(printed) == 2 and len(computed) == 3:
        return (*printed, computed[2])
    if len(computed) == 1 and printed[:-1] == (1, 1):
        return printed[-1:]
    if len(computed) == 3 and len(printed) == 1:
        return (1, 1, *printed)
    return printed


def _with_shape(node: Node, shape: Shape) -> Node:
    """Return a node that is like another, with another output."""
    other = copy(node)
    other.facts, other.shape = node.facts._replace(shape=shape), shape
    return other


def read_or_none(program: Program, *, as_printed: bool) -> Reading | None:
    """Return a reading, or None where the rows cannot be read one by one."""
    try:
        return read_down(program, as_printed=as_printed)
    except SpecError:
        return None
