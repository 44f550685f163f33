"""The JSON Schema of specs, for editors: the forms' own, and their short forms.

The forms that can be written briefly (`relu`, `stride: 1`, `[cells]`) read themselves
from the document, so pydantic cannot know how they look; here it is said.
"""

import ast
import json
from collections.abc import Iterator, Mapping
from functools import cache
from inspect import cleandoc, getsource
from itertools import pairwise
from typing import Any, get_args
from urllib.parse import quote

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from archcompiler.language.forms.forms import Form
from archcompiler.language.forms.sections import NamedSection, ReadBy
from archcompiler.language.recipe.augmentation import AUGMENTATIONS
from archcompiler.language.recipe.losses import LOSSES
from archcompiler.language.recipe.optimizers import OPTIMIZERS
from archcompiler.language.recipe.schedules import SCHEDULES
from archcompiler.language.recipe.training import (
    BALANCED,
    EarlyStopping,
    Metric,
    Training,
)
from archcompiler.language.spec.blocks import CALL_WORDS, Step
from archcompiler.language.spec.claims import PrintedTotal
from archcompiler.language.spec.grids import Grid
from archcompiler.language.spec.op_schema import HOLE, calls_of_ops
from archcompiler.language.spec.sharing import BlockFile
from archcompiler.language.spec.spec import Spec, VariantFile
from archcompiler.ops.table import OPS, WORDS

Schema = dict[str, Any]

_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_NUMBERS: Schema = {"type": "array", "items": {"type": ["number", "string"]}}
_WORDS_OF_METRICS: Schema = {"type": "array", "items": {"enum": [*get_args(Metric)]}}
_ROWS: Schema = {"type": "array", "items": {"type": ["string", "number", "boolean"]}}
_BY_OUTPUT: Schema = {
    "type": "object",
    "additionalProperties": _TEXT,
    "minProperties": 1,
}
_CELL: Schema = {"type": ["string", "number", "boolean", "null"]}
_WRITTEN: Schema = {"anyOf": [_CELL, {"$ref": "#/$defs/List"}]}
_STEPS: Schema = {"type": "array", "items": {"$ref": "#/$defs/Step"}}
_SOURCE: Schema = {
    "description": "An earlier row or step, an input, `in`, or -1, -2: one, or a list.",
    "anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}],
}
_WORDS: Schema = {word: _SOURCE if word == "from" else _TEXT for word in CALL_WORDS}
_FORK: Schema = {
    "branches": {"type": "array", "items": {"$ref": "#/$defs/Branch"}, "minItems": 2},
    "merge": {"$ref": "#/$defs/Step"},
    "then": _STEPS,
}
_PARAMETERS: Schema = {
    "description": "Numbers or texts that `--set` and variants may change.",
    "type": "object",
    "additionalProperties": _TEXT,
}


def json_schema() -> Schema:
    """Return the JSON Schema (draft 2020-12) of specs, variants and files of blocks."""
    forms: list[tuple[type[Form], JsonSchemaMode]]
    forms = [(form, "validation") for form in (Spec, VariantFile, BlockFile)]
    _, schema = models_json_schema(forms, schema_generator=_Generator)
    definitions = _without_defaults(schema["$defs"])
    definitions["Grid"] = _grid()
    definitions["Tried"] = _one_or_several(_TEXT)
    definitions["Sweep"]["properties"]["grid"] = {"$ref": "#/$defs/Grid"}
    definitions["Sweep"] |= {"minProperties": 1, "maxProperties": 1}
    for form in ("Spec", "Edits", "VariantFile"):
        definitions[form]["properties"]["parameters"] = _PARAMETERS
        definitions[form]["properties"]["training"] = {"$ref": "#/$defs/Training"}
    definitions["Training"] = _training()
    definitions["Grid"]["properties"]["training"] = _told(
        definitions["Grid"]["properties"]["training"], Training
    )
    definitions["hole"] = HOLE
    words = {word: _WORDS[word] for word in CALL_WORDS}
    for name, call in calls_of_ops(words).items():
        definitions[f"op.{name}"] = _told(call, Step)
    for form, short in _SHORT_FORMS.items():
        description = definitions.get(form, {}).get("description", "")
        definitions[form] = {
            **({"description": description} if description else {}),
            **short,
        }
    for told in (each for each in _forms() if each.__name__ in definitions):
        definitions[told.__name__] = _told(definitions[told.__name__], told)
    definitions["Block"] = _told(definitions["Block"], Step)  # its body may be a fork
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "archcompiler: the architecture table of a paper",
        "type": "object",
        "if": {"required": ["extends"]},
        "then": {"$ref": "#/$defs/VariantFile"},
        "else": {
            "if": {
                "required": ["blocks"],
                "propertyNames": {"enum": [*BlockFile.keys()]},
            },
            "then": {"$ref": "#/$defs/BlockFile"},
            "else": {"$ref": "#/$defs/Spec"},
        },
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text() -> str:
    """Return the schema as the text of `specs/schema.json`."""
    return json.dumps(json_schema(), indent=2) + "\n"


