"""Calls of layers: `layers.Conv2D(64, 3, name="conv")(x)`."""

from typing import Any

from archcompiler.backends.keras_source.code import Items, Piece, PythonCall, literal
from archcompiler.backends.keras_source.facets import WINDOW, patch_facets
from archcompiler.backends.keras_source.fields import (
    bounds_of_field,
    is_of_several,
    kind_of_field,
)
from archcompiler.backends.keras_source.symbols import (
    NUMBERS,
    WRITTEN,
    Code,
    Known,
    Symbol,
)
from archcompiler.backends.keras_source.texts import (
    PrintedNames,
    argument_symbol,
    expression_symbol,
    holds_text,
    split_symbols,
    text_symbol,
)
from archcompiler.backends.keras_source.unprintable import Unprintable
from archcompiler.graph.calls import Argument
from archcompiler.language.expressions import parse_template
from archcompiler.ops.base import AbstractOp, Construct

Symbols = Symbol | tuple["Symbols", ...]
"""A field's symbol, or those of its parts."""


class Bare(str):
    """Source that stands for itself among literals."""

    __slots__ = ()


def layer_call(
    op: AbstractOp,
    arguments: tuple[Argument, ...],
    names: PrintedNames,
    operands: list[str],
    name: str,
) -> Piece:
    """Return the call of a layer: what varies is code, the rest as `op` has it."""
    symbols: dict[str, Symbols] = {}
    for argument in arguments:
        symbols |= _field_symbols(op, argument, names)
    values: dict[str, Any] = {}
    kinds: dict[str, type] = {}
    for field, declared in type(op).model_fields.items():
        value, symbol = getattr(op, field), symbols.get(field)
        if symbol is not None and _varies(symbol):
            values[field], kinds[field] = _field_code(op, field, symbol)
        elif field != "op" and value != declared.default:
            values[field] = value
    call = op.call_of(values, kinds)
    given = [("", argument_piece(value)) for value in call.positional]
    given += [(f"{k}=", argument_piece(value)) for k, value in call.keywords.items()]
    layer = PythonCall(call.layer, (*given, ("name=", name)))
    return PythonCall(layer, (("", _operand(op, operands)),))


def _operand(op: AbstractOp, operands: list[str]) -> Piece:
    """Return what a layer is called on; what is one of several is itself a list."""
    several = op.inputs == "several" and len(operands) > 1
    return Items(tuple(operands)) if several else operands[0]


def _field_symbols(
    op: AbstractOp, argument: Argument, names: PrintedNames
) -> dict[str, Symbols]:
    """Return the symbols of the fields that an argument sets."""
    if argument.name == "patch":
        template = parse_template(argument.cell.text)
        window, strides = patch_facets(type(op))
        return {
            op.window_field: text_symbol(template, window, names),
            "strides": text_symbol(template, strides, names),
        }
    if not is_of_several(type(op), argument.name):
        return {argument.name: argument_symbol(argument, names)}
    of_pair = _is_pair(op, argument.name)
    return {argument.name: _symbols_of_parts(argument, names, of_pair)}


def _is_pair(op: AbstractOp, field: str) -> bool:
    """Whether a field is height and width, so that Keras takes one number for both."""
    return bool(op.argument(field, (1, 1)) == 1)


def _symbols_of_parts(
    argument: Argument, names: PrintedNames, of_pair: bool
) -> Symbols:
    """Return the symbols of a field of several numbers, written `3x3` or as a list."""
    if isinstance(argument.evaluate, tuple):
        return tuple(
            _symbols_of_parts(inner, names, of_pair) for inner in argument.evaluate
        )
    template = parse_template(argument.cell.text)
    if template.whole is None:
        parts = split_symbols(template, names)
        return parts if len(parts) > 1 else parts[0]
    if of_pair and holds_text(template.whole, names):
        return expression_symbol(template.whole, WINDOW, names)
    return argument_symbol(argument, names)


