"""A `.keras` file: its architecture, in safe mode, without weights and without code.

Only the config is read. A layer of a class that Keras doesn't know becomes a stand-in
of that name; nothing is imported for it, and no code of the file ever runs.
"""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

import archcompiler.backends.keras_model.layers  # noqa: F401  (registers our own layers)
from archcompiler.alignment.errors import ModelError
from archcompiler.diagnostics import listed

CONFIG = "config.json"
MOST_BYTES = 64 * 2**20
"""Of a config; that of the largest model of keras.applications has half a megabyte."""

_CODE = ("Lambda", "__lambda__")
_KERAS = ("keras", "builtins")
_ONLY_TRAINING = ("_initializer", "_regularizer", "_constraint")


def load_architecture(path: Path) -> keras.Model:
    """Return the model of a `.keras` file with fresh weights.

    Raises:
        ModelError: for a file that is damaged, holds code, or holds no model.
        OSError: where it cannot be read.
    """
    config = _read_config(path)
    _refuse_code(path, config)
    _forget_training(config)
    stand_ins = _stand_in_for_unknown(config)
    try:
        model = keras.saving.deserialize_keras_object(
            config, custom_objects=stand_ins, safe_mode=True
        )
    except Exception as error:  # a damaged config may fail anywhere within Keras
        told = " ".join(str(error).split())[:300]
        unknown = f"; classes not known here: {listed(stand_ins)}" if stand_ins else ""
        raise ModelError(f"Keras cannot read `{path}`{unknown}: {told}") from None
    if not isinstance(model, keras.Model):
        raise ModelError(f"`{path}` holds a `{type(model).__name__}`, not a model")
    return model


def _read_config(path: Path) -> dict[str, Any]:
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(CONFIG).file_size > MOST_BYTES:
                raise ModelError(f"`{path}`: its `{CONFIG}` is too large")
            text = archive.read(CONFIG)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise ModelError(f"`{path}` is no `.keras` file, or damaged: {error}") from None
    except Exception as error:  # zlib and others, by the kind of damage
        if isinstance(error, OSError | ModelError):
            raise
        raise ModelError(f"`{path}` is damaged: {error}") from None
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"`{path}`: its `{CONFIG}` is damaged: {error}") from None
    if not isinstance(config, dict) or "class_name" not in config:
        raise ModelError(f"`{path}`: its `{CONFIG}` holds no model")
    return config


def _refuse_code(path: Path, config: dict[str, Any]) -> None:
    for part in _objects(config):
        if part["class_name"] in _CODE:
            name = _name_of(part)
            raise ModelError(
                f"`{path}` holds code, which is never run: `{name}` is a "
                f"`{part['class_name'].strip('_')}`; write it as layers of Keras, or "
                "as a registered layer"
            )


def _name_of(part: dict[str, Any]) -> str:
    config = part.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    return str(name or part["class_name"])


def _forget_training(config: dict[str, Any]) -> None:
    """Strike out what only training needs, which may be anybody's classes."""
    config.pop("compile_config", None)
    for part in _objects(config):
        fields = part.get("config")
        if isinstance(fields, dict):
            for key, value in fields.items():
                if key.endswith(_ONLY_TRAINING) and not _is_of_keras(value):
                    fields[key] = None


def _is_of_keras(value: Any) -> bool:
    """Whether Keras itself has the class of an object, and nobody else."""
    if not isinstance(value, dict):
        return True
    return str(value.get("module") or "").partition(".")[0] in _KERAS


def _stand_in_for_unknown(config: dict[str, Any]) -> dict[str, Any]:
    """Return a stand-in for each class and function that Keras doesn't know.

    Their modules are struck out of `config`, so that Keras imports nothing.
    """
    found: dict[str, Any] = {}
    for part in _objects(config):
        name = str(part["class_name"])
        if name == "function":
            word = str(part.get("config"))
            if not _is_function(word):
                found[word] = _function(word)
            continue
        if _is_of_keras(part):
            continue
        known = str(part.get("registered_name") or name)
        if keras.saving.get_registered_object(known) is None:
            part["module"], part["registered_name"] = None, known
            found[known] = _layer(name)
    return found


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    """Return every object of a config, from the outside in."""
    waiting = [value]
    while waiting:
        here = waiting.pop()
        if isinstance(here, dict):
            if isinstance(here.get("class_name"), str):
                yield here
            waiting += here.values()
        elif isinstance(here, list):
            waiting += here


def _is_function(name: str) -> bool:
    if keras.saving.get_registered_object(name) is not None:
        return True
    return callable(getattr(keras.activations, name, None))


def _function(name: str) -> Any:
    def stand_in(x: Any) -> Any:
        return x

    stand_in.__name__ = stand_in.__qualname__ = name
    stand_in.__module__ = ""
    return stand_in


def _layer(name: str) -> type[keras.Layer]:
    """Return a layer class of that name, which gives its first operand unchanged."""

    def __init__(self: Any, *_: Any, **config: Any) -> None:  # noqa: N807
        keras.Layer.__init__(self, name=config.get("name"))

    def call(self: Any, inputs: Any, *_: Any, **__: Any) -> Any:  # noqa: ARG001
        return inputs[0] if isinstance(inputs, list | tuple) else inputs

    def load_own_variables(self: Any, store: Any) -> None:
        """Leave the weights: what they are for is not known."""

    members = {
        "__init__": __init__,
        "call": call,
        "load_own_variables": load_own_variables,
        "__module__": "",
    }
    return type(name, (keras.Layer,), members)
