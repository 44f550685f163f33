"""Calls in source: of layers, and of the functions of blocks."""

from collections.abc import Callable, Mapping
from typing import Any

from archcompiler.backends.keras_source.code import Call, Items, Piece, literal
from archcompiler.backends.keras_source.facets import (
    STRIDES,
    WINDOW,
    facet_of_pieces,
)
from archcompiler.backends.keras_source.signatures import BlockNames, Signatures, Site
from archcompiler.backends.keras_source.symbols import (
    CONDITIONAL,
    Code,
    Known,
    Symbol,
    print_expression,
    text_of,
)
from archcompiler.graph.calls import Argument, Target
from archcompiler.language.expressions import Scope, parse_template
from archcompiler.language.notation import read_patch
from archcompiler.ops.base import AbstractOp, Construct

Name = tuple[str, ...]
"""A layer's name in pieces: variables in braces, as in an f-string, and plain texts."""


def name_code(pieces: Name) -> str:
    """Return a layer's name as source: `name`, `"conv1"` or `f"{name}_1x1"`."""
    text = "".join(pieces)
    if "{" not in text:
        return literal(text)
    if text.count("{") == 1 and text.startswith("{") and text.endswith("}"):
        return text[1:-1]
    return f'f"{text}"'


def layer_call(
    target: Target,
    arguments: tuple[Argument, ...],
    names: Any,
    scope: Scope,
    operands: list[str],
    name: Name,
) -> Piece:
    """Return `layers.Conv2D(64, 3, name="conv")(x)`; what varies is code, the rest literals."""
    op = target.op
    assert op is not None
    fields = _field_symbols(op, arguments, names)
    made = _make(op, target.preset, arguments, scope)
    values: dict[str, Any] = {}
    kinds: dict[str, type] = {}
    for field in op.model_fields:
        if field == "op":
            continue
        symbol = fields.get(field)
        if isinstance(symbol, Code):
            values[field] = _typed(symbol, made, field)
            number = symbol.kind in (int, float)
            kinds[field] = type(getattr(made, field)) if number else symbol.kind
        elif isinstance(symbol, tuple):
            values[field] = tuple(Bare(text_of(part)) for part in symbol)
        elif getattr(made, field) != op.model_fields[field].default:
            values[field] = getattr(made, field)
    call = op.call_of(values, kinds)
    given = [("", _argument(value)) for value in call.positional]
    given += [(f"{key}=", _argument(value)) for key, value in call.keywords.items()]
    layer = Call(call.layer, (*given, ("name=", name_code(name))))
    applied: Piece = Items(tuple(operands)) if op.inputs == "several" else operands[0]
    return Call(layer, (("", applied),))


class Bare(str):
    """Source that stands for itself among literals."""

    __slots__ = ()

    def __repr__(self) -> str:
        return str(self)


def _field_symbols(
    op: type[AbstractOp], arguments: tuple[Argument, ...], names: Any
) -> dict[str, Any]:
    symbols: dict[str, Any] = {}
    for argument in arguments:
        if isinstance(argument.evaluate, tuple):
            parts = [print_expression_of(inner, names) for inner in argument.evaluate]
            if any(isinstance(part, Code) for part in parts):
                symbols[argument.name] = tuple(parts)
        elif argument.name == "patch":
            symbols |= _patch_symbols(op, argument, names)
        else:
            symbols[argument.name] = _field_symbol(argument, names)
    return symbols


def _patch_symbols(
    op: type[AbstractOp], argument: Argument, names: Any
) -> dict[str, Symbol]:
    signatures: Signatures = _signatures(names)
    template = parse_template(argument.cell.text)
    assert op.window_field is not None
    window = signatures.text_symbol(template, WINDOW, names)
    strides = signatures.text_symbol(template, STRIDES, names)
    default = op.model_fields["strides"].default
    found = {op.window_field: window, "strides": strides}
    if isinstance(strides, Known) and strides.value in (None, default):
        del found["strides"]
    return found


def _signatures(names: Any) -> Signatures:
    inner = getattr(names, "inner", names)
    signatures: Signatures = inner.signatures
    return signatures


