"""Derived parameters: those whose values are computed of others."""

from collections.abc import Iterator, Mapping

from archcompiler.diagnostics import Diagnostic, SpecError, suggest
from archcompiler.language.expressions import (
    ExpressionError,
    Scope,
    Value,
    compile_value,
    names_of,
    parse_template,
    read_value,
)
from archcompiler.language.expressions.failures import diagnose
from archcompiler.language.text.document import DEEPEST, Scalar


def values_of(parameters: Mapping[str, Scalar]) -> dict[str, Value]:
    """Return the values of parameters; a text with holes may ask for any of them.

    Raises:
        SpecError: for a hole that names none, for a circle, and for what has no value.
    """
    values: dict[str, Value] = {}
    for name in parameters:
        _compute(name, parameters, values, ())
    return {name: values[name] for name in parameters}


def bases_of(parameters: Mapping[str, Scalar]) -> dict[str, set[str]]:
    """Return the names for which each derived parameter asks."""
    return {
        name: {read for read, _ in _names(cell)}
        for name, cell in parameters.items()
        if "<" in cell.text
    }


def _compute(
    name: str,
    parameters: Mapping[str, Scalar],
    values: dict[str, Value],
    path: tuple[str, ...],
) -> None:
    """Enter the value of a parameter, and before it those of its bases."""
    cell = parameters[name]
    if name in values:
        return
    if "<" not in cell.text:
        values[name] = read_value(cell.text)
        return
    if name in path:
        circle = " -> ".join([*path[path.index(name) :], name])
        message = f"the parameters go round in a circle: {circle}"
        raise SpecError([Diagnostic("bad-value", message, cell.span)])
    if len(path) > DEEPEST:
        message = f"parameters are computed of each other more than {DEEPEST} deep"
        raise SpecError([Diagnostic("too-deep", message, cell.span)])
    for base, (start, end) in _names(cell):
        if base not in parameters:
            message = f"`{base}` is no parameter"
            help = suggest(base, parameters)
            place = cell.part(start, end)
            raise SpecError([Diagnostic("bad-expression", message, place, help=help)])
        _compute(base, parameters, values, (*path, name))
    try:
        values[name] = compile_value(cell.text)(Scope(values, lambda _: None))
    except ExpressionError as error:
        raise SpecError([diagnose(error, cell)]) from None


def _names(cell: Scalar) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the names for which a text asks, each with its place.

    Raises:
        SpecError: for holes that are no expressions.
    """
    try:
        template = parse_template(cell.text)
    except ExpressionError as error:
        raise SpecError([diagnose(error, cell)]) from None
    for expression in template.expressions:
        for found in names_of(expression):
            yield found.name, (found.start, found.end)
