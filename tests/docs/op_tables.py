"""The tables of docs/language that are made from the code: of ops, rules, blocks."""

from collections.abc import Iterator
from functools import cache
from inspect import getdoc
from typing import Any, get_args

from archcompiler.counting.naming import rules
from archcompiler.counting.reading import kinds_of_work
from archcompiler.language.loading.places import shipped_blocks
from archcompiler.language.loading.spec_text import read_blocks
from archcompiler.language.spec.blocks import Column
from archcompiler.language.text.document import Scalar
from archcompiler.language.text.files import read_source_file
from archcompiler.ops import fields, initializers
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.table import FAMILIES, OPS, WORDS
from archcompiler.reports.yaml_text import opening_comment

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
    "ChannelNumbers": "numbers",
    "Statistic": "numbers",
    "Momentum": "rate",
    "Rate": "rate",
    "RateBelowOne": "rate",
    "Bool": "truth value",
    "UseBias": "truth value",
    "DepthMultiplier": "whole number",
    "PositivePair": "pair",
    "OptionalPair": "pair",
    "KernelSize": "pair",
    "PoolSize": "pair",
    "Strides": "pair",
    "OptionalStrides": "pair",
    "DilationRate": "pair",
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


@cache
def generated_tables() -> dict[str, str]:
    """Return every generated table by the name in its mark."""
    return {
        "ops": _lines(_ops()),
        "plain words": _lines(_words()),
        "arguments": _lines(_arguments()),
        "activations": _names(fields.Activation),
        "initializers": _initializers(),
        "counting rules": _lines(_rules()),
        "shipped blocks": _lines(_shipped_blocks()),
        "kinds of work": f"{', '.join(f'`{kind}`' for kind in kinds_of_work())}\n",
    }


def _shipped_blocks() -> Iterator[str]:
    """Return a line for each block of a file that ships, with its columns."""
    yield "| `use` | block | columns | what it is |"
    yield "|---|---|---|---|"
    for name, path in shipped_blocks().items():
        source = read_source_file(path)
        comment = " ".join(opening_comment(source)).replace("# ", "")
        blocks = read_blocks(source, Scalar(name, True, source, 0, 0, 0)).blocks
        for block in blocks.values():
            columns = ", ".join(f"`{_column(column)}`" for column in block.columns)
            yield f"| `{name}` | `{block.name.text}` | {columns} | {comment} |"


def _column(column: Column) -> str:
    default = column.default
    return f"{column.name.text}: {default.text}" if default else column.name.text


def _initializers() -> str:
    shown = []
    for name in sorted(get_args(initializers.InitializerName)):
        _, arguments = initializers.CLASSES.get(name, ("", {}))
        given = "; ".join(
            f"{key}={_written(value)}" for key, value in arguments.items()
        )
        shown.append(f"`{name}({given})`" if given else f"`{name}`")
    return f"{', '.join(shown)}\n"


def _rules() -> Iterator[str]:
    yield "| `counts` | who counts so | what is a fault of it |"
    yield "|---|---|---|"
    for rule in rules():
        names = ", ".join(f"`{name}`" for name in rule.names)
        dated = f" ({rule.date})" if rule.date else ""
        faults = "; ".join(fault.what for fault in rule.faults)
        yield f"| {names} | {'; '.join(rule.tools)}{dated} | {faults} |"


def _lines(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _ops() -> Iterator[str]:
    for family in FAMILIES:
        yield f"\n### {(family.__doc__ or '').splitlines()[0].rstrip('.')}"
        for name, op in OPS.items():
            if op.__module__ == family.__name__:
                yield f"\n**`{name}`** {_first(op)}\n"
                yield from (f"- {each}" for each in _facts(op))
    yield ""


def _facts(op: type[AbstractOp]) -> Iterator[str]:
    """Yield what an op takes, what comes out of it, and what it learns."""
    if signature := _signature(op):
        yield f"takes {signature}"
    yield f"shape: {_sentence(op.infer_shape)}"
    if weights := _weights(op):
        yield f"weights: {weights}"
    if op.role == "weighted":
        yield f"multiply-adds: {_sentence(op.macs)}"
    if op.only_in_training:
        yield "does nothing outside training"
    if op.custom:
        yield "Keras lacks it: emitted source brings its layer along"


class _Symbol:
    """A size in words, of which a weight's shape is computed as of a number."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text

    def __eq__(self, other: object) -> bool:
        return False

    def __floordiv__(self, other: object) -> "_Symbol":
        return _Symbol(f"({self} // {other})")

    def __mul__(self, other: object) -> "_Symbol":
        return _Symbol(f"({self} * {other})")


def _weights(op: type[AbstractOp]) -> str:
    """Return each array with its shape in words, as the op's own rule computes it."""
    names = {name: field for name, field in op.model_fields.items() if name != "op"}
    sizes = {
        name: tuple(map(_Symbol, ("height", "width")))
        if name == "kernel_size"
        else _Symbol(name)
        if field.is_required() or _field_kinds(op)[name] == "whole number"
        else field.default
        for name, field in names.items()
    }
    image = tuple(map(_Symbol, ("height", "width", "channels")))
    shown = []
    for weight in op.model_construct(op=op.__name__, **sizes).weights((image,)):
        shape = " x ".join(map(str, weight.shape)) or "one number"
        still = "" if weight.trainable else ", which does not train"
        shown.append(f"`{weight.name}` {shape.strip('()')}{still}")
    return "; ".join(shown)


def _signature(op: type[AbstractOp]) -> str:
    shown = []
    for name, field in op.model_fields.items():
        if name == "op":
            continue
        mark = " (`patch`)" if name == op.window_field else ""
        value = "" if field.is_required() else f"={_written(field.default)}"
        shown.append(f"`{name}{value}`{mark}")
    return ", ".join(shown)


def _first(documented: Any) -> str:
    """Return the first paragraph of a docstring, on one line."""
    return " ".join((getdoc(documented) or "").split("\n\n")[0].split())


def _sentence(rule: Any) -> str:
    """Return what a rule says of itself: `a vector of the units`."""
    told = _first(rule).removeprefix("Return ").rstrip(".")
    return told[:1].lower() + told[1:]


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


def _arguments() -> Iterator[str]:
    """Return a line for each argument; more where it means or takes something else."""
    told: dict[str, dict[tuple[str, str], list[str]]] = {}
    for op_name, op in OPS.items():
        for field, kind in _field_kinds(op).items():
            of = told.setdefault(field, {})
            of.setdefault((op.meaning(field), kind), []).append(f"`{op_name}`")
    yield "| argument | sets | you write a |"
    yield "|---|---|---|"
    for field in sorted(told):
        for (meaning, kind), ops in told[field].items():
            where = f" of {', '.join(ops)}" if len(told[field]) > 1 else ""
            yield f"| `{field}`{where} | {meaning} | {kind} |"


def _field_kinds(op: type[AbstractOp]) -> dict[str, str]:
    kinds: dict[str, str] = {}
    for base in reversed(op.__mro__):
        for field, annotation in vars(base).get("__annotations__", {}).items():
            if field in op.model_fields and field != "op":
                kinds[field] = _kind(annotation)
    return kinds


def _kind(annotation: Any) -> str:
    for name, kind in _KINDS.items():
        known = getattr(fields, name, None) or getattr(initializers, name)
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
