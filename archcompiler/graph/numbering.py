"""Numbering: `index` and `count`, over all the table's calls of one block.

Blocks that name the same `counter` are numbered together.
"""

from collections.abc import Iterable
from dataclasses import replace

from archcompiler.graph.calls import BlockTarget
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import Failed, Run
from archcompiler.graph.running import bind, read_repetitions
from archcompiler.language.expressions import Scope


def number_calls(run: Run, rows: Iterable[PlacedRow]) -> None:
    """Set `index` and `count` of the table's calls of blocks that read or share them.

    Raises:
        SpecError: where a repetition is not known before the table runs.
    """
    calls: dict[tuple[str, str], list[tuple[PlacedRow, BlockTarget]]] = {}
    for row in rows:
        if not isinstance(row.target, BlockTarget):
            continue
        block, call = row.target.block, (row, row.target)
        counter = block.block.counter
        if counter is not None:
            calls.setdefault(("counter", counter.text), []).append(call)
        elif block.counts:
            calls.setdefault(("block", block.name), []).append(call)
    for called in calls.values():
        total = 0
        for row, target in called:
            row.first_index = total
            total += _count(run, row, target)
        for row, _ in called:
            row.count = total
    run.found.finish()


def _count(run: Run, row: PlacedRow, target: BlockTarget) -> int:
    """Return how often a row's call runs, without any shapes."""
    run.row = row
    scope = Scope(run.once, lambda _: None)
    try:
        if row.when is not None and not run.holds(row.when, scope):
            return 0
        if row.repeat is not None:
            value, cell = run.value(row.repeat, scope), row.repeat.cell
            return read_repetitions(run, value, cell)
        return _count_by_column(run, row, target, scope)
    except Failed:
        last = run.found[-1]
        if last.code == "expression-error":
            help = "`index` and `count` number the calls before any shape is known"
            run.found[-1] = replace(last, help=help, edits=())
        return 1


def _count_by_column(
    run: Run, row: PlacedRow, target: BlockTarget, scope: Scope
) -> int:
    if not target.block.repeats:
        return 1
    bound = bind(run, row, target, scope, run.once, scope.shapes)
    if "repeat" not in bound:
        return 1
    return read_repetitions(run, bound["repeat"], row.place)
