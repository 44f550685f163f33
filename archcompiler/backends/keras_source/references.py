"""References: which values steps and rows take, by name or by distance."""

from collections.abc import Iterable

from archcompiler.backends.keras_source.texts import owners_in
from archcompiler.graph.calls import CalledStep, all_steps
from archcompiler.graph.expansion import Expansion, PlacedRow
from archcompiler.language.expressions.naming import is_relative, repetition_asked
from archcompiler.language.program.program import named_rows
from archcompiler.language.text.document import Scalar


def names_taken(step: CalledStep) -> set[str]:
    """Return the names of values that one step refers to."""
    found = {cell.text for cell in step.source or ()}
    found |= {asked[0] for text in found if (asked := repetition_asked(text))}
    conditions = [branch.when for branch in step.branches]
    for argument in (*step.arguments, step.when, step.repeat, *conditions):
        found |= owners_in(argument)
    return found


def names_taken_by(steps: Iterable[CalledStep]) -> set[str]:
    """Return the names of values that steps, and all within them, refer to."""
    return set().union(*map(names_taken, all_steps(steps)))


def counts_back(step: CalledStep) -> bool:
    """Whether a step takes a value before the current one by its distance, `-2`."""
    return any(reaches_back(cell) for cell in step.source or ())


def reaches_back(cell: Scalar) -> bool:
    """Whether a reference counts back beyond the current value."""
    return is_relative(cell.text) and cell.text != "-1"


def sources_of(row: PlacedRow) -> tuple[Scalar, ...]:
    """Return what `from` names in a row."""
    cell = row.row.cells.get("from")
    if cell is None:
        return ()
    cells = cell if isinstance(cell, tuple) else (cell,)
    return tuple([cell for cell in cells if isinstance(cell, Scalar)])


def names_taken_by_row(row: PlacedRow) -> set[str]:
    """Return the names of values that a row refers to."""
    sources = {cell.text for cell in sources_of(row)}
    sources |= {asked[0] for text in sources if (asked := repetition_asked(text))}
    return sources.union(*map(owners_in, row.arguments))


def layers_taken(expansion: Expansion) -> set[str]:
    """Return the layers whose output something takes by name, rows or the outputs."""
    inputs = zip(expansion.program.inputs, expansion.inputs, strict=True)
    layers = {name: node.name for name, node in inputs}
    rows = {row.name: row for row in expansion.rows}
    last = ""
    for name in named_rows(expansion.program):
        if name in rows:
            last = rows[name].output.name
        layers[name] = last
    names = set().union(*map(names_taken_by_row, expansion.rows))
    taken = {layers[name] for name in names if name in layers}
    outputs = {node.name for node in expansion.outputs}
    return taken | (outputs if outputs != {last} else set())


def counts_values(row: PlacedRow) -> bool:
    """Whether a row takes by distance what a loop would not keep apart."""
    sources = sources_of(row)
    again = sources[1:] if row.repetitions not in (None, 1) else ()
    return any(map(reaches_back, sources)) or any(is_relative(c.text) for c in again)