def _training() -> Schema:
    """Return the schema of a recipe, and of what it calls."""
    several = {"mean": _NUMBERS, "deviation": _NUMBERS, "metrics": _WORDS_OF_METRICS}
    properties: Schema = {**dict.fromkeys(Training.keys(), _TEXT), **several}
    properties["optimizer"] = _called(OPTIMIZERS)
    properties["schedule"] = _called(SCHEDULES)
    properties["augmentation"] = {"type": "array", "items": _called(AUGMENTATIONS)}
    properties["pixels"] = {"anyOf": [_NUMBERS, {"enum": ["as they are"]}]}
    properties["freeze"] = {
        "description": "The rows whose weights stay: a list, or `up to ROW`.",
        "anyOf": [{"type": "string", "pattern": "^up to ."}, _ROWS],
    }
    loss = _called(LOSSES)
    properties["losses"] = {"anyOf": [loss, _named(loss)]}
    properties["class weights"] = {"anyOf": [_NUMBERS, {"enum": [BALANCED]}]}
    keys = "|".join(Training.keys())
    named = {"type": "string", "pattern": rf"^({keys})(\.|$)"}
    properties["unprinted"] = {"type": "array", "items": named}
    stopping = _closed(dict.fromkeys(EarlyStopping.keys(), _TEXT), ["patience"])
    properties["early stopping"] = _told(stopping, EarlyStopping)
    properties["loss weights"] = _BY_OUTPUT
    recipe = _told(_closed(properties, []), Training)
    return {"description": Training.__doc__, **recipe}


def _grid() -> Schema:
    """Return the schema of a grid: in the place of each value, a list of some."""
    place = "#/$defs/Training/properties"
    several = {"$ref": "#/$defs/Tried"}
    recipe = {key: {"$ref": f"{place}/{quote(key)}"} for key in Training.keys()}  # noqa: SIM118
    calls = {
        "optimizer": _called(OPTIMIZERS, several),
        "schedule": _called(SCHEDULES, several),
        "loss weights": {**_BY_OUTPUT, "additionalProperties": several},
    }
    properties = {
        "input": several,
        "parameters": _named(several),
        "cells": _named(_named(_one_or_several(_CELL))),
        "training": _closed(
            {k: _one_or_several(v, calls.get(k, v)) for k, v in recipe.items()}, []
        ),
    }
    assert properties.keys() == Grid.keys().keys()
    return {"description": cleandoc(Grid.__doc__ or ""), **_closed(properties, [])}


def _one_or_several(value: Schema, one: Schema | None = None) -> Schema:
    """Return the schema of a value or a list; `one` is what stands without a list."""
    several = {"type": "array", "items": value, "minItems": 1}
    return {"anyOf": [one or value, several]}


def _named(value: Schema) -> Schema:
    return {"type": "object", "additionalProperties": value}


def _called(
    kinds: Mapping[str, type[NamedSection]], argument: Schema = _TEXT
) -> Schema:
    """Return the schema of a name, or of a name with arguments."""
    calls = {
        name: {
            "description": cleandoc(kind.__doc__ or ""),
            **_told(_closed(_arguments(kind, argument), []), kind),
        }
        for name, kind in kinds.items()
    }
    one = {"minProperties": 1, "maxProperties": 1, **_closed(calls, [])}
    return {"anyOf": [{"enum": [*kinds]}, one]}


def _arguments(kind: type[NamedSection], one: Schema) -> dict[str, Schema]:
    """Return the schema of each argument: of a list where its field has a reader."""
    return {
        key: _NUMBERS if any(isinstance(m, ReadBy) for m in field.metadata) else one
        for key, field in kind.keys().items()
    }


# Sentences ------------------------------------------------------------------


