"""Demands: what the spec makes parameters be, whatever else varies.

One that some layer takes as it is for a whole number is whole, or Keras refuses it as
the spec does; so code may calculate with it as with any int.
"""

from collections.abc import Iterable, Iterator

from archcompiler.backends.keras_source.fields import kind_of_field
from archcompiler.graph.calls import Argument, Call, CalledBlock, CalledStep, OpTarget
from archcompiler.graph.expansion import Expansion
from archcompiler.language.expressions import (
    Binary,
    Expression,
    Literal,
    Name,
    parse_template,
    parts_of,
)
from archcompiler.ops.base import AbstractOp

Found = dict[str, frozenset[str]]


def whole_parameters(expansion: Expansion) -> frozenset[str]:
    """Return the parameters that are whole in every configuration that is written."""
    found: Found = {}
    names = {n for row in expansion.rows if row.ran for n in _names_of_call(row, found)}
    for cell in expansion.program.inputs.values():
        names |= set(_holes(cell.text))
    return frozenset(names & expansion.program.values.keys())


def text_parameters(expansion: Expansion) -> frozenset[str]:
    """Return the parameters that are held against a text, so that they are texts."""
    blocks = {frame.block.name: frame.block for frame in expansion.frames}
    calls: list[Call] = [*expansion.rows]
    calls += [step for block in blocks.values() for step in block.steps]
    given = [a for call in calls for a in (*call.arguments, call.when, call.repeat)]
    given += [a for block in blocks.values() for a in block.defaults]
    given += [
        branch.when
        for call in calls
        if isinstance(call, CalledStep)
        for branch in call.branches
    ]
    texts = {text for argument in given if argument for text in _texts(argument)}
    expressions = [e for text in texts for e in parse_template(text).expressions]
    names = {name for expression in expressions for name in _held_to_texts(expression)}
    return frozenset(names & expansion.program.values.keys())


def _texts(argument: Argument) -> Iterator[str]:
    if isinstance(argument.evaluate, tuple):
        for inner in argument.evaluate:
            yield from _texts(inner)
    else:
        yield argument.cell.text


def _held_to_texts(expression: Expression) -> Iterator[str]:
    """Yield the names that are compared with a text within an expression."""
    if isinstance(expression, Binary):
        sides = (expression.left, expression.right)
        if any(isinstance(s, Literal) and isinstance(s.value, str) for s in sides):
            yield from (side.name for side in sides if isinstance(side, Name))
    for part in parts_of(expression):
        yield from _held_to_texts(part)


def _names_of_block(block: CalledBlock, found: Found) -> frozenset[str]:
    """Return the parameters and columns that a block's body takes as whole numbers."""
    if block.name not in found:
        found[block.name] = frozenset(_names_of_steps(block.body, found))
    return found[block.name]


def _names_of_steps(steps: Iterable[CalledStep], found: Found) -> Iterator[str]:
    for step in steps:
        if step.when is not None:
            continue
        yield from _names_of_call(step, found)
        for branch in step.branches:
            if branch.when is None:
                yield from _names_of_steps(branch.steps, found)
        if step.fork is not None:
            yield from _names_of_steps(step.fork.joined, found)


def _names_of_call(call: Call, found: Found) -> Iterator[str]:
    target = call.target
    if target is None:
        return
    if isinstance(target, OpTarget):
        names = _fields(target.op)
    else:
        names = _names_of_block(target.block, found)
        yield from names - target.block.columns.keys()
    for argument in call.arguments:
        if argument.name in names:
            yield from _names_of_argument(argument)


def _fields(op: type[AbstractOp]) -> frozenset[str]:
    """Return the arguments of an op that Keras refuses unless they are whole."""
    names = {n for n in op.model_fields if n != "op" and kind_of_field(op, n) is int}
    return frozenset({"patch", *names}) - op.unchecked


def _names_of_argument(argument: Argument) -> Iterator[str]:
    for text in _texts(argument):
        yield from _holes(text)


def _holes(text: str) -> Iterator[str]:
    """Yield the names that fill a hole of a text by themselves."""
    for expression in parse_template(text).expressions:
        if isinstance(expression, Name):
            yield expression.name
