"""Freezing against the network: rows that have weights, and some left to train."""

from collections.abc import Iterable, Iterator

from archcompiler.architecture import Architecture
from archcompiler.checking.rows import unknown_row
from archcompiler.diagnostics import Diagnostic
from archcompiler.graph.expansion import PlacedRow
from archcompiler.language.program.program import named_rows
from archcompiler.language.recipe.freezing import UP_TO
from archcompiler.language.recipe.training import Training


def frozen_rows(architecture: Architecture, training: Training) -> list[PlacedRow]:
    """Return the rows of this configuration whose weights stay as they are."""
    given = training.freeze
    names = [cell.text for cell in given.rows]
    if given.up_to:
        table = [*named_rows(architecture.program)]
        names = table[: table.index(names[0]) + 1] if names[0] in table else []
    return [row for row in architecture.rows if row.name in names]


def check_freeze(
    architecture: Architecture, training: Training
) -> Iterator[Diagnostic]:
    """Yield what is wrong with `freeze`; a row may be another configuration's."""
    given = training.freeze
    if not given.rows:
        return
    wrong = [
        *_check_names(architecture, training),
        *_check_weights(architecture, training),
    ]
    yield from wrong
    if not wrong:
        yield from _check_rest(architecture, training)


def _check_names(
    architecture: Architecture, training: Training
) -> Iterator[Diagnostic]:
    seen: set[str] = set()
    for cell in training.freeze.rows:
        found = unknown_row(architecture, cell, "`freeze`")
        if found is not None:
            yield found
        elif cell.text in seen:
            message = f"`freeze` names the row `{cell.text}` twice"
            yield Diagnostic("duplicate-name", message, cell.span)
        seen.add(cell.text)


def _check_weights(
    architecture: Architecture, training: Training
) -> Iterator[Diagnostic]:
    """Yield the rows of a list that have nothing to freeze."""
    given = training.freeze
    rows = frozen_rows(architecture, training)
    if not given.up_to:
        cells = {cell.text: cell for cell in given.rows}
        for row in rows:
            if row.ran and not architecture.totals(row).parameters:
                message = f"the row `{row.name}` has no weights, so it cannot be frozen"
                yield Diagnostic("bad-value", message, cells[row.name].span)
    elif rows and not parameters(architecture, rows):
        message = f"no row {UP_TO}`{given.rows[0].text}` has weights to freeze"
        yield Diagnostic("bad-value", message, given.rows[0].span)


def _check_rest(architecture: Architecture, training: Training) -> Iterator[Diagnostic]:
    rows = frozen_rows(architecture, training)
    frozen = sum(architecture.totals(row).trainable for row in rows)
    if frozen and frozen == architecture.trainable:
        message = "`freeze` leaves nothing to train: every row with weights is frozen"
        yield Diagnostic("bad-value", message, training.place("freeze").span)


def parameters(architecture: Architecture, rows: Iterable[PlacedRow]) -> int:
    """Return the number of weights of rows, trainable or not."""
    return sum(architecture.totals(row).parameters for row in rows)
