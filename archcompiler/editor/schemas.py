"""Schemas: what the JSON Schema of specs says of a place in a document."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any
from urllib.parse import unquote

from archcompiler.language.spec.schema import Schema, json_schema
from archcompiler.language.text.document import Mapping as Tree


def schemas_at(root: Tree, path: Sequence[str | int]) -> list[Schema]:
    """Return the forms that may stand at a path of a document, by keys and numbers."""
    form = "VariantFile" if "extends" in root.entries else "Spec"
    places = list(_choices({"$ref": f"#/$defs/{form}"}))
    for step in path:
        places = [inner for place in places for inner in _step(place, step)]
    return places


def description_of(root: Tree, path: Sequence[str | int], key: str) -> str:
    """Return what the schema tells of a key of the mapping at a path, or nothing."""
    for place in schemas_at(root, path):
        value = place.get("properties", {}).get(key)
        for told in (value, *_choices(value)) if value else ():
            if description := told.get("description"):
                return str(description)
    return ""


@cache
def _schema() -> Schema:
    return json_schema()


def _choices(schema: Schema) -> Iterator[Schema]:
    """Yield the forms that a schema allows, references followed."""
    if "$ref" in schema:
        place = _schema()
        for part in schema["$ref"].split("/")[1:]:
            place = place[unquote(part)]
        yield from _choices(place)
        return
    yield schema
    for choice in schema.get("anyOf", ()):
        yield from _choices(choice)


def _step(schema: Schema, step: str | int) -> Iterator[Schema]:
    inner: Any = schema.get("items")
    if isinstance(step, str):
        inner = schema.get("properties", {}).get(step)
        inner = inner or schema.get("additionalProperties")
    if isinstance(inner, dict):
        yield from _choices(inner)
