"""Deciding which steps run: always, never, or under a condition; and how often."""

from collections.abc import Sequence

from pydantic_core import PydanticCustomError

from archcompiler.backends.keras_source.facets import VALUE
from archcompiler.backends.keras_source.passing import Passing
from archcompiler.backends.keras_source.printing import whole
from archcompiler.backends.keras_source.slots import Signature
from archcompiler.backends.keras_source.symbols import Code, Known, Symbol
from archcompiler.backends.keras_source.texts import PrintedNames, argument_symbol
from archcompiler.backends.keras_source.unprintable import Unprintable
from archcompiler.graph.calls import Argument, CalledBranch, CalledStep, all_steps
from archcompiler.graph.expansion import Frame
from archcompiler.language.expressions import ExpressionError, Scope
from archcompiler.ops.fields import read_int

Decision = bool | Code
"""Whether a step runs; code where calls differ."""


def decide(
    step: CalledStep, names: PrintedNames, signature: Signature, passing: Passing
) -> Decision:
    """Return whether a step runs.

    Raises:
        Unprintable: where another argument of the builder would make a step run that
            calls what now nothing calls.
    """
    return _decide(step.when, [step], names, signature, passing)


def decide_branch(
    branch: CalledBranch, names: PrintedNames, signature: Signature, passing: Passing
) -> Decision:
    """Return whether a branch is there.

    Raises:
        Unprintable: as `decide`.
    """
    return _decide(branch.when, branch.steps, names, signature, passing)


def _decide(
    when: Argument | None,
    steps: Sequence[CalledStep],
    names: PrintedNames,
    signature: Signature,
    passing: Passing,
) -> Decision:
    if when is None:
        return True
    symbol = argument_symbol(when, names)
    if isinstance(symbol, Known):
        return symbol.value is True
    runs = {_holds(when, frame) for frame in signature.frames}
    if len(runs) == 1 and symbol.nature.fixed:
        return runs.pop()
    if True in runs or not _calls_the_unknown(steps, passing):
        return symbol
    if symbol.nature.parameters:
        what = steps[0].place.text
        why = f"nothing calls the blocks of `{what}` as the spec stands"
        raise Unprintable(why, symbol.nature.parameters)
    return False


def running(
    steps: tuple[CalledStep, ...],
    names: PrintedNames,
    signature: Signature,
    passing: Passing,
) -> list[CalledStep]:
    """Return the steps that may run, and all within them that may."""
    found = []
    for step in steps:
        if decide(step, names, signature, passing) is not False:
            nested = _nested(step, names, signature, passing)
            found += [step, *running(nested, names, signature, passing)]
    return found


def _nested(
    step: CalledStep, names: PrintedNames, signature: Signature, passing: Passing
) -> tuple[CalledStep, ...]:
    """Return the steps within a fork whose branches may be there."""
    left_out = {
        id(inner)
        for branch in step.branches
        if decide_branch(branch, names, signature, passing) is False
        for inner in branch.steps
    }
    return tuple([inner for inner in step.nested if id(inner) not in left_out])


def repetitions(
    step: CalledStep, names: PrintedNames, passing: Passing
) -> Symbol | None:
    """Return how often a step runs, or None where it does not say.

    Raises:
        Unprintable: where arguments of the builder would change it, and with it what
            the words about repetition mean.
    """
    if not step.repeats:
        return None
    symbol = _repeat(step, names, passing)
    if isinstance(symbol, Known):
        return None if symbol.value is None else _count(symbol, step)
    nature = symbol.nature
    varying = frozenset(passing.parameters.kept) if nature.shaped else nature.parameters
    if varying:
        raise Unprintable(f"the repetitions of `{step.place.text}` vary", varying)
    return whole(symbol)


def _count(symbol: Known, step: CalledStep) -> Known:
    """Return how often a step runs, also one that no call reaches as the spec stands.

    Raises:
        Unprintable: for what is no count.
    """
    try:
        return Known(read_int(symbol.value))
    except PydanticCustomError:
        raise Unprintable(
            f"`{step.place.text}` never runs as the spec stands"
        ) from None


def _repeat(step: CalledStep, names: PrintedNames, passing: Passing) -> Symbol:
    if step.repeat is not None:
        return argument_symbol(step.repeat, names)
    return passing.passed(passing.site_of(step), ("repeat", VALUE), names)


def _holds(when: Argument, frame: Frame) -> bool:
    """Return whether a condition held in one call; not where nothing asked for it."""
    try:
        return when.compute(Scope(frame.values, frame.shape)) is True
    except ExpressionError:
        return False


def _calls_the_unknown(steps: Sequence[CalledStep], passing: Passing) -> bool:
    """Whether steps have calls of blocks that never ran, so that nothing tells how."""
    return any(
        inner.block is not None and passing.sites.at(inner) is None
        for inner in all_steps(steps)
    )
