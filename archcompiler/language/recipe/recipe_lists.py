"""Lists within a recipe: each value is read as the recipe reads it, at its place."""

from collections.abc import Callable
from typing import Any

from pydantic_core import PydanticCustomError

from archcompiler.diagnostics import Diagnostic
from archcompiler.language.forms.choices import Tried, first_of, read_tried
from archcompiler.language.forms.forms import all_located, located, require_mapping
from archcompiler.language.forms.sections import collected
from archcompiler.language.recipe.training import Training
from archcompiler.language.text.document import Mapping, Node, Scalar, Sequence

Nested = Tried | dict[str, "Nested"]
"""What stands at a key of a recipe: values, or a call with lists in it."""

Read = Callable[[Node], Any]


def read_recipe_lists(node: Node) -> dict[str, Nested]:
    """Read the values of each key of a recipe."""
    return _read_each(node, "`training`", _read_key)


def _read_each(
    node: Node, what: str, read: Callable[[Scalar, Node], Nested]
) -> dict[str, Nested]:
    found: list[Diagnostic] = []
    tried = {}
    for key, value in require_mapping(node, what).items():
        with collected(found):
            tried[key.text] = read(key, value)
    if found:
        raise all_located(found)
    return tried


def _read_key(key: Scalar, node: Node) -> Nested:
    def read(value: Node) -> Any:
        return Training.read_section(_entry(key, value)).plain().get(key.text)

    if isinstance(node, Mapping) and _firsts(node) is not node:
        return _read_within(node, read)
    try:
        return read_tried(node, read)
    except PydanticCustomError:
        if isinstance(node, Sequence) and node.items and _can_be(node, read):
            message = f"`{key.text}` is a list, and a grid tries each item of a list"
            help = f"write `{key.text}: [[...]]`, a list of the lists to try"
            raise located("wrong-type", message, node.span, help) from None
        raise


def _read_within(node: Mapping, read: Read) -> Nested:
    """Read a call with lists: each item where it stands, beside the first of others."""

    def read_argument(key: Scalar, value: Node) -> Nested:
        def read_one(one: Node) -> Any:
            return read(_with(node, key, one))

        if isinstance(value, Mapping):
            return _read_within(value, read_one)
        return read_tried(value, read_one)

    return _read_each(node, "this", read_argument)


def _firsts(node: Node) -> Node:
    """Return a mapping with the first item for each list; itself where it has none."""
    if isinstance(node, Sequence):
        return first_of(node)
    if not isinstance(node, Mapping):
        return node
    firsts = {
        text: (key, _firsts(value)) for text, (key, value) in node.entries.items()
    }
    if all(firsts[text][1] is value for text, (_, value) in node.entries.items()):
        return node
    return _mapping(node, firsts)


def _with(node: Mapping, key: Scalar, value: Node) -> Mapping:
    """Return a mapping of single values, one of them given."""
    others = {text: (k, _firsts(v)) for text, (k, v) in node.entries.items()}
    return _mapping(node, {**others, key.text: (key, value)})


def _entry(key: Scalar, value: Node) -> Mapping:
    return _mapping(key, {key.text: (key, value)})


def _mapping(at: Scalar | Mapping, entries: dict[str, tuple[Scalar, Node]]) -> Mapping:
    mapping = Mapping(at.source, at.line, at.column)
    mapping.entries = entries
    return mapping


def _can_be(node: Node, read: Read) -> bool:
    try:
        read(node)
    except PydanticCustomError:
        return False
    return True
