"""Names of steps that may be skipped: which value they would then leave.

A skipped step leaves the current value. Of a step that joins several values, none of
them the current one, nobody would expect it.
"""

from collections.abc import Collection, Iterable

from archcompiler.diagnostics import Findings
from archcompiler.graph.calls import CalledBlock, CalledStep
from archcompiler.language.text.document import Scalar


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
            name = step.step.name
            if name is not None and name.text in referred:
                _refuse_another_value(step, name, current, found)
            current = step.name or ""


def _refuse_another_value(
    step: CalledStep, name: Scalar, current: str, found: Findings
) -> None:
    operands = [cell.text for cell in step.source or ()]
    if step.when is None or len(operands) < 2 or {"-1", current} & {*operands}:
        return
    message = f"skipped, `{name.text}` would be the current value, not `{operands[0]}`"
    others = ", ".join(["-1", *operands[1:]])
    help = f"write `from: {operands[0]}` as a step before it, then `from: [{others}]`"
    found.add("bad-reference", message, name.span, help=help)


def _sequences(steps: Iterable[CalledStep]) -> Iterable[Iterable[CalledStep]]:
    """Return the lists of steps that run one after the other."""
    steps = list(steps)
    yield steps
    for step in steps:
        for branch in step.branches:
            yield from _sequences(branch.steps)
        if step.fork is not None:
            yield from _sequences(step.fork.then)
