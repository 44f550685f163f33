"""A `.keras` or `.h5` file: its architecture, without weights and without code.

Only the config is read. A layer of a class that Keras doesn't know becomes a stand-in
of that name; nothing is imported for it, and no code of the file ever runs.
"""

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import h5py
import keras

import archcompiler.backends.keras_model.layers  # noqa: F401  (registers our own layers)
from archcompiler.diagnostics import listed
from archcompiler.models.errors import ModelError
from archcompiler.models.keras_config import (
    Config,
    forget_training,
    modernise,
    package_of,
    refuse_code,
)
from archcompiler.models.keras_weights import Shapes, shapes_in
from archcompiler.models.stand_ins import Unknown, stand_ins_for, strike_unknown

CONFIG = "config.json"
OLD_CONFIG = "model_config"
MOST_BYTES = 64 * 2**20
"""Of a config; that of the largest model of keras.applications has half a megabyte."""


class Loaded(NamedTuple):
    """The model of a file with fresh weights, and what is to be said of it."""

    model: keras.Model
    notes: tuple[str, ...]


def load_architecture(path: Path) -> Loaded:
    """Return the model of a `.keras` or `.h5` file.

    Raises:
        ModelError: for a file that is damaged, holds code, or holds no model.
        OSError: where it cannot be read.
    """
    config = _read_config(path)
    refuse_code(path, config)
    forget_training(config)
    modernise(config)
    whole = dict(config)
    unknown, loaded = strike_unknown(config)
    weights = _weights(path, unknown)
    try:
        stand_ins = stand_ins_for(unknown, config, weights)
        model = keras.saving.deserialize_keras_object(
            config, custom_objects={**loaded, **stand_ins}, safe_mode=True
        )
    except Exception as error:  # a damaged config may fail anywhere within Keras
        told = " ".join(str(error).split())[:300]
        names = listed(each for group in unknown[:2] for each in group)
        names = f"; not known here: {names}" if names else ""
        raise ModelError(f"Keras cannot read `{path}`{names}: {told}") from None
    if not isinstance(model, keras.Model):
        raise ModelError(_no_model(path, whole, unknown))
    return Loaded(model, tuple(_notes(path, unknown)))


def _weights(path: Path, unknown: Unknown) -> dict[str, Shapes]:
    try:
        return shapes_in(path, unknown.layers)
    except Exception as error:  # zlib, h5py and others, by the kind of damage
        if isinstance(error, OSError) and error.errno:
            raise
        raise ModelError(f"`{path}`: its weights are damaged: {error}") from None


# What is not known ------------------------------------------------------------


def _no_model(path: Path, config: Config, unknown: Unknown) -> str:
    name = config["class_name"]
    if config.get("registered_name", name) not in unknown.classes:
        return f"`{path}` holds a `{name}`, not a model"
    return (
        f"`{path}` holds a model of the class `{name}`, which only its own code can "
        f"build: {_way_out(path, config)}"
    )


def _notes(path: Path, unknown: Unknown) -> Iterator[str]:
    for part in unknown.classes.values():
        yield (
            f"`{part['class_name']}` is not known here, so what it does is not told: "
            f"{_way_out(path, part)}"
        )


def _way_out(path: Path, part: Config) -> str:
    """Say how to compare a file all the same that needs other people's code."""
    package = package_of(part)
    done = f"`{package}` is imported" if package else "its class is registered"
    return f'in Python, once {done}, archcompiler.audit(SPEC, "{path.name}") knows it'


# Reading ----------------------------------------------------------------------


def _read_config(path: Path) -> Config:
    name, text = _read_archive(path) if zipfile.is_zipfile(path) else _read_old(path)
    try:
        config = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"`{path}`: its `{name}` is damaged: {error}") from None
    if not isinstance(config, dict) or "class_name" not in config:
        raise ModelError(f"`{path}`: its `{name}` holds no model")
    return config


def _read_archive(path: Path) -> tuple[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            if archive.getinfo(CONFIG).file_size > MOST_BYTES:
                raise ModelError(f"`{path}`: its `{CONFIG}` is too large")
            return CONFIG, archive.read(CONFIG)
    except (zipfile.BadZipFile, KeyError, EOFError, NotImplementedError) as error:
        raise ModelError(f"`{path}` is no `.keras` file, or damaged: {error}") from None
    except Exception as error:  # zlib and others, by the kind of damage
        if isinstance(error, OSError | ModelError):
            raise
        raise ModelError(f"`{path}` is damaged: {error}") from None


def _read_old(path: Path) -> tuple[str, Any]:
    """Return the config of an `.h5` file, which is an attribute."""
    if not h5py.is_hdf5(path):
        path.open("rb").close()  # where it cannot be read, that is what is wrong
        kind = ".keras" if path.suffix == ".keras" else ".h5"
        raise ModelError(f"`{path}` is no `{kind}` file, or damaged")
    try:
        with h5py.File(path) as file:
            text = file.attrs.get(OLD_CONFIG)
    except Exception as error:  # whatever a damaged file makes h5py raise
        raise ModelError(f"`{path}` is damaged: {error}") from None
    if text is None:
        raise ModelError(
            f"`{path}` holds weights alone, which don't say how the model is made: "
            'save it whole, model.save("model.keras")'
        )
    return OLD_CONFIG, text
