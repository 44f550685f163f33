"""Growth: how many calls a table makes at the least, before any of them runs."""

from collections.abc import Iterable

from archcompiler.graph.calls import BlockTarget, Call, CalledBlock, CalledStep
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.run import MOST_LAYERS, Run
from archcompiler.language.expressions import Value
from archcompiler.ops.fields import read_number


def refuse_bombs(run: Run, rows: Iterable[PlacedRow]) -> None:
    """Refuse a table that is bound to make more layers than any table has.

    Raises:
        SpecError: at the row that makes it too large.
    """
    total = 0
    for row in rows:
        size = _size(row) if row.when is None else 0
        total += size
        if total > MOST_LAYERS:
            run.refuse_size(row, size)


def _size(call: Call) -> int:
    """Count the ops that a call makes whatever the shapes: steps that always run."""
    size = 1
    if isinstance(call.target, BlockTarget):
        size = _size_of_block(call.target.block)
    elif call.target is None:
        size = _size_of_fork(call)
    return size * _repetitions(call)


def _size_of_block(block: CalledBlock) -> int:
    if block.size is None:
        block.size = _size_of_steps(block.body)
    return block.size


def _size_of_steps(steps: Iterable[CalledStep]) -> int:
    return sum([_size(step) for step in steps if step.when is None])


def _size_of_fork(call: Call) -> int:
    if not isinstance(call, CalledStep) or call.fork is None:
        return 0
    branches = [b.steps for b in call.fork.branches if b.when is None]
    return sum(_size_of_steps(part) for part in [*branches, call.fork.joined])


def _repetitions(call: Call) -> int:
    """Return how often a call runs where it says so as a plain number."""
    value: Value | None = None
    if call.repeat is not None:
        value = read_number(call.repeat.cell.text)
    elif call.target is not None:
        value = call.target.preset.get("repeat")
    if not isinstance(value, int) or value < 1:
        return 1
    return min(value, MOST_LAYERS)  # more are refused where they are written
