"""Settings: a layer's config as far as its function depends on it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

_OPEN = frozenset({"name", "trainable", "dtype", "seed", "build_config"})
ONLY_TRAINING = ("_initializer", "_regularizer", "_constraint")
"""How the names of settings end that only training needs."""

_UNKNOWN = "settings"
"""What the settings of a layer hold that cannot give its config."""


class Unknown:
    """Settings that equal only themselves."""

    def __init__(self, error: str) -> None:
        self.error = error

    def __str__(self) -> str:
        return f"not known ({self.error} in `get_config`)"


@dataclass(frozen=True, slots=True)
class Nameless:
    """A function that nothing tells from others but itself."""

    number: int

    def __str__(self) -> str:
        return "without a name"


def settings_of(layer: Any) -> dict[str, Hashable]:
    """Return the config of a layer or op, without names, dtypes and what only trains.

    A layer that cannot give its config gets settings that equal no other's.
    """
    try:
        config = layer.get_config()
    except Exception as error:  # a custom layer's own code
        return {_UNKNOWN: Unknown(type(error).__name__)}
    return {key: freeze(value) for key, value in config.items() if not _is_open(key)}


def kind_of(layer: Any) -> str:
    """Return the name under which a class is known: Keras' own, or a registered one."""
    cls = type(layer)
    if getattr(keras.layers, cls.__name__, None) is cls:
        return str(cls.__name__)
    name = str(keras.saving.get_registered_name(cls))
    return name if ">" in name else f"{cls.__module__}.{cls.__qualname__}"


def identity(function: Any) -> Hashable:
    """Return what tells a function that is none of Keras' from all others."""
    if isinstance(function, keras.Layer):
        return kind_of(function), tuple(settings_of(function).items())
    module = getattr(function, "__module__", "")
    name = getattr(function, "__qualname__", "")
    if not name or "<" in name:  # a lambda or closure: only its own object is equal
        return Nameless(id(function))
    return f"{module}.{name}"


def freeze(value: Any) -> Hashable:
    """Return a value of a config as one that can be compared."""
    if isinstance(value, Mapping):
        items = ((key, freeze(each)) for key, each in value.items())
        return tuple(item for item in items if not _is_open(item[0]))
    if isinstance(value, list | tuple):
        return tuple(map(freeze, value))
    if isinstance(value, set | frozenset):
        return frozenset(map(freeze, value))
    if isinstance(value, slice):
        return "slice", *map(freeze, (value.start, value.stop, value.step))
    if (
        value is None
        or value is ...
        or isinstance(value, str | bytes | bool | int | float | complex)
    ):
        return value
    return _freeze_array(value)


def _freeze_array(value: Any) -> Hashable:
    if isinstance(value, np.generic | np.ndarray) or keras.ops.is_tensor(value):
        array = keras.ops.convert_to_numpy(value)
        return str(array.dtype), array.shape, array.tobytes()
    return type(value).__qualname__, id(value)


def _is_open(key: Any) -> bool:
    """Whether a key says nothing about the function."""
    return isinstance(key, str) and (key in _OPEN or key.endswith(ONLY_TRAINING))
