"""Expansion: the table's rows become nodes of the graph, call by call.

Mistakes are collected row by row. A row that fails leaves no output, and what depends
on it stays silent, so that one mistake gives one message.
"""

from collections.abc import Sequence
from typing import NamedTuple

from archcompiler.collection import collection_paused
from archcompiler.diagnostics import Diagnostic, SpecError, listed, suggest
from archcompiler.graph.calls import Target
from archcompiler.graph.graph import Graph
from archcompiler.graph.growth import refuse_bombs
from archcompiler.graph.inputs import add_inputs
from archcompiler.graph.leftovers import refuse_leftovers, refuse_unused
from archcompiler.graph.nodes import Frame, Node
from archcompiler.graph.numbering import number_calls
from archcompiler.graph.placing import place_rows
from archcompiler.graph.references import row_inputs
from archcompiler.graph.resolution import Calls
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import Failed, Run
from archcompiler.graph.running import call, repetitions
from archcompiler.language.expressions import Scope
from archcompiler.language.expressions.naming import repetition_name
from archcompiler.language.program.program import Program
from archcompiler.ops.fields import quote

__all__ = ["Expansion", "Frame", "PlacedRow", "expand"]


class Expansion(NamedTuple):
    """A program that ran: its graph, rows, outputs and every call of a block."""

    program: Program
    calls: Calls
    graph: Graph
    inputs: tuple[Node, ...]
    rows: tuple[PlacedRow, ...]
    """The rows that this configuration has."""

    outputs: tuple[Node, ...]
    frames: tuple[Frame, ...]


def expand(program: Program) -> Expansion:
    """Run a program.

    Raises:
        SpecError: with the mistakes of the first phase that found any.
    """
    with collection_paused():
        return _expand(program)


def _expand(program: Program) -> Expansion:
    _check_choice(program)
    calls = Calls(program)
    run = Run(program.values)
    inputs = add_inputs(run, program, calls)
    rows = place_rows(program, calls, run.tensors)
    number_calls(run, rows)
    refuse_bombs(run, rows)
    for row in rows:
        run_row(run, program, row)
    run.found.finish()
    refuse_leftovers(program, calls, rows)
    outputs = _outputs(run, program, rows)
    refuse_unused(run, program, rows, outputs)
    present = tuple([row for row in rows if not row.skipped])
    frames = tuple(run.frames)
    return Expansion(program, calls, run.graph, inputs, present, outputs, frames)


def run_row(run: Run, program: Program, row: PlacedRow) -> None:
    """Run one row; a row that fails leaves a gap in the history."""
    run.row = row
    if row.target is None:  # this configuration lacks it
        if run.history and run.history[-1] is not None:
            run.tensors[row.name] = run.history[-1]
        return
    try:
        run.tensors[row.name] = _call_row(run, program, row, row.target)
    except Failed:
        run.failed.add(row.name)
        run.history.append(None)


def _call_row(run: Run, program: Program, row: PlacedRow, target: Target) -> Node:
    inputs = row.inputs = row_inputs(run, program, row)
    row.values, row.tensors = run.once, run.tensors
    scope = Scope(run.once, row.shape)
    if row.when is not None and not run.holds(row.when, scope):
        arrives = run.history[-1] if run.history else inputs[0]
        if arrives is None:
            raise Failed
        row.outputs.append(arrives)
        return arrives
    row.ran = True
    row.repetitions = repetitions(run, row, scope, inputs)
    if row.repetitions is None:
        output = call(run, row, target, scope, inputs, row.slug, None)
        row.outputs.append(output)
        run.history.append(output)
        return output
    times = row.repetitions
    values = dict(run.once)
    row.values, scope = values, Scope(values, row.shape)
    for number in range(times):
        if number:
            run.refuse_growth()
            inputs = row_inputs(run, program, row, output)
        values["first"], values["last"] = number == 0, number == times - 1
        prefix = f"{row.slug}_{number + 1}"
        output = call(run, row, target, scope, inputs, prefix, None, number, times)
        row.outputs.append(output)
        run.history.append(output)
        if row.name in program.asked:
            run.tensors[repetition_name(row.name, number + 1)] = output
    return output


def _outputs(run: Run, program: Program, rows: Sequence[PlacedRow]) -> tuple[Node, ...]:
    if program.outputs is None:
        return (run.tensors[rows[-1].name],)
    outputs: list[Node] = []
    for cell in program.outputs:
        node = run.tensors.get(cell.text)
        if node is None:
            message = f"`outputs` names `{cell.text}`, which is no row"
            named = {output.text for output in program.outputs}
            help = suggest(cell.text, [n for n in run.tensors if n not in named])
            help = help or f"rows are {listed(run.tensors)}"
            run.found.add("bad-reference", message, cell.span, help=help)
        elif node.op is None:
            message = f"`{cell.text}` is an input, not an output"
            run.found.add("bad-reference", message, cell.span)
        elif node in outputs:
            message = f"`{cell.text}` gives an output twice"
            run.found.add("duplicate-name", message, cell.span)
        else:
            outputs.append(node)
    run.found.finish()
    return tuple(outputs)


def _check_choice(program: Program) -> None:
    chooser = program.chooser
    if chooser is None:
        return
    name = chooser.parameter.text
    choices = [choice.text for choice in chooser.choices]
    cell = program.parameters[name]
    if cell.text not in choices:
        message = f"`{name}` is one of {listed(choices)}, received {quote(cell.text)}"
        help = suggest(cell.text, choices)
        raise SpecError([Diagnostic("bad-value", message, cell.span, help=help)])
