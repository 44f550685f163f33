"""Names: what can be one, and what becomes of it in a layer's name."""

import re
from collections.abc import Collection, Iterable
from functools import lru_cache

from archcompiler.language.expressions import (
    ATTRIBUTES,
    FUNCTIONS,
    is_operator,
    read_value,
)

REPETITION = ("first", "last", "index", "count")
"""The words by which an expression asks which repetition of a call runs."""


@lru_cache(maxsize=4096)
def name_problem(name: str) -> str:
    """Say why a text cannot be the name of a value in expressions; empty if it can."""
    if read_value(name) != name:
        return "reads as a value, so it cannot be a name"
    if name in ("in", "when", *REPETITION):
        return "is a word of the language"
    if any(sign in name for sign in "()<>;'"):
        return "cannot be a name: it holds one of ( ) < > ; '"
    if name in FUNCTIONS or any(is_operator(word) for word in name.split()):
        return "is a word of expressions"
    owner, dot, attribute = name.rpartition(".")
    if owner and dot and attribute in ATTRIBUTES:
        return "reads as the attribute of a tensor"
    return "" if slug(name) else "has no letter or digit from a to z, 0 to 9"


def reference_problem(name: str) -> str:
    """Say why a row, step or input cannot be called so; empty if it can."""
    if name == "in":
        return "is a word of the language"
    if name[:1] == "-" and is_relative(name):
        return "counts back, so it cannot be a name"
    if "<" in name:
        return "cannot be a name: names have no holes"
    return "" if slug(name) else "has no letter or digit from a to z, 0 to 9"


def repetition_asked(text: str) -> tuple[str, int | None] | None:
    """Return what `conv 2` and `all conv` ask for: whose repetition, and which.

    It is no repetition where something is called so.
    """
    if text.startswith("all "):
        return text.removeprefix("all "), None
    name, _, number = text.rpartition(" ")
    return (name, int(number)) if name and _COUNT.fullmatch(number) else None


def asked_for(texts: Iterable[str], names: Collection[str]) -> frozenset[str]:
    """Return those names of whose repetitions some references ask for one, or all."""
    asked = [repetition_asked(text) for text in texts if text not in names]
    return frozenset([found[0] for found in asked if found and found[0] in names])


def repetition_name(name: str, number: int) -> str:
    """Return the name of a repetition, counted from 1."""
    return f"{name} {number}"


_COUNT = re.compile(r"[1-9][0-9]{0,4}")


def is_relative(text: str) -> bool:
    """Whether a reference counts back: `-1`, `-2`."""
    return bool(_RELATIVE.fullmatch(text))


_RELATIVE = re.compile(r"-[1-9][0-9]{0,3}")


@lru_cache(maxsize=4096)
def slug(text: str) -> str:
    """Return a text as a part of a layer's name: `5x5 reduce` becomes `5x5_reduce`."""
    if text.isascii() and text.replace(" ", "").isalnum():  # as most names are
        return "_".join(text.lower().split())
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


@lru_cache(maxsize=4096)
def snake_case(name: str) -> str:
    """Return `MaxPooling2D` as `max_pooling2d`, as Keras names its layers."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
