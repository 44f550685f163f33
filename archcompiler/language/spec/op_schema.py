"""The JSON Schema of calls of ops: their arguments, defaults, a sentence each."""

from typing import Any

from pydantic.json_schema import models_json_schema

from archcompiler.ops.base import AbstractOp
from archcompiler.ops.fields import symmetric
from archcompiler.ops.table import OPS, WORDS

Schema = dict[str, Any]

HOLE: Schema = {
    "type": "string",
    "pattern": "<|%$|^[-+]?[0-9.]+[eE][-+]?[0-9]+$",
}
"""What may stand for any number: an expression, or `40%`, or 1e-5 as YAML 1.1 has it.

It is `#/$defs/hole`; described, an editor would show that for what the field sets."""

_HOLE: Schema = {"$ref": "#/$defs/hole"}
_PATCH = "height x width of the window and its stride, as papers print them: `3x3/2`"


def calls_of_ops(words: Schema) -> dict[str, Schema]:
    """Return for each op and each plain word what its arguments may be.

    `words` are those that every call takes.
    """
    _, schema = models_json_schema([(op, "validation") for op in OPS.values()])
    ops = {
        name: _call(op, schema["$defs"][name]["properties"], words)
        for name, op in OPS.items()
    }
    plain = {word: _plain(ops, op, given) for word, (op, given) in WORDS.items()}
    return {**ops, **plain}


def _plain(ops: dict[str, Schema], op: type[AbstractOp], given: Schema) -> Schema:
    """Return what a plain word takes: all that it does not set itself."""
    call = ops[op.__name__]
    rest = {name: v for name, v in call["properties"].items() if name not in given}
    sets = [f"{name}: {value}" for name, value in given.items()]
    short = f"{op.__name__}: {{{', '.join(sets)}}}" if sets else op.__name__
    return {**call, "description": f"Short for `{short}`.", "properties": rest}


def _call(op: type[AbstractOp], fields: Schema, words: Schema) -> Schema:
    arguments = {
        name: _argument(op, name, field)
        for name, field in fields.items()
        if name != "op"
    }
    if op.window_field:
        patch = {"type": ["string", "number"]}
        arguments["patch"] = {"description": _PATCH, **patch}
    doc = (op.__doc__ or "").split("\n\n")[0]
    return {
        "description": " ".join(doc.split()),
        "type": "object",
        "properties": {**arguments, **words},
        "additionalProperties": False,
    }


def _argument(op: type[AbstractOp], name: str, field: Schema) -> Schema:
    """Return a field as it may be written, with what it sets and its default."""
    own = {k: v for k, v in field.items() if k not in ("title", "default")}
    choices = own.pop("anyOf", [own])
    choices = [choice for choice in choices if choice != {"type": "null"}]
    sentence = op.meaning(name)
    described: Schema = {"description": f"{sentence[:1].upper()}{sentence[1:]}."}
    info = op.model_fields[name]
    if not info.is_required() and info.default is not None:
        described["default"] = _written(symmetric(info.default))
    return {**described, "anyOf": [*map(_with_holes, choices), _HOLE]}


def _with_holes(choice: Schema) -> Schema:
    """Return the schema of a value whose items may be written otherwise, too."""
    if "anyOf" in choice:
        return {**choice, "anyOf": [*map(_with_holes, choice["anyOf"])]}
    if "items" in choice:
        return {**choice, "items": {"anyOf": [_with_holes(choice["items"]), _HOLE]}}
    return choice


def _written(value: Any) -> Any:
    """Return a default as a spec would have it."""
    return "x".join(map(str, value)) if isinstance(value, tuple) else value
