"""The models of keras.applications, by name, without trained weights."""

from collections.abc import Callable
from typing import Any

import keras

from archcompiler.diagnostics import suggest
from archcompiler.models.errors import ModelError


def build_application(text: str) -> tuple[Any, str]:
    """Build a model as keras.applications does by itself; return it and its name.

    Raises:
        ModelError: for a name that keras.applications doesn't have.
    """
    build, name = find_application(text)
    return build(weights=None), name


def find_application(text: str) -> tuple[Callable[..., Any], str]:
    """Return what builds a model of keras.applications, and its name.

    Raises:
        ModelError: for a name that keras.applications doesn't have.
    """
    builders = {name.lower(): name for name in _names()}
    name = builders.get(text.strip().lower())
    if name is None:
        hint = suggest(text, builders.values())
        help = f": {hint}" if hint else ""
        raise ModelError(
            f"`{text}` is no file, and no model of keras.applications{help}"
        )
    return getattr(keras.applications, name), name


def _names() -> list[str]:
    applications = vars(keras.applications)
    return [name for name, value in applications.items() if _builds(name, value)]


def _builds(name: str, value: Any) -> bool:
    return name[:1].isupper() and callable(value)
