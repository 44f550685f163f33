"""Opening a source: a file, a run folder, or a model of keras.applications."""

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import keras

from archcompiler.architecture import Architecture
from archcompiler.models.errors import ModelError
from archcompiler.models.keras_file import load_architecture
from archcompiler.models.private import layers_within
from archcompiler.reading.opening import application_of
from archcompiler.training.errors import TrainingError
from archcompiler.training.loading import load_run
from archcompiler.training.transfer.applications import fetch_application
from archcompiler.training.transfer.reading import reading
from archcompiler.training.transfer.weights import load_exactly

FORMS = (
    "a `.keras` or `.h5` file, a `.weights.h5` file, the folder of a run, "
    "or a name of keras.applications"
)
_SEEN = ("pixels", "mean", "deviation")
"""What a recipe makes of an image's values."""


@dataclass(frozen=True)
class Opened:
    """A source with its weights."""

    model: keras.Model
    name: str
    seen: dict[str, Any] | None = None
    """How its images reached it, by the keys of a recipe; None where nobody knows."""

    def digest(self) -> str:
        """Return the SHA-256 of the weights, layer by layer."""
        digest = hashlib.sha256()
        for variable in self.model.weights:
            array = keras.ops.convert_to_numpy(variable)
            digest.update(f"{array.dtype} {array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()


def open_source(text: str, architecture: Architecture) -> Opened:
    """Return the model that a source names; weights alone are those of `architecture`.

    Its layers compute in float32, whatever they were saved with.

    Raises:
        TrainingError: for what is not there, cannot be read, or cannot be fetched.
    """
    opened = _open(text, architecture)
    for layer in layers_within(opened.model):
        layer.dtype_policy = keras.DTypePolicy("float32")
    return opened


def _open(text: str, architecture: Architecture) -> Opened:
    path = Path(text)
    if text and path.is_dir():
        return _open_run(path)
    if not text.endswith((".keras", ".h5")):
        name = None if path.is_file() else application_of(text)
        if not name:
            there = "" if path.exists() or not text else ", and there is none"
            raise TrainingError(f"`--init` takes {FORMS}, received `{text}`{there}")
        return Opened(*fetch_application(name))
    if not path.is_file():
        raise TrainingError(f"there is no file `{path}`")
    if not text.endswith(".weights.h5"):
        return Opened(_open_whole(path), str(path))
    model = architecture.to_keras()
    load_exactly(model, path)
    return Opened(model, str(path))


def _open_whole(path: Path) -> keras.Model:
    with reading(path):
        try:
            model = load_architecture(path).model
        except ModelError as error:
            raise TrainingError(str(error)) from None
        model.load_weights(path)
    return model


def _open_run(folder: Path) -> Opened:
    """Return the network of a run with its best weights."""
    run = load_run(folder)
    recipe = run.recipe.training.plain()
    model = run.architecture.to_keras()
    load_exactly(model, run.weights)
    return Opened(model, str(folder), {key: recipe[key] for key in _SEEN})
