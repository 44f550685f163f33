"""Stand-ins: layers and functions of the names that Keras doesn't know.

A stand-in gives the shapes that the file says, holds as many weights, and computes
nothing. No module is imported for it.
"""

import sys
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import keras

from archcompiler.models.keras_config import (
    Config,
    is_of_keras,
    is_of_old_keras,
    objects_of,
    settings_of,
)
from archcompiler.ops.table import OPS

Shapes = list[tuple[int | None, ...]]
"""Those of what a layer gives, or of its weights."""


class Unknown(NamedTuple):
    """The classes and functions that Keras doesn't know, by the names it looks up."""

    classes: dict[str, Config]
    """Of each class one object."""

    functions: set[str]
    layers: set[str]
    """The names of the layers of such classes."""


def strike_unknown(config: Config) -> tuple[Unknown, dict[str, type]]:
    """Return what is not known, and classes that Keras doesn't know but Python does.

    Their modules are struck out of `config`, so that Keras imports nothing.
    """
    unknown = Unknown({}, set(), set())
    loaded: dict[str, type] = {}
    for part in [*objects_of(config)]:
        unknown.functions.update(_unknown_functions(part))
        if part["class_name"] == "function" or _is_known(part):
            continue
        known = str(part.get("registered_name") or part["class_name"])
        own = _loaded_class(part)
        if own is not None:
            loaded[known] = own
        else:
            unknown.classes.setdefault(known, dict(part))
            unknown.layers.add(_name_own(part))
        if "module" in part:
            part["module"], part["registered_name"] = None, known
    return unknown, loaded


def stand_ins_for(
    unknown: Unknown, config: Config, weights: Mapping[str, Shapes]
) -> dict[str, Any]:
    """Return a stand-in for each class and function that is not known.

    How layers were built is struck out of `config`: what arrives builds them, which may
    be something else where the file doesn't say what a stand-in gives.
    """
    outputs = _outputs(config)
    for part in objects_of(config) if unknown.layers else ():
        part.pop("build_config", None)
    layers = {
        name: _layer(str(part["class_name"]), outputs, weights)
        for name, part in unknown.classes.items()
    }
    return {**layers, **{name: _function(name) for name in unknown.functions}}


def _name_own(part: Config) -> str:
    """Return a layer's name, which its own config may lack and the model's has."""
    return str(settings_of(part).setdefault("name", part.get("name")))


# What is known ----------------------------------------------------------------


def _is_known(part: Config) -> bool:
    name = str(part["class_name"])
    if "module" not in part and is_of_old_keras(name):
        return True
    known = str(part.get("registered_name") or name)
    return is_of_keras(part) or keras.saving.get_registered_object(known) is not None


def _loaded_class(part: Config) -> type | None:
    """Return a layer's class from a module that somebody imported already."""
    module = sys.modules.get(str(part.get("module")))
    found = vars(module).get(part["class_name"]) if module is not None else None
    is_layer = isinstance(found, type) and issubclass(found, keras.Layer)
    return found if is_layer else None


def _unknown_functions(part: Config) -> Iterator[str]:
    is_function = part["class_name"] == "function"
    named = {"activation": part.get("config")} if is_function else settings_of(part)
    for key, value in named.items():
        if not isinstance(value, str) or not key.endswith("activation"):
            continue
        if not _is_function(value):
            yield value


def _is_function(name: str) -> bool:
    if keras.saving.get_registered_object(name) is not None:
        return True
    return callable(getattr(keras.activations, name, None))


# Shapes -----------------------------------------------------------------------


def _outputs(config: Config) -> dict[str, Shapes]:
    """Return the shapes of what each layer gives, as those say that take it."""
    found: dict[str, dict[int, Any]] = {}
    for part in objects_of(config):
        settings = settings_of(part)
        if part["class_name"] == "__keras_tensor__":
            layer, _, place = settings["keras_history"]
            found.setdefault(layer, {})[place] = settings["shape"]
        elif part["class_name"] == "Sequential":
            found.update(_in_a_chain(settings.get("layers", [])))
    return {
        layer: [tuple(shapes[place]) for place in sorted(shapes)]
        for layer, shapes in found.items()
    }


def _in_a_chain(layers: list[Config]) -> Iterator[tuple[str, dict[int, Any]]]:
    """Yield what each layer gives to the next."""
    arrives = None
    for layer in reversed(layers):
        if arrives:
            yield str(settings_of(layer).get("name")), {0: arrives}
        built = layer.get("build_config") or {}
        arrives = built.get("input_shape", arrives if _keeps_shape(layer) else None)


def _keeps_shape(part: Config) -> bool:
    op = OPS.get(str(part["class_name"]))
    return op is not None and (op.only_in_training or op.family == "activation")


# Classes ----------------------------------------------------------------------


def _function(name: str) -> Any:
    def stand_in(x: Any) -> Any:
        return x

    stand_in.__name__ = stand_in.__qualname__ = name
    stand_in.__module__ = ""
    return stand_in


def _layer(
    name: str, outputs: Mapping[str, Shapes], weights: Mapping[str, Shapes]
) -> type[keras.Layer]:
    """Return a layer class of that name.

    Where the file doesn't say what it gives, it is its first operand unchanged.
    """

    def __init__(self: Any, *_: Any, **config: Any) -> None:  # noqa: N807
        keras.Layer.__init__(self, name=config.get("name"))
        self.supports_masking = True

    def build(self: Any, *_: Any, **__: Any) -> None:
        for shape in weights.get(self.name, ()):
            self.add_weight(shape=shape, initializer="zeros")

    def compute_output_spec(self: Any, inputs: Any, *_: Any, **__: Any) -> Any:
        first = inputs[0] if isinstance(inputs, list | tuple) else inputs
        shapes = outputs.get(self.name) or [first.shape]
        given = [keras.KerasTensor(shape, first.dtype) for shape in shapes]
        return given if len(given) > 1 else given[0]

    def call(self: Any, inputs: Any, *_: Any, **__: Any) -> Any:  # noqa: ARG001
        return inputs

    def load_own_variables(self: Any, store: Any) -> None:
        """Leave the weights: what they are for is not known."""

    members = {
        "__init__": __init__,
        "build": build,
        "compute_output_spec": compute_output_spec,
        "call": call,
        "load_own_variables": load_own_variables,
        "__module__": "",
    }
    return type(name, (keras.Layer,), members)
