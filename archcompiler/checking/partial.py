"""Partial tables: the rows above the first that fails, run without the others.

A row often fails because of a mistake further up. What the paper prints of the rows
above says where.
"""

from dataclasses import replace

from archcompiler.architecture import Architecture
from archcompiler.diagnostics import SpecError
from archcompiler.graph.expansion import Expansion, run_row
from archcompiler.graph.growth import refuse_bombs
from archcompiler.graph.inputs import add_inputs
from archcompiler.graph.numbering import number_calls
from archcompiler.graph.placing import place_rows
from archcompiler.graph.resolution import Calls
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import Run
from archcompiler.language.program.program import Program


def run_until_failure(program: Program) -> Architecture | None:
    """Return the rows above the first that fails; None where there are none.

    Its totals are of these rows alone, so that nothing is claimed or expected of them.
    """
    if not _has_choice(program):
        return None
    try:
        return _run(replace(program, total_claims={}, expect=None))
    except SpecError:
        return None


def _has_choice(program: Program) -> bool:
    """Whether the table has the configuration that is chosen."""
    chooser = program.chooser
    if chooser is None:
        return True
    cell = program.parameters.get(chooser.parameter.text)
    return cell is not None and cell.text in [c.text for c in chooser.choices]


def _run(program: Program) -> Architecture | None:
    calls, run = Calls(program), Run(program.values)
    inputs = add_inputs(run, program, calls)
    rows = place_rows(program, calls, run.tensors)
    number_calls(run, rows)
    refuse_bombs(run, rows)
    present: list[PlacedRow] = []
    for row in rows:
        run_row(run, program, row)
        if run.found:
            break
        if not row.skipped:
            present.append(row)
    if not present:
        return None
    outputs = (present[-1].output,)
    frames = tuple(run.frames)
    return Architecture(
        Expansion(program, calls, run.graph, inputs, tuple(present), outputs, frames)
    )
