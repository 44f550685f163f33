"""Names of steps that may be skipped: which value they would then leave.

A skipped step leaves the current value. Of a step that joins several values, none of
them the current one, nobody would expect it.
"""

from collections.abc import Collection, Iterable

from archcompiler.diagnostics import Findings
from archcompiler.graph.calls import CalledBlock, CalledStep


def refuse_skipped_names(
    called: CalledBlock, read: Collection[str], found: Findings
) -> None:
    """Refuse a join that may be skipped, leaves none of its operands, and is named.

    `read` holds the names that the block's expressions ask for.
    """
    referred = {cell.text for step in called.steps for cell in step.source or ()}
    referred |= {name for name in read if name not in called.columns}
    for sequence in _sequences(called.body):
        current = ""
        for step in sequence:
            if step.name in referred and _leaves_another_value(step, current):
                _refuse(step, found)
            current = step.name or ""


def _leaves_another_value(step: CalledStep, current: str) -> bool:
    if step.when is None or step.source is None or len(step.source) < 2:
        return False
    return not {cell.text for cell in step.source} & {"-1", current}


def _refuse(step: CalledStep, found: Findings) -> None:
    assert step.source is not None
    assert step.step.name is not None
    operands = [cell.text for cell in step.source]
    message = f"skipped, `{step.name}` would be the current value, not `{operands[0]}`"
    others = ", ".join(["-1", *operands[1:]])
    help = f"write `from: {operands[0]}` as a step before it, then `from: [{others}]`"
    found.add("bad-reference", message, step.step.name.span, help=help)


def _sequences(steps: Iterable[CalledStep]) -> Iterable[Iterable[CalledStep]]:
    """Return the lists of steps that run one after the other."""
    steps = list(steps)
    yield steps
    for step in steps:
        for branch in step.branches or ():
            yield from _sequences(branch.steps)
        yield from _sequences(step.then)
