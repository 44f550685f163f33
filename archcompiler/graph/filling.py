"""Filling: a step that calls a pattern by a text with holes, `conv 3x3, <n>`.

What stands in the holes of the pattern becomes arguments of the step. So a step calls
one block, whatever its holes give, and what it calls is known before it runs.
"""

from collections.abc import Collection, Iterable

from archcompiler.diagnostics import failure
from archcompiler.graph.calls import CalledBlock
from archcompiler.language.text.document import Scalar

Filled = tuple[CalledBlock, dict[str, tuple[Scalar, Scalar]]]
"""A pattern, and its arguments as a step has them: each with its place and value."""


def fill_pattern(
    patterns: Iterable[CalledBlock], call: Scalar, given: Collection[str]
) -> Filled | None:
    """Return the pattern that a text with holes calls, or None where it calls none.

    A pattern's own name leaves the arguments that are `given` by name to them.

    Raises:
        SpecError: for a text that fills two patterns, or an argument given twice.
    """
    matches = [
        (called, places)
        for called in patterns
        if (places := called.pattern.fill(call.text)) is not None
    ]
    own = [match for match in matches if match[0].name == call.text]
    if len(own or matches) > 1:
        names = " and ".join([f"`{called.name}`" for called, _ in matches])
        message, help = f"`{call.text}` matches {names}", "rename one of them"
        raise failure("ambiguous-block", message, call.span, help=help)
    for called, places in own or matches:
        left = given if own else ()
        parts = {n: _part(call, *place) for n, place in places.items() if n not in left}
        _refuse_given(call, parts, given)
        return called, {name: (part, part) for name, part in parts.items()}
    return None


def _refuse_given(
    call: Scalar, filled: Collection[str], given: Collection[str]
) -> None:
    for name in filled:
        if name in given:
            message = f"`{call.text}` sets `{name}` by its name already"
            raise failure("unknown-argument", message, call.span)


def _part(cell: Scalar, start: int, end: int) -> Scalar:
    """Return a part of a text as a text of its own, in its place."""
    span = cell.part(start, end)
    line, column = span.line - 1, span.column - 1
    return Scalar(cell.text[start:end], True, cell.source, line, column, span.end - 1)
