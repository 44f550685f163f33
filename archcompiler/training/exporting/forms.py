"""Forms: what a trained network is written as, what that needs, and who opens it."""

import json
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import keras

from archcompiler.training.errors import TrainingError
from archcompiler.training.exporting.opening import (
    open_keras,
    open_onnx,
    open_saved_model,
    open_tflite,
)

CLASSES = "classes.json"
"""The names of the classes, the label 0 first; in ONNX they are metadata."""


class Form(NamedTuple):
    """A form of file, or of folder."""

    write: Callable[[keras.Model, Path], None]
    keep_classes: Callable[[Path, Sequence[str]], None]
    """Adds the names of the classes to what was written."""

    opener: Callable[[str], Any]


def _write_keras(model: keras.Model, path: Path) -> None:
    model.save(path)


def _write_saved_model(model: keras.Model, path: Path) -> None:
    model.export(str(path), format="tf_saved_model", verbose=False)


def _write_onnx(model: keras.Model, path: Path) -> None:
    model.export(str(path), format="onnx", verbose=False)


def _write_tflite(model: keras.Model, path: Path) -> None:
    import tensorflow as tf

    with TemporaryDirectory() as folder:
        _write_saved_model(model, Path(folder))
        content = tf.lite.TFLiteConverter.from_saved_model(folder).convert()
    path.write_bytes(content)


def _into_archive(path: Path, classes: Sequence[str]) -> None:
    """Add a file to a zip, or put a zip behind a TFLite file, as its tools do."""
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(CLASSES, json.dumps(classes))


def _into_folder(path: Path, classes: Sequence[str]) -> None:
    """Write the file where a SavedModel has what is its owner's."""
    place = path / "assets.extra"
    place.mkdir(exist_ok=True)
    (place / CLASSES).write_text(json.dumps(classes), "utf-8")


def _into_onnx(path: Path, classes: Sequence[str]) -> None:
    import onnx

    model = onnx.load(str(path))
    onnx.helper.set_model_props(model, {"classes": json.dumps(classes)})
    onnx.save(model, str(path))


FORMS = {
    "keras": Form(_write_keras, _into_archive, open_keras),
    "onnx": Form(_write_onnx, _into_onnx, open_onnx),
    "saved_model": Form(_write_saved_model, _into_folder, open_saved_model),
    "tflite": Form(_write_tflite, _into_archive, open_tflite),
}
"""By the names of `TARGETS`."""


def write(form: Form, model: keras.Model, path: Path, classes: Sequence[str]) -> None:
    """Write a model with the names of its classes.

    Raises:
        TrainingError: for a model that the form cannot hold.
    """
    try:
        form.write(model, path)
    except OSError:
        raise
    except Exception as error:  # an exporter may fail in any way
        reason = " ".join(str(error).split())[:300]
        message = f"`{path.name}` cannot hold this network: {reason}"
        raise TrainingError(message) from error
    form.keep_classes(path, classes)
