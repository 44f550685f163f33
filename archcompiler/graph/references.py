"""References: what `from` names in a row, and how far back `-1` and `-2` reach."""

from collections.abc import Sequence

from archcompiler.diagnostics import listed, suggest
from archcompiler.graph.nodes import Node
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import Failed, Run
from archcompiler.graph.spreading import spread, why_none
from archcompiler.language.expressions.naming import is_relative, repetition_asked
from archcompiler.language.program.program import Program, named_rows
from archcompiler.language.text.document import Scalar


def back(run: Run, history: Sequence[Node | None], cell: Scalar) -> Node:
    """Return the value that a relative reference means."""
    steps = int(cell.text[1:])
    if steps > len(history):
        values = "value" if len(history) == 1 else "values"
        message = f"`{cell.text}` counts back beyond the beginning"
        help = f"{len(history) or 'no'} {values} can be counted here"
        run.fail("bad-reference", message, cell, help)
    node = history[-steps]
    if node is None:
        raise Failed
    return node


def row_inputs(
    run: Run, program: Program, row: PlacedRow, previous: Node | None = None
) -> tuple[Node, ...]:
    """Return a row's operands; a later repetition takes the output of the one before.

    Relative references are resolved anew in each repetition, other operands stay.
    """
    cell = row.row.cells.get("from")
    if cell is None:
        return (previous or _current(run, program, row),)
    references = cell if isinstance(cell, tuple) else (cell,)
    cells = [cell for cell in references if isinstance(cell, Scalar)]
    inputs = []
    for at, reference in enumerate(spread(cells, run.tensors)):
        if is_relative(reference.text):
            inputs.append(back(run, run.history, reference))
        elif previous is not None and at == 0:
            inputs.append(previous)
        else:
            inputs.append(_named(run, program, reference))
    return tuple(inputs)


def _current(run: Run, program: Program, row: PlacedRow) -> Node:
    if not run.history:
        message = "the first row says which input it takes"
        first = next(iter(program.inputs))
        help = f"write `from: {first}`; the inputs are {listed(program.inputs)}"
        run.fail("bad-reference", message, row.row.at, help)
    node = run.history[-1]
    if node is None:
        raise Failed
    return node


def _named(run: Run, program: Program, cell: Scalar) -> Node:
    node = run.tensors.get(cell.text)
    if node is not None:
        return node
    if cell.text in run.failed:
        raise Failed
    names = named_rows(program)
    if "<" in cell.text:
        message, help = "`from` names a value, without holes", ""
    elif cell.text == "in":
        message = "`in` is the row's own input"
        help = "leave `from` out, or name another row"
    elif cell.text in names:
        message = f"`{cell.text}` is not an earlier row"
        help = "a row can only take what stands above it"
    elif (asked := repetition_asked(cell.text)) and asked[0] in run.tensors:
        message, help = why_none(cell.text, asked[0], run.tensors), ""
    else:
        message = f"`{cell.text}` names no row and no input"
        help = suggest(cell.text, [*run.tensors, *names])
        help = help or f"earlier values are {listed(run.tensors)}"
    raise run.failure("bad-reference", message, cell, help)
