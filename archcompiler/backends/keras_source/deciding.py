"""Deciding which steps run: in every call of a block, in none, or under a condition."""

from archcompiler.backends.keras_source.facets import Unprintable
from archcompiler.backends.keras_source.passing import Passing
from archcompiler.backends.keras_source.slots import Signature
from archcompiler.backends.keras_source.symbols import Code, Known
from archcompiler.backends.keras_source.texts import Names, argument_symbol
from archcompiler.graph.calls import Argument, CalledStep, all_steps
from archcompiler.graph.expansion import Frame
from archcompiler.language.expressions import ExpressionError, Scope

Decision = bool | Code
"""Whether a step runs; code where calls differ."""


def decide(
    step: CalledStep, names: Names, signature: Signature, passing: Passing
) -> Decision:
    """Return whether a step runs.

    Raises:
        Unprintable: where another argument of the builder would make a step run that
            calls what now nothing calls.
    """
    if step.when is None:
        return True
    symbol = argument_symbol(step.when, names)
    if isinstance(symbol, Known):
        return symbol.value is True
    runs = {_holds(step.when, frame) for frame in signature.frames}
    if len(runs) == 1 and symbol.nature.fixed:
        return runs.pop()
    if True in runs or not _calls_the_unknown(step, passing):
        return symbol
    if symbol.nature.parameters:
        why = f"nothing calls the blocks of `{step.place.text}` as the spec stands"
        raise Unprintable(why, symbol.nature.parameters)
    return False


def running(
    steps: tuple[CalledStep, ...],
    names: Names,
    signature: Signature,
    passing: Passing,
) -> list[CalledStep]:
    """Return the steps that may run, and all within them that may."""
    found = []
    for step in steps:
        if decide(step, names, signature, passing) is not False:
            found += [step, *running(step.nested, names, signature, passing)]
    return found


def _holds(when: Argument, frame: Frame) -> bool:
    """Return whether a condition held in one call; not where nothing asked for it."""
    try:
        return when.compute(Scope(frame.values, frame.shape)) is True
    except ExpressionError:
        return False


def _calls_the_unknown(step: CalledStep, passing: Passing) -> bool:
    """Whether a step has calls of blocks that never ran, so that nothing tells how."""
    return any(
        inner.target is not None
        and inner.target.block is not None
        and passing.sites.at(inner) is None
        for inner in all_steps([step])
    )
