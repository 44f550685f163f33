"""The config of a Keras model, as a file holds it: code refused, training forgotten."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import keras

from archcompiler.models.errors import ModelError
from archcompiler.models.settings import ONLY_TRAINING

Config = dict[str, Any]

_CODE = ("Lambda", "__lambda__")
_KERAS = ("keras", "builtins")
_MODELS = ("Functional", "Model", "Sequential")


def objects_of(value: Any) -> Iterator[Config]:
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


def settings_of(part: Config) -> Config:
    """Return the settings of an object; nothing where it holds none."""
    settings = part.get("config")
    return settings if isinstance(settings, dict) else {}


def refuse_code(path: Path, config: Config) -> None:
    """Refuse a file that holds Python code.

    Raises:
        ModelError: naming the layer.
    """
    for part in objects_of(config):
        if part["class_name"] in _CODE:
            name = settings_of(part).get("name") or part["class_name"]
            raise ModelError(
                f"`{path}` holds code, which is never run: `{name}` is a "
                f"`{part['class_name'].strip('_')}`; write it as layers of Keras, or "
                "as a registered layer"
            )


def forget_training(config: Config) -> None:
    """Strike out what only training needs, which may be anybody's classes."""
    config.pop("compile_config", None)
    for part in objects_of(config):
        settings = settings_of(part)
        for key, value in settings.items():
            if key.endswith(ONLY_TRAINING) and not is_of_keras(value):
                settings[key] = None


def modernise(config: Config) -> None:
    """Write the model of an `.h5` file as Keras now writes models.

    Its parts need no change: Keras reads those that name no module as it always did.
    """
    for part in objects_of(config):
        policy = settings_of(part).get("dtype")
        if isinstance(policy, dict) and policy.get("class_name") == "Policy":
            part["config"]["dtype"] = settings_of(policy).get("name")
    if "module" not in config and config["class_name"] in _MODELS:
        is_chain = config["class_name"] == "Sequential"
        config["class_name"] = "Sequential" if is_chain else "Model"
        config["module"] = "keras"


def is_of_keras(value: Any) -> bool:
    """Whether Keras itself has the class of an object, and nobody else."""
    if not isinstance(value, dict):
        return True
    return package_of(value) in _KERAS


def is_of_old_keras(name: str) -> bool:
    """Whether a class that a file names without a module is one of Keras' own."""
    return name.startswith("__") or name in _MODELS or hasattr(keras.layers, name)


def package_of(part: Config) -> str:
    """Return the package that an object's class comes from, as far as it is told."""
    return str(part.get("module") or "").partition(".")[0]
