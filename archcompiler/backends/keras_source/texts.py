"""Texts with holes, as symbols: of a cell, an argument or a default."""

from typing import Protocol

from archcompiler.backends.keras_source.facets import (
    VALUE,
    Facet,
    Unprintable,
    facet_of,
    facet_of_pieces,
)
from archcompiler.backends.keras_source.printing import (
    ExpressionNames,
    print_expression,
)
from archcompiler.backends.keras_source.symbols import Known, Symbol
from archcompiler.graph.calls import Argument
from archcompiler.language.expressions import (
    Attribute,
    Expression,
    Name,
    Template,
    names_of,
    parse_template,
    read_value,
)


class Names(ExpressionNames, Protocol):
    """What the names of a text stand for where it is printed."""

    def facet(self, column: str, facet: Facet) -> Symbol | None:
        """Return one facet of a column, or None where the name is no column."""

    def parameter(self, word: str) -> Symbol:
        """Return a parameter of the spec."""


def argument_symbol(argument: Argument, names: Names) -> Symbol:
    """Return the value of an argument that is one text."""
    return text_symbol(parse_template(argument.cell.text), VALUE, names)


def text_symbol(template: Template, facet: Facet, names: Names) -> Symbol:
    """Return one facet of a text.

    Raises:
        Unprintable: for a text that no code puts together.
    """
    if template.whole is not None:
        return expression_symbol(template.whole, facet, names)
    pieces = [
        part if isinstance(part, str) else print_expression(part, names)
        for part in template.parts
    ]
    return facet_of_pieces(pieces, facet)


def expression_symbol(expression: Expression, facet: Facet, names: Names) -> Symbol:
    """Return one facet of a text that is one hole and nothing else."""
    if isinstance(expression, Name):
        column = names.facet(expression.name, facet)
        if column is not None:
            return column
    symbol = print_expression(expression, names)
    if isinstance(symbol, Known):
        return known_facet(symbol, facet)
    if facet != VALUE:
        why = f"no code tells the {facet.part} of a text that an expression makes"
        raise Unprintable(why, symbol.nature.parameters)
    return symbol


def split_symbols(template: Template, names: Names) -> tuple[Symbol, ...]:
    """Return the numbers of a text such as `<n>x<n>x3`."""
    parts: list[list[str | Symbol]] = [[]]
    for piece in template.parts:
        if not isinstance(piece, str):
            parts[-1].append(print_expression(piece, names))
            continue
        first, *others = piece.split("x")
        parts[-1].append(first)
        parts += [[other] for other in others]
    return tuple(facet_of_pieces([p for p in part if p], VALUE) for part in parts)


def known_facet(symbol: Known, facet: Facet) -> Known:
    """Return one facet of what an expression came to; text is read again."""
    value = symbol.value
    if value is None or isinstance(value, tuple):
        return symbol
    read = read_value(value) if isinstance(value, str) else value
    return Known(facet_of(read, facet))


def owners_in(argument: Argument | None) -> set[str]:
    """Return the names whose attributes an argument asks for."""
    if argument is None:
        return set()
    if isinstance(argument.evaluate, tuple):
        return set().union(*map(owners_in, argument.evaluate))
    expressions = parse_template(argument.cell.text).expressions
    names = [name for e in expressions for name in names_of(e)]
    return {name.name for name in names if isinstance(name, Attribute)}