def print_expression_of(argument: Argument, names: Any) -> Symbol:
    """Return an argument's symbol: an expression printed, a text as it stands."""
    template = parse_template(argument.cell.text)
    if template.whole is not None:
        return print_expression(template.whole, names)
    pieces = [
        p if isinstance(p, str) else print_expression(p, names) for p in template.parts
    ]
    return facet_of_pieces(pieces, "value")


def _field_symbol(argument: Argument, names: Any) -> Symbol:
    """Return a field's symbol; `<h>x<w>` is a pair."""
    template = parse_template(argument.cell.text)
    if template.whole is not None or not template.expressions:
        return print_expression_of(argument, names)
    if (
        "x" in [part for part in template.parts if isinstance(part, str)]
        and len(template.parts) == 3
    ):
        signatures = _signatures(names)
        return signatures.text_symbol(template, WINDOW, names)
    return print_expression_of(argument, names)


def _typed(symbol: Code, made: AbstractOp, field: str) -> Any:
    """Return a field's code, made whole where the field is whole and the code may not be."""
    value = getattr(made, field)
    whole = isinstance(value, int) and not isinstance(value, bool)
    whole = whole or (
        isinstance(value, tuple) and all(isinstance(v, int) for v in value)
    )
    if whole and symbol.kind is float:
        return Bare(f"int({symbol.text})")
    return Bare(symbol.text)


def _make(
    op: type[AbstractOp],
    preset: Mapping[str, Any],
    arguments: tuple[Argument, ...],
    scope: Scope,
) -> AbstractOp:
    """Return the op as it ran in one call, for the fields that do not vary."""
    fields: dict[str, Any] = dict(preset)
    for argument in arguments:
        value = _evaluate(argument, scope)
        if argument.name != "patch":
            fields[argument.name] = value
            continue
        assert op.window_field is not None
        patch = read_patch(str(value))
        fields[op.window_field] = patch.window
        if patch.strides is not None:
            fields["strides"] = patch.strides
    return op.model_validate(fields)


def _evaluate(argument: Argument, scope: Scope) -> Any:
    if isinstance(argument.evaluate, tuple):
        return tuple(_evaluate(inner, scope) for inner in argument.evaluate)
    return argument.evaluate(scope)


def _argument(value: Any) -> Piece:
    """Return a layer's argument as source."""
    if isinstance(value, Bare):
        return str(value)
    if isinstance(value, Construct):
        return Call(value.path, tuple(("", _argument(v)) for v in value.positional))
    if isinstance(value, tuple):
        inner = ", ".join(str(_argument(item)) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return literal(value)


def block_call(
    site: Site,
    signatures: Signatures,
    names: Any,
    word_of: Callable[[str], Symbol],
    operands: list[str],
    name: Name,
) -> Piece:
    """Return `inception(x, 64, 96, 128, 16, 32, 32, name="inception_3a")`."""
    target = site.call.target
    assert target is not None
    assert target.block is not None
    signature = signatures.of[target.block.name]
    given: list[tuple[str, Piece]] = [("", operand) for operand in operands]
    keywords: list[tuple[str, Piece]] = []
    for (column, facet), slot in signature.slots.items():
        if slot.folded or not slot.given:
            continue
        symbol = signatures.site_symbol(site, column, facet, slot.use, names)
        if symbol is None:
            if slot.late or slot.default is not None:
                continue
            symbol = signatures.site_default(signature, site, column, facet)
        assert isinstance(slot.symbol, Code)
        if slot.default is not None and symbol == slot.default:
            continue
        text = _value_text(symbol)
        if slot.default is not None or slot.late:
            keywords.append((f"{slot.symbol.text}=", text))
        else:
            given.append(("", text))
    for parameter in signature.parameters:
        given.append(("", text_of(names_parameter(names, parameter), CONDITIONAL)))
    for word in signature.words:
        keywords.append((f"{word}=", text_of(word_of(word))))
    keywords.append(("name=", name_code(name)))
    return Call(signature.function, (*given, *keywords))


def _value_text(symbol: Symbol) -> str:
    """Return an argument's text; a square window is written as one number."""
    if isinstance(symbol, Known) and isinstance(symbol.value, tuple):
        first, second = symbol.value
        return literal(first if first == second else symbol.value)
    return text_of(symbol)


def names_parameter(names: Any, parameter: str) -> Symbol:
    """Return a parameter of the spec as the caller has it."""
    inner: BlockNames = getattr(names, "inner", names)
    return inner.parameter(parameter)