@cache
def sentences(form: type[BaseModel]) -> dict[str, str]:
    """Return by key what each field says of itself, in the text below it.

    The text is read from the source when a schema is wanted, and at no other time.
    """
    told: dict[str, str] = {}
    for base in reversed(form.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            told |= _written_below(base)
    fields = form.model_fields.items()
    keys = {name: field.alias or name for name, field in fields}
    return {keys[name]: text for name, text in told.items() if name in keys}


def _written_below(form: type[BaseModel]) -> dict[str, str]:
    (definition,) = ast.parse(getsource(form)).body
    assert isinstance(definition, ast.ClassDef)
    return {
        field.target.id: cleandoc(text.value.value)
        for field, text in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
        if isinstance(text.value.value, str)
    }


def _told(schema: Any, form: type[BaseModel]) -> Any:
    """Return a schema in which each key of a form has its sentence."""
    if isinstance(schema, list):
        return [_told(each, form) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _told(value, form) for key, value in schema.items()}
    keys = found.get("properties", {})
    found |= {"properties": {k: _described(k, v, form) for k, v in keys.items()}}
    return found if keys else {k: v for k, v in found.items() if k != "properties"}


def _described(key: str, value: Any, form: type[BaseModel]) -> Any:
    text = sentences(form).get(key)
    return {"description": text, **value} if text else value


def _forms(form: type[Form] = Form) -> Iterator[type[Form]]:
    """Yield every form, those that others are made of first."""
    for each in form.__subclasses__():
        yield each
        yield from _forms(each)


class _Generator(GenerateJsonSchema):
    """Shows a node of the document as what may stand there: a text."""

    def is_instance_schema(self, schema: Any) -> Schema:
        """Return the schema of a text."""
        del schema
        return dict(_TEXT)


def _without_defaults(value: Any) -> Any:
    """Drop defaults, and null where a key may be left out: a blank key is refused."""
    if isinstance(value, list):
        return [_without_defaults(item) for item in value]
    if not isinstance(value, dict):
        return value
    choices = value.get("anyOf")
    if isinstance(choices, list) and {"type": "null"} in choices:
        kept = [choice for choice in choices if choice != {"type": "null"}]
        value = {**value, "anyOf": kept}
        if len(kept) == 1:
            value = {**kept[0], **{k: v for k, v in value.items() if k != "anyOf"}}
    return {
        k: _without_defaults(v)
        for k, v in value.items()
        if k != "default" and not (k == "title" and isinstance(v, str))
    }


# Short forms ----------------------------------------------------------------


def _only_entry(value: Schema, **more: Any) -> Schema:
    """Return the schema of a mapping with one key."""
    one = {"type": "object", "minProperties": 1, "maxProperties": 1}
    return {**one, "additionalProperties": value, **more}


def _closed(properties: Schema, required: list[str]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


_CALL: Schema = {
    "description": "What a call takes: its arguments, and words of the language.",
    "type": "object",
    "properties": _WORDS,
    "additionalProperties": _WRITTEN,
}
_OPS = (*OPS, *WORDS)
_CALLED: Schema = {
    "description": "An op, a plain word or a block.",
    "anyOf": [{"enum": [*_OPS]}, {"type": "string"}],
}
_CELLS: Schema = {
    "anyOf": [
        _CALLED,
        {"type": "array", "items": _WRITTEN, "minItems": 1},
        {
            "type": "object",
            "minProperties": 1,
            "properties": {
                "type": {
                    "description": "What the row calls: an op, a plain word, a block.",
                    "anyOf": [_CALLED, _WRITTEN],
                },
                "from": _SOURCE,
            },
            "additionalProperties": _WRITTEN,
        },
    ]
}
_BODY: Schema = {"columns": {"type": "array", "items": {"$ref": "#/$defs/Column"}}}
_BODY["inputs"] = {"type": "array", "items": _TEXT}
_BODY["counter"] = _TEXT

_CHOICES = _only_entry({"type": "array", "items": _TEXT, "minItems": 1})

_SHORT_FORMS: dict[str, Schema] = {
    "Column": {"anyOf": [_TEXT, _only_entry(_TEXT)]},
    "Use": {
        "anyOf": [
            _TEXT,
            _only_entry({"type": "object", "additionalProperties": _TEXT}),
        ]
    },
    "TableColumn": {
        "anyOf": [
            _TEXT,
            _only_entry({"anyOf": [_TEXT, _CHOICES, _only_entry(_CHOICES)]}),
        ]
    },
    "Step": {
        "anyOf": [
            _CALLED,
            _closed({**_FORK, **_WORDS}, ["branches", "merge"]),
            _closed(
                {word: _WORDS[word] for word in ("from", "name", "when")}, ["from"]
            ),
            _only_entry(
                _CALL,
                properties={name: {"$ref": f"#/$defs/op.{name}"} for name in _OPS},
                propertyNames={"not": {"enum": ["from", "sequence", *_FORK]}},
            ),
        ]
    },
    "Branch": {
        "anyOf": [
            _STEPS,
            _closed({"when": _TEXT, "sequence": _STEPS}, ["when", "sequence"]),
        ]
    },
    "Block": {
        "anyOf": [
            _closed({**_BODY, "sequence": {**_STEPS, "minItems": 1}}, ["sequence"]),
            _closed({**_BODY, **_FORK}, ["branches", "merge"]),
        ]
    },
    "Row": {"anyOf": [*_CELLS["anyOf"], _only_entry(_CELLS)]},
    "Erratum": {
        "anyOf": [_TEXT, _closed({"reason": _TEXT, "printed": _TEXT}, ["reason"])]
    },
    "PrintedTotal": {
        "anyOf": [
            _TEXT,
            _closed(dict.fromkeys(PrintedTotal.keys(), _TEXT), ["printed"]),
        ]
    },
    "List": {"type": "array", "items": _WRITTEN, "minItems": 1},
}
_SHORT_FORMS["List"]["description"] = "A list of values, such as a target shape."
