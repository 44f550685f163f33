"""Opening: what MODEL names is read, whatever it is."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

from archcompiler.backends.keras_model import import_keras
from archcompiler.models.errors import ModelError
from archcompiler.shapes import Shape
from archcompiler.units.foreign import Foreign

Images = tuple[Shape, ...]
"""The shapes of a table's inputs."""

FORMS = "a `.keras`, `.h5` or `.onnx` file, or a model of keras.applications"

_FILES = (".keras", ".h5", ".hdf5", ".onnx")
_APPLICATIONS = "keras.applications."


def open_model(model: Any, images: Images = ()) -> Foreign:
    """Read a model; the table's only image stands for an input of open size.

    Raises:
        ModelError: for what is not there, cannot be read, or holds code; where the
            package is missing that reads it.
        TypeError: for anything but a Keras model, a path or a name.
    """
    if not isinstance(model, str | os.PathLike):
        return _open_live(model, _only(images))
    text = os.fspath(model)
    suffix = Path(text).suffix.lower()
    if suffix in _FILES:
        return _open_file(_regular(text), suffix, images)
    name = application_of(text)
    if name is None:
        raise ModelError(f"a model is {FORMS}, received `{text}`")
    return _open_application(name, _only(images))


def application_of(text: str) -> str | None:
    """Return the name of a model, `keras.applications.` or not; None for a path."""
    name = text.strip()
    if name.lower().startswith(_APPLICATIONS):
        name = name[len(_APPLICATIONS) :]
    is_path = Path(name).suffix or any(mark in name for mark in "/\\\0")
    return None if is_path else name


def _only(images: Images) -> Shape | None:
    return images[0] if len(images) == 1 else None


def _open_live(model: Any, image: Shape | None) -> Foreign:
    _import_keras()
    import keras

    from archcompiler.reading.keras_model import read_keras

    if not isinstance(model, keras.Model):
        kind = type(model).__name__
        raise TypeError(f"a model is a Keras model, {FORMS}, received `{kind}`")
    return read_keras(model, model.name, image)


def _regular(text: str) -> Path:
    path = Path(text)
    if "\0" in text or not path.is_file():
        raise ModelError(f"there is no file `{text}`")
    return path


def _open_file(path: Path, suffix: str, images: Images) -> Foreign:
    try:
        if suffix == ".onnx":
            return _open_onnx(path, images)
        return _open_keras(path, _only(images))
    except OSError as error:
        told = error.strerror or error
        raise ModelError(f"cannot read `{path}`: {told}") from None


def _open_onnx(path: Path, images: Images) -> Foreign:
    from archcompiler.reading.onnx_model import read_onnx

    try:
        return read_onnx(path, str(path), images)
    except ModuleNotFoundError as error:
        raise ModelError(
            f"reading ONNX needs the package onnx, {error.name} is not installed: "
            "pip install 'archcompiler[onnx]'"
        ) from None


def _open_keras(path: Path, image: Shape | None) -> Foreign:
    _import_keras()
    from archcompiler.models.keras_file import load_architecture
    from archcompiler.reading.keras_model import read_keras

    model, notes = load_architecture(path)
    return replace(read_keras(model, str(path), image), notes=notes)


def _open_application(text: str, image: Shape | None) -> Foreign:
    _import_keras()
    from archcompiler.models.applications import build_application
    from archcompiler.reading.keras_model import read_keras

    model, name = build_application(text)
    return read_keras(model, f"keras.applications.{name}", image)


def _import_keras() -> None:
    try:
        import_keras()
    except ModuleNotFoundError as error:
        raise ModelError(
            "reading a Keras model needs Keras and a framework, "
            f"{error.name} is not installed: pip install 'archcompiler[tensorflow]'"
        ) from None
