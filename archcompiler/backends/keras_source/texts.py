"""Texts with holes, as symbols: of a cell, an argument or a default."""

from collections.abc import Iterable
from typing import Protocol

from archcompiler.backends.keras_source.facets import (
    FILTERS,
    OWN_STRIDES,
    STRIDE,
    STRIDES,
    VALUE,
    WINDOW,
    Facet,
    facet_of,
    nature_of_facet,
    shorten,
)
from archcompiler.backends.keras_source.pasting import facet_of_pieces
from archcompiler.backends.keras_source.printing import (
    ExpressionNames,
    choose,
    print_expression,
    sized,
)
from archcompiler.backends.keras_source.symbols import (
    Code,
    Known,
    Symbol,
    parameters_of,
    same,
)
from archcompiler.backends.keras_source.unprintable import Unprintable, deciding
from archcompiler.graph.calls import Argument
from archcompiler.language.expressions import (
    Attribute,
    Conditional,
    Expression,
    Literal,
    Name,
    Template,
    names_of,
    parse_template,
    read_value,
)


class PrintedNames(ExpressionNames, Protocol):
    """What the names of a text stand for where it is printed."""

    def facet(self, column: str, facet: Facet) -> Symbol | None:
        """Return one facet of a column, or None where the name is no column."""

    def holds_text(self, word: str) -> bool:
        """Whether a name is a column that holds a text in some call."""

    def parameter(self, word: str) -> Symbol:
        """Return a parameter of the spec."""


def argument_symbol(argument: Argument, names: PrintedNames) -> Symbol:
    """Return the value of an argument that is one text."""
    return text_symbol(parse_template(argument.cell.text), VALUE, names)


def text_symbol(template: Template, facet: Facet, names: PrintedNames) -> Symbol:
    """Return one facet of a text.

    Raises:
        Unprintable: for a text that no code puts together.
    """
    if template.whole is not None:
        return expression_symbol(template.whole, facet, names)
    if facet == VALUE:
        pieces = [_piece(part, names) for part in template.parts]
        return facet_of_pieces(pieces, VALUE)
    return _part_symbol(template, facet, names)


def _piece(part: str | Expression, names: PrintedNames) -> str | Symbol:
    return part if isinstance(part, str) else print_expression(part, names)


def expression_symbol(
    expression: Expression, facet: Facet, names: PrintedNames
) -> Symbol:
    """Return one facet of a text that is one hole and nothing else.

    A number for which a window is asked stands for its height and its width.
    """
    of_number = facet == WINDOW and not holds_text(expression, names)
    if isinstance(expression, Name) and not of_number:
        column = names.facet(expression.name, facet)
        if column is not None:
            return column
    if isinstance(expression, Conditional) and facet != VALUE and not of_number:
        return _choice(expression, facet, names)
    symbol = print_expression(expression, names)
    if isinstance(symbol, Known):
        return known_facet(symbol, facet)
    if facet == VALUE:
        return symbol
    size = sized(symbol) if of_number else None
    if size is not None:
        return size
    why = f"no code tells the {facet.part} of a text that an expression makes"
    help = "give it a column of its own"
    raise Unprintable(why, symbol.nature.parameters, help)


def holds_text(expression: Expression, names: PrintedNames) -> bool:
    """Whether an expression comes to a text, such as `3x3`, in some call."""
    match expression:
        case Name(word):
            return names.holds_text(word)
        case Literal(value):
            return isinstance(value, str)
        case Conditional(_, then, otherwise):
            return holds_text(then, names) or holds_text(otherwise, names)
    return False


def _choice(expression: Conditional, facet: Facet, names: PrintedNames) -> Symbol:
    """Return one facet of a text that a condition chooses."""
    test = print_expression(expression.test, names)
    if isinstance(test, Known):
        taken = expression.then if test.value else expression.otherwise
        return expression_symbol(taken, facet, names)
    with deciding(test.nature.parameters):
        then = shorten(expression_symbol(expression.then, facet, names))
        otherwise = shorten(expression_symbol(expression.otherwise, facet, names))
    if same(then, otherwise):
        return then
    kind = nature_of_facet([then, otherwise], facet).kind
    return choose(test, then, otherwise, kind)


# Holes that hold texts -------------------------------------------------------


def _part_symbol(template: Template, facet: Facet, names: PrintedNames) -> Symbol:
    """Return a part of a text, from the hole that tells it or from the text around."""
    size, stride = _size_hole(template, names), _stride_hole(template, names)
    if size is not None and _is_told_by_size(template, facet):
        return expression_symbol(size, Facet(facet.part), names)
    if stride is not None and facet in (STRIDES, OWN_STRIDES):
        return expression_symbol(stride, WINDOW, names)
    without = {id(size): "1x1", id(stride): "1"}  # they do not tell this facet
    pieces = [without.get(id(part)) or _piece(part, names) for part in template.parts]
    return facet_of_pieces(_as_sizes(template, pieces), facet)


def _size_hole(template: Template, names: PrintedNames) -> Expression | None:
    """Return the hole that holds all of a patch's size: `<KSize>` of `<KSize>/2`."""
    hole, after = (*template.parts, "", "")[:2]
    if isinstance(hole, str) or not isinstance(after, str):
        return None
    return hole if after.startswith(("/", " (x")) and holds_text(hole, names) else None


def _stride_hole(template: Template, names: PrintedNames) -> Expression | None:
    """Return the hole that holds all of a patch's stride, where it may be `2x1`."""
    parts = [*template.parts, ""]
    for before, hole, after in zip(parts, parts[1:], parts[2:], strict=False):
        if isinstance(hole, str) or after not in ("", " (x"):
            continue
        if isinstance(before, str) and before.endswith("/") and holds_text(hole, names):
            return hole
    return None


def _is_told_by_size(template: Template, facet: Facet) -> bool:
    """Whether the hole at the beginning of a text tells a facet of the whole text."""
    rest = "".join(part for part in template.parts if isinstance(part, str))
    if facet in (STRIDE, STRIDES, OWN_STRIDES):
        return "/" not in rest
    return facet != FILTERS or "(x" not in rest


def _as_sizes(template: Template, pieces: Iterable[str | Symbol]) -> list[str | Symbol]:
    """Return the pieces of a text whose holes hold a number each.

    Raises:
        Unprintable: where no code knows how many numbers a hole holds.
    """
    pieces = list(pieces)
    sizes = [piece if isinstance(piece, str) else sized(piece) for piece in pieces]
    if None not in sizes:
        return [size for size in sizes if size is not None]
    codes = [piece for piece in pieces if isinstance(piece, Code)]
    why = f"a hole of `{template.text}` holds a text, and numbers are read from it"
    help = "give each number a column, and a hole, of its own"
    raise Unprintable(why, parameters_of(codes), help)


def split_symbols(template: Template, names: PrintedNames) -> tuple[Symbol, ...]:
    """Return the numbers of a text such as `<n>x<n>x3`."""
    parts: list[list[str | Symbol]] = [[]]
    for piece in template.parts:
        if not isinstance(piece, str):
            parts[-1].append(print_expression(piece, names))
            continue
        first, *others = piece.split("x")
        parts[-1].append(first)
        parts += [[other] for other in others]
    sizes = [_as_sizes(template, [piece for piece in part if piece]) for part in parts]
    return tuple(facet_of_pieces(part, VALUE) for part in sizes)


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
