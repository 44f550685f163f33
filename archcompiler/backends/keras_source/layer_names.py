"""Names of layers, put together where a function runs."""

import re

from archcompiler.backends.keras_source.code import literal

Name = tuple[str, ...]
"""A layer's name in pieces: variables in braces, as in an f-string, and plain texts."""


def name_code(pieces: Name) -> str:
    """Return a layer's name as source: `name`, `"conv1"` or `f"{name}_1x1"`."""
    text = "".join(pieces)
    if "{" not in text:
        return literal(text)
    return text[1:-1] if _VARIABLE.fullmatch(text) else f'f"{text}"'


def name_of_first(pieces: Name, prefix: str) -> str:
    """Return the name that the first layer bears of those that a call makes."""
    text = "".join(pieces).replace("{name}", prefix)
    return _VARIABLE.sub("1", text)


_VARIABLE = re.compile(r"\{\w+\}")
