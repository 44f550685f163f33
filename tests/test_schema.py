"""The JSON Schema that editors use: it takes every spec, and flags typical mistakes."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from archcompiler.language.loading.places import shipped_folder
from archcompiler.language.spec.schema import json_schema, schema_text
from archcompiler.ops.meanings import MEANINGS
from archcompiler.ops.table import OPS

SPECS = sorted(shipped_folder().glob("*.yaml"))
SCHEMA = json_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
SMALL = """\
name: small
input: 8x8x3
blocks:
  conv:
    columns: [patch, filters: 4]
    sequence: [Conv2D: {patch: <patch>, filters: <filters>}, relu]
table:
  columns: [name, type, "#f": filters, patch]
  rows:
  - [conv1, conv, 8, 3x3]
  - conv2: {type: conv, patch: 3x3, from: [conv1]}
  - GlobalAveragePooling2D
"""


def as_an_editor_reads(text):
    """Load YAML as plain data; keys are texts, as JSON has them."""
    return json.loads(json.dumps(yaml.safe_load(text), default=str))


def mistakes(text):
    return [error.message for error in VALIDATOR.iter_errors(as_an_editor_reads(text))]


@pytest.mark.thorough
def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(json_schema())


@pytest.mark.thorough
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_shipped_specs_are_valid_and_name_the_schema(path: Path):
    text = path.read_text()
    assert mistakes(text) == []
    assert text.startswith("# yaml-language-server: $schema=schema.json\n")


@pytest.mark.thorough
def test_the_shipped_schema_is_what_the_command_prints():
    path = shipped_folder() / "schema.json"
    assert path.read_text() == schema_text(), "run: archc schema > specs/schema.json"


def test_short_forms_are_valid():
    assert mistakes(SMALL) == []


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("input: 8x8x3", "inputt: 8x8x3"),
        ("name: small\n", ""),
        ("  columns: [patch, filters: 4]", "  column: [patch, filters: 4]"),
        ("    sequence: [", "    sequences: ["),
        ("    sequence: [", "    merge: add\n    sequence: ["),
        ("{patch: <patch>, filters: <filters>}", "{patch: {a: 1}}"),
        ("relu]", "{relu: {}, softmax: {}}]"),
        ("  rows:", "  row:"),
        ("  - [conv1, conv, 8, 3x3]", "  - []"),
        ("table:", "claims: {parms: {counts: weights}}\ntable:"),
        ("table:", "expect: {parameter: 3}\ntable:"),
        ("table:", "errata: {conv1: {depth: {printed: 2}}}\ntable:"),
        ("name: small", "name: small\nextends: other\nvariant: {}"),
        ("{patch: <patch>, ", "{patch: <patch>, pading: same, "),
        ("{patch: <patch>, ", "{patch: <patch>, padding: full, "),
        ("{patch: <patch>, ", "{patch: <patch>, groups: 0, "),
        ("relu]", "Dropout: {rate: 1.5}]"),
    ],
)
def test_typical_mistakes_are_flagged(right, wrong):
    assert right in SMALL
    assert mistakes(SMALL.replace(right, wrong, 1))


def test_each_field_of_each_op_tells_what_it_sets():
    told = set()
    for op in OPS.values():
        fields = {*op.model_fields} - {"op"}
        assert {name for name in fields if not op.meaning(name)} == set(), op
        assert set(op.own) <= fields, op
        told |= fields - set(op.own)
    assert told == set(MEANINGS)


def test_a_variant_file_has_other_keys():
    assert mistakes("{name: v, extends: b, cells: {3a: {5x5: 48}}, remove: [x]}") == []
    assert mistakes("{name: v, extends: b, table: {rows: [relu]}}") == []
    assert mistakes("{name: v, extends: b, rows: [relu]}")


def keys_of(schema, path=()):
    """Yield each key that the schema knows, with its place and what is said of it."""
    if isinstance(schema, list):
        schema = dict(enumerate(schema))
    if not isinstance(schema, dict):
        return
    for key, value in schema.get("properties", {}).items():
        named = SCHEMA["$defs"].get(value.get("$ref", "").rpartition("/")[2], {})
        yield (*path, key), value.get("description") or named.get("description")
    for key, value in schema.items():
        yield from keys_of(value, (*path, key))


def test_every_key_has_a_sentence():
    told = list(keys_of(SCHEMA))
    assert len(told) > 500
    assert [place for place, sentence in told if not sentence] == []


@pytest.mark.parametrize(
    ("form", "key", "sentence"),
    [
        ("Spec", "input", "The shape of the input"),
        ("VariantFile", "cells", "By row and column, cells in the place of the base's"),
        ("Convention", "rounding", "How it is rounded"),
        ("Training", "warm-up", "Epochs in which the rate rises"),
        ("op.Conv2D", "when", "Whether the call runs"),
    ],
)
def test_a_key_says_what_stands_below_its_field(form, key, sentence):
    told = SCHEMA["$defs"][form]["properties"][key]["description"]
    assert told.startswith(sentence)
