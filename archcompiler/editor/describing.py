"""Describing: what an op is and what it takes, as its class says."""

from collections.abc import Iterator
from inspect import cleandoc
from typing import get_args

from archcompiler.editor.names import Name
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.fields import symmetric, written
from archcompiler.ops.table import OPS, WORDS


def op_told(word: str) -> Iterator[str]:
    """Yield what an op is, and what it takes; a plain word stands for one."""
    op, preset = (OPS[word], {}) if word in OPS else WORDS[word]
    fields = [name for name in op.model_fields if name != "op"]
    signature = ", ".join(_field(op.__name__, name) for name in fields)
    yield f"```yaml\n{op.__name__}: {{{signature}}}\n```"
    if preset:
        given = ", ".join(f"{name}: {written(value)}" for name, value in preset.items())
        yield f"`{word}` is `{op.__name__}` with `{given}`"
    yield cleandoc(op.__doc__ or "")


def summary(op: type[AbstractOp]) -> str:
    """Return what an op is, in a line."""
    return cleandoc(op.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def _field(op: str, name: str) -> str:
    field = OPS[op].model_fields[name]
    return name if field.is_required() else f"{name}: {_default(field.default)}"


def _default(value: object) -> str:
    value = symmetric(value)
    if isinstance(value, tuple):
        return "x".join(map(written, value))
    return "none" if value is None else written(value)


def argument_told(name: Name) -> Iterator[str]:
    """Yield what an argument of an op is: its default, and the words that it may be."""
    op = OPS[name.owner] if name.owner in OPS else WORDS[name.owner][0]
    if name.text == "patch" and op.window_field:
        fields = f"`{op.window_field}` and `strides`"
        yield f"`patch` of `{op.__name__}`: {fields}, as `3x3/2`"
        return
    field = op.model_fields.get(name.text)
    if field is None:
        return
    default = "" if field.is_required() else _default(field.default)
    needed = f"`{default}` unless given" if default else "needed"
    yield f"`{name.text}` of `{op.__name__}`, {needed}"
    if choices := choices_of(op.__name__, name.text):
        yield "one of " + ", ".join([f"`{choice}`" for choice in choices])


def choices_of(op: str, argument: str) -> list[str]:
    """Return the words that an argument of an op may be; none where it has no words."""
    target = OPS[op] if op in OPS else WORDS[op][0]
    field = target.model_fields.get(argument)
    return list(_words(field.annotation)) if field is not None else []


def _words(annotation: object) -> Iterator[str]:
    if annotation is bool:
        yield from ("true", "false")
    for each in get_args(annotation):
        if isinstance(each, str):
            yield each
        else:
            yield from _words(each)
