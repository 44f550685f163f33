"""The tables of docs/language.md that are made from the op table."""

from collections.abc import Iterator
from typing import Any, get_args

from archcompiler.ops import fields
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.table import FAMILIES, OPS, WORDS

_KINDS: dict[str, str] = {
    "PositiveInt": "whole number",
    "NaturalInt": "whole number",
    "OptionalNaturalInt": "whole number",
    "Int": "whole number",
    "Channel": "channel",
    "OddInt": "odd number",
    "Real": "number",
    "PositiveReal": "number",
    "NaturalReal": "number",
    "Epsilon": "number",
    "InitialValue": "number",
    "ScalingNumber": "number",
    "Momentum": "rate",
    "Rate": "rate",
    "RateBelowOne": "rate",
    "Bool": "truth value",
    "PositivePair": "pair",
    "OptionalPair": "pair",
    "OptionalNaturalPair": "pair",
    "Sides": "sides",
    "Padding": "padding",
    "Interpolation": "interpolation",
    "Activation": "activation",
    "KernelInitializer": "initializer",
    "VectorInitializer": "initializer",
    "NoiseShape": "sizes",
    "TargetShape": "sizes",
    "Permutation": "axes",
    "OptionalAxes": "axes",
}
"""What the reference calls each field type of `archcompiler.ops.fields`."""


def generated_tables() -> dict[str, str]:
    """Return every generated table by the name in its mark."""
    return {
        "ops": _lines(_ops()),
        "plain words": _lines(_words()),
        "field kinds": _lines(_kinds()),
        "activations": _names(fields.Activation),
        "initializers": _names(fields.InitializerName),
    }


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _ops() -> Iterator[str]:
    yield "| op | fields | what it is |"
    yield "|---|---|---|"
    for family in FAMILIES:
        for name, op in OPS.items():
            if op.__module__ == family.__name__:
                yield f"| `{name}` | {_signature(op)} | {_summary(op)} |"


def _signature(op: type[AbstractOp]) -> str:
    shown = []
    for name, field in op.model_fields.items():
        if name == "op":
            continue
        mark = " (`patch`)" if name == op.window_field else ""
        value = "" if field.is_required() else f"={_written(field.default)}"
        shown.append(f"`{name}{value}`{mark}")
    return ", ".join(shown)


def _summary(op: type[AbstractOp]) -> str:
    assert op.__doc__
    return op.__doc__.split("\n\n")[0].strip().replace("\n", " ")


def _written(value: Any) -> str:
    """Write a default as a spec would have it."""
    value = fields.symmetric(value)
    if value is None:
        return "none"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "x".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _words() -> Iterator[str]:
    """Return a line for each op that has plain words."""
    yield "| you write | means |"
    yield "|---|---|"
    for name, op in OPS.items():
        words = [word for word, (called, _) in WORDS.items() if called is op]
        preset = next((name for word in words for name in WORDS[word][1]), "")
        means = f"`{name}`" + (f" with this `{preset}`" if preset else "")
        if words:
            yield f"| {', '.join(f'`{word}`' for word in words)} | {means} |"


def _kinds() -> Iterator[str]:
    """Return a line for each kind: the fields that are of it."""
    names: dict[str, dict[str, list[str]]] = {}
    for op_name, op in OPS.items():
        for field, kind in _field_kinds(op).items():
            names.setdefault(kind, {}).setdefault(field, []).append(op_name)
    everywhere = {
        field: {kind for kind, of in names.items() if field in of}
        for of in names.values()
        for field in of
    }
    yield "| kind | fields |"
    yield "|---|---|"
    for kind in dict.fromkeys(_KINDS.values()):
        shown = [
            f"`{field}`"
            + (f" of {', '.join(ops)}" if len(everywhere[field]) > 1 else "")
            for field, ops in names[kind].items()
        ]
        yield f"| {kind} | {', '.join(shown)} |"


def _field_kinds(op: type[AbstractOp]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for base in reversed(op.__mro__):
        for field, annotation in vars(base).get("__annotations__", {}).items():
            if field in op.model_fields and field != "op":
                kinds[field] = _kind(annotation)
    return kinds


def _kind(annotation: Any) -> str:
    for name, kind in _KINDS.items():
        known = getattr(fields, name)
        if annotation == known or (
            known in get_args(annotation) or annotation == known | None
        ):
            return kind
    raise AssertionError(f"op_tables.py does not name the field type {annotation}")


def _names(literal: Any) -> str:
    names: list[str] = []
    for argument in get_args(literal):
        names += get_args(argument) or [argument]
    return f"{', '.join(f'`{name}`' for name in sorted(names))}\n"
