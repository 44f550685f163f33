"""Fields: what each takes, whatever the calls of today give it."""

from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from archcompiler.ops.base import AbstractOp


@cache
def kind_of_field(op: type[AbstractOp], field: str) -> type:
    """Return the type of a field, or of its parts; `object` for an initializer."""
    kinds = set(_kinds(op.model_fields[field].annotation))
    return kinds.pop() if len(kinds) == 1 else object


@cache
def is_of_several(op: type[AbstractOp], field: str) -> bool:
    """Whether a field holds several numbers."""
    alternatives = _alternatives(op.model_fields[field].annotation)
    return any(get_origin(alternative) is tuple for alternative in alternatives)


@cache
def bounds_of_field(op: type[AbstractOp], field: str) -> str:
    """Return the bounds of a field, or of its parts, as `within` takes them."""
    declared = op.model_fields[field]
    marks = [*declared.metadata, *_marks(declared.annotation)]
    found = {}
    for mark in marks:
        for name, word in _BOUNDS.items():
            if (bound := getattr(mark, name, None)) is not None:
                found[word] = bound
    return ", ".join(
        f"{word}={found[word]}" for word in _BOUNDS.values() if word in found
    )


_BOUNDS = {"gt": "above", "ge": "least", "le": "most", "lt": "below"}


def _marks(annotation: Any) -> list[Any]:
    """Return the marks of a type and of those within it."""
    own = list(getattr(annotation, "__metadata__", ()))
    own += [mark for field in own for mark in getattr(field, "metadata", ())]
    return own + [mark for part in get_args(annotation) for mark in _marks(part)]


def _kinds(annotation: Any) -> list[type]:
    kinds: list[type] = []
    for alternative in _alternatives(annotation):
        if get_origin(alternative) is tuple:
            parts = [part for part in get_args(alternative) if part is not Ellipsis]
            kinds += [kind for part in parts for kind in _kinds(part)]
        else:
            kinds.append(str if get_origin(alternative) is Literal else alternative)
    return kinds


def _alternatives(annotation: Any) -> list[Any]:
    """Return the types of an annotation, without its marks and without None."""
    if get_origin(annotation) is Annotated:
        return _alternatives(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        return [a for part in get_args(annotation) for a in _alternatives(part)]
    return [] if annotation is NoneType else [annotation]
