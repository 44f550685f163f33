"""The builder: inputs, the rows in their order, and the model that they make."""

from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

from archcompiler.backends.keras_source.code import (
    If,
    Items,
    Piece,
    PythonCall,
    Raise,
    Return,
    Statement,
    literal,
)
from archcompiler.backends.keras_source.identifiers import LOCALS, Identifiers
from archcompiler.backends.keras_source.layout import (
    lay_out_definition,
    lay_out_statements,
)
from archcompiler.backends.keras_source.names import TableNames
from archcompiler.backends.keras_source.passing import Passing
from archcompiler.backends.keras_source.rows import RowWriter
from archcompiler.backends.keras_source.symbols import Known, text_of
from archcompiler.backends.keras_source.texts import split_symbols
from archcompiler.graph.expansion import Expansion
from archcompiler.graph.nodes import Node
from archcompiler.language.expressions import parse_template
from archcompiler.language.expressions.naming import slug
from archcompiler.language.program.program import named_rows
from archcompiler.language.text.document import Scalar


class Builder(NamedTuple):
    """The lines of the function that builds the model, and which of them rows have."""

    lines: list[str]
    rows: Mapping[str, range]
    """By the row's name, counted from 0; a row that did not run has none."""


def define_builder(
    expansion: Expansion, passing: Passing, function: str, docstring: str
) -> Builder:
    """Return the function that builds the model."""
    kept = passing.parameters.kept
    functions = {signature.function for signature in passing.signatures.values()}
    taken = LOCALS - {"inputs"} | functions | {*kept.values(), function}
    identifiers = Identifiers(taken)
    rows = RowWriter(expansion, passing, identifiers)
    inputs = _write_inputs(expansion, rows, identifiers)
    written = _write_rows(expansion, rows)
    rows.writer.statements.append(Return(_model(expansion, rows, inputs)))
    values = passing.parameters.values
    read = {p: name for p, name in kept.items() if p in rows.reads.parameters}
    arguments = tuple(f"{name}={literal(values[p])}" for p, name in read.items())
    texts = passing.parameters.texts
    sorts = {p: bool if isinstance(values[p], bool) else str for p in read}
    refusals = [
        _refusal(name, sorts[p])
        for p, name in read.items()
        if sorts[p] is bool or p in texts
    ]
    head = [
        *lay_out_definition(function, arguments),
        f"    {docstring}",
        *lay_out_statements(refusals, 1),
    ]
    return _laid_out(head, rows.writer.statements, written)


def _laid_out(
    head: list[str], statements: list[Statement], written: Mapping[str, range]
) -> Builder:
    """Lay the statements out below a head; `written` are those of each row."""
    parts = [lay_out_statements([statement], 1) for statement in statements]
    starts = [*accumulate(map(len, parts), initial=len(head))]
    rows = {
        name: range(starts[numbers.start], starts[numbers.stop])
        for name, numbers in written.items()
        if numbers
    }
    return Builder([*head, *[line for part in parts for line in part]], rows)


def _refusal(name: str, kind: type) -> Statement:
    """Return what refuses a value of another kind, which Python would take."""
    what = "True or False" if kind is bool else "a text"
    message = f'f"`{name}` is {what}, received {{{name}!r}}"'
    refused = f"not isinstance({name}, {kind.__name__})"
    return If(refused, [Raise(PythonCall("TypeError", (("", message),)))])


def _write_inputs(
    expansion: Expansion, rows: RowWriter, identifiers: Identifiers
) -> list[str]:
    """Write the inputs; a single one is what the first row takes."""
    names = TableNames(rows.passing.parameters, rows.reads)
    cells = expansion.program.inputs
    for (name, cell), node in zip(cells.items(), expansion.inputs, strict=True):
        word = name if len(cells) > 1 else "inputs"
        variable = identifiers.new(word, "input_", "input")
        given: tuple[tuple[str, Piece], ...] = (
            ("", _size_code(cell, node, names)),
            ("name=", literal(node.name)),
        )
        rows.writer.assign(variable, PythonCall("keras.Input", given))
        rows.variables[name] = variable
    variables = [*rows.variables.values()]
    if len(variables) == 1:
        rows.history.append(variables[0])
    return variables


def _size_code(cell: Scalar, node: Node, names: TableNames) -> str:
    """Return the size of an input, which may hold parameters."""
    symbols = split_symbols(parse_template(cell.text), names)
    if all(isinstance(symbol, Known) for symbol in symbols):
        return literal(node.shape)
    sizes = ", ".join(map(text_of, symbols))
    return f"({sizes},)" if len(symbols) == 1 else f"({sizes})"


def _write_rows(expansion: Expansion, rows: RowWriter) -> dict[str, range]:
    """Write the rows; return which statements are whose."""
    present = {row.name: row for row in expansion.rows}
    written: dict[str, range] = {}
    for name in named_rows(expansion.program):
        start = len(rows.writer.statements)
        if name in present:
            rows.write(present[name])
        current = rows.history[-1:] or rows.operands(present[name])
        rows.variables[name] = current[0]
        written[name] = range(start, len(rows.writer.statements))
    return written


def _model(expansion: Expansion, rows: RowWriter, inputs: list[str]) -> PythonCall:
    """Return the model, from what the inputs hold to what the outputs hold."""
    named = expansion.program.outputs
    outputs = [rows.history[-1]]
    if named is not None:
        outputs = [rows.variables[cell.text] for cell in named]
    given: tuple[tuple[str, Piece], ...] = (
        ("", _one_or_list(inputs)),
        ("", _one_or_list(outputs)),
        ("name=", literal(slug(expansion.program.name))),
    )
    return PythonCall("keras.Model", given)


def _one_or_list(variables: list[str]) -> Piece:
    return variables[0] if len(variables) == 1 else Items(tuple(variables))
