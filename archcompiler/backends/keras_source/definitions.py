"""Definitions: the function of a block, which takes what its body asks for.

A body is written twice: first to learn what it asks for, then with names for that.
"""

from collections.abc import Iterator
from typing import NamedTuple

from archcompiler.backends.keras_source.bodies import BodyWriter
from archcompiler.backends.keras_source.calls import window_text
from archcompiler.backends.keras_source.code import (
    Assign,
    If,
    Statement,
)
from archcompiler.backends.keras_source.deciding import decide
from archcompiler.backends.keras_source.identifiers import LOCALS, Identifiers
from archcompiler.backends.keras_source.layout import (
    lay_out_definition,
    lay_out_statements,
)
from archcompiler.backends.keras_source.names import BlockNames
from archcompiler.backends.keras_source.naming import arrange, name_slots
from archcompiler.backends.keras_source.passing import Passing
from archcompiler.backends.keras_source.references import names_taken_by
from archcompiler.backends.keras_source.slots import (
    COMPUTED,
    Key,
    Mode,
    Reads,
    Signature,
    Slot,
)
from archcompiler.backends.keras_source.symbols import Symbol, text_of
from archcompiler.backends.keras_source.texts import text_symbol
from archcompiler.backends.keras_source.unprintable import writing
from archcompiler.backends.keras_source.unread import drop_unread, names_read
from archcompiler.graph.graph import Graph
from archcompiler.language.expressions import parse_template

_WORDS = ("index", "count", "first", "last")
"""The order of the words about repetition among the arguments."""


class Function(NamedTuple):
    """A block's function: its lines, and the statements that its body is."""

    lines: list[str]
    statements: list[Statement]


def define(signature: Signature, passing: Passing, graph: Graph) -> Function:
    """Return a block's function, deciding its signature on the way."""
    _decide_signature(signature, passing, graph)
    look = signature.symbols.__getitem__
    names = BlockNames(signature, passing.parameters, look, Reads())
    inputs, target = _inputs(signature, names, passing)
    body = BodyWriter(signature, names, passing, graph).write(inputs, target)
    statements = drop_unread([*_locals(signature, names), *body])
    _take_what_is_read(signature, passing, names_read(statements))
    parameters = (*inputs, *_arguments(signature, passing))
    head = lay_out_definition(signature.function, parameters)
    return Function([*head, *lay_out_statements(statements, 1)], statements)


def _decide_signature(signature: Signature, passing: Passing, graph: Graph) -> None:
    """Write the body to learn what it asks for, and name all that."""
    kept = {*passing.parameters.kept.values()}
    _name_inputs(signature, kept)
    reads = Reads()
    block = signature.block.name
    names = BlockNames(
        signature, passing.parameters, lambda key: passing.symbol(block, key), reads
    )
    inputs, target = _inputs(signature, names, passing)
    BodyWriter(signature, names, passing, graph).write(inputs, target)
    keys = _settle(signature, passing, names)
    _name_inputs(signature, kept | reads.functions)
    name_slots(signature, passing, keys, reads)
    signature.words = tuple([word for word in _WORDS if word in reads.words])
    signature.parameters = tuple(reads.parameters)


def _take_what_is_read(signature: Signature, passing: Passing, read: set[str]) -> None:
    """Leave out of a signature what only text asks for that is not printed."""
    kept = passing.parameters.kept
    signature.slots = {
        key: slot
        for key, slot in signature.slots.items()
        if text_of(signature.symbols[key]) in read
    }
    signature.words = tuple([w for w in signature.words if w in read])
    signature.parameters = tuple([p for p in signature.parameters if kept[p] in read])


def _settle(signature: Signature, passing: Passing, names: BlockNames) -> list[Key]:
    """Return the facets to take, those included that computed defaults ask for."""
    while True:
        asked = len(names.reads.facets)
        keys = arrange(signature, passing, names.reads)
        for key in keys:
            slot = passing.slot(signature.block.name, key)
            if isinstance(slot, Slot) and slot.mode in COMPUTED:
                _default(signature, key, names)
        if len(names.reads.facets) == asked:
            return keys


def _default(signature: Signature, key: Key, names: BlockNames) -> Symbol:
    """Return a column's default as the body computes it."""
    column, facet = key
    default = signature.block.columns[column]
    assert default is not None, "only what has a default is computed"
    with writing(default.cell):
        return text_symbol(parse_template(default.cell.text), facet, names)


# Inputs ---------------------------------------------------------------------


def _name_inputs(signature: Signature, taken: set[str]) -> None:
    identifiers = Identifiers(taken)
    inputs = signature.block.block.inputs
    signature.inputs = tuple(
        [identifiers.new(i.text, "input_", "input") for i in inputs]
    )
    signature.taken = {*taken, *LOCALS, *signature.inputs}


def _inputs(
    signature: Signature, names: BlockNames, passing: Passing
) -> tuple[tuple[str, ...], str]:
    """Return the variables of the inputs, and of the value that steps pass on."""
    lasts = _input_lasts(signature, names, passing)
    if not signature.inputs:
        return ("inputs" if lasts else "x",), "x"
    inputs = signature.inputs
    if "x" not in inputs or (inputs[0] == "x" and not lasts):
        return inputs, "x"
    taken = {*inputs} | signature.taken - LOCALS
    return inputs, Identifiers(taken).new("y", role="output")


def _input_lasts(signature: Signature, names: BlockNames, passing: Passing) -> bool:
    """Whether the input is asked for once its variable could hold another value."""
    block = signature.block
    steps = [
        step
        for step in block.body
        if decide(step, names, signature, passing) is not False
    ]
    if not steps:
        return False
    first, *later = steps
    if first.fork is not None:
        later += first.fork.then
    if first.repeats or (first.fork is not None and first.fork.merge.repeats):
        later.append(first)
    return not names_taken_by(later).isdisjoint({"in", block.inputs[0]})


# Arguments and locals -------------------------------------------------------


def _arguments(signature: Signature, passing: Passing) -> Iterator[str]:
    """Return the parameters of the function, but its inputs."""
    for key, slot in signature.slots.items():
        if slot.mode == Mode.REQUIRED:
            yield text_of(signature.symbols[key])
    for parameter in signature.parameters:
        yield passing.parameters.kept[parameter]
    for key, slot in signature.slots.items():
        name = text_of(signature.symbols[key])
        if slot.mode == Mode.OPTIONAL:
            yield f"{name}={window_text(slot.default)}"
        elif slot.mode == Mode.LATE:
            yield f"{name}=None"
    yield "*"
    yield from signature.words
    yield "name"


def _locals(signature: Signature, names: BlockNames) -> Iterator[Statement]:
    """Compute the columns that calls leave to their default."""
    for key, slot in signature.slots.items():
        if slot.mode not in COMPUTED:
            continue
        name = text_of(signature.symbols[key])
        assignment = Assign(name, window_text(_default(signature, key, names)))
        late = slot.mode == Mode.LATE
        yield If(f"{name} is None", [assignment]) if late else assignment