def _varies(symbol: Symbols) -> bool:
    if isinstance(symbol, tuple):
        return any(map(_varies, symbol))
    return isinstance(symbol, Code)


# Code of one field ----------------------------------------------------------


def _field_code(op: AbstractOp, field: str, symbol: Symbols) -> tuple[Any, type]:
    """Return a field's code, and the type that it computes."""
    value, kind = getattr(op, field), kind_of_field(type(op), field)
    bounds = bounds_of_field(type(op), field) if field in op.unchecked else None
    if isinstance(symbol, tuple):
        return _parts_code(symbol, value, kind, bounds), tuple
    if is_of_several(type(op), field):
        return _of_several_code(symbol, value, kind, bounds), tuple
    assert isinstance(symbol, Code), "what is known needs no code"
    if kind is object:
        return _initializer_code(symbol)
    return Bare(field_text(symbol, kind, bounds)), object


def _initializer_code(symbol: Code) -> tuple[Bare, type]:
    """Return code of an initializer: a number, or what may be a name."""
    if symbol.nature.kind in NUMBERS:
        return Bare(field_text(symbol, float)), float
    return Bare(f"initializer({symbol.text})"), object


def _parts_code(
    symbols: tuple[Symbols, ...], value: Any, kind: type, bounds: str | None
) -> tuple[Any, ...]:
    parts = value if isinstance(value, tuple) else (value,) * len(symbols)
    return tuple(
        _parts_code(symbol, part, kind, bounds)
        if isinstance(symbol, tuple)
        else _of_several_code(symbol, part, kind, bounds)
        for symbol, part in zip(symbols, parts, strict=True)
    )


def _of_several_code(symbol: Symbol, value: Any, kind: type, bounds: str | None) -> Any:
    """Return code of a field of several numbers, or of one of them."""
    if isinstance(symbol, Known):
        return value
    computed = symbol.nature.kind
    if isinstance(value, tuple) and len(value) == 1:
        return (_of_several_code(symbol, value[0], kind, bounds),)
    if isinstance(value, tuple) and computed in (str, object):
        why = "a list of numbers is read from a text"
        help = "give each number a column of its own, and list them: `[<a>, <b>]`"
        raise Unprintable(why, symbol.nature.parameters, help)
    return Bare(field_text(symbol, kind, bounds))


def field_text(symbol: Code, kind: type, bounds: str | None = None) -> str:
    """Return code that yields what a field of a kind takes, or is refused.

    Keras refuses a float for a whole number, but not a `Fraction`; where it checks
    nothing, `bounds` are those of the field. The calls that are emitted keep them.

    Raises:
        Unprintable: where nothing is checked, and only a shape bounds the field.
    """
    unchecked = bounds is not None and not symbol.nature.fixed
    if unchecked and not bounds:
        why = "Keras takes any number where the shape that arrives bounds it"
        raise Unprintable(why, symbol.nature.parameters)
    text, computed = symbol.text, symbol.nature.kind
    if kind is int and computed is str:
        text = f"int({text})"
    elif kind is int and computed not in (int, tuple, *([] if unchecked else [float])):
        text = f"whole({text})"
    elif kind is float and computed not in WRITTEN:
        text = symbol.quotient or f"float({text})"
    return f"within({text}, {bounds})" if unchecked else text


def argument_piece(value: Any) -> Piece:
    """Return an argument as source."""
    if isinstance(value, Bare):
        return str(value)
    if isinstance(value, Construct):
        given = [("", argument_piece(item)) for item in value.positional]
        given += [(f"{key}=", argument_piece(item)) for key, item in value.keywords]
        return PythonCall(value.path, tuple(given))
    if isinstance(value, list):
        return Items(tuple(map(argument_piece, value)))
    if isinstance(value, tuple):
        return Items(tuple(map(argument_piece, value)), "()")
    return literal(value)
