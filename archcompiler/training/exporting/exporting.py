"""Exporting: written beside its place, compared with the run, then moved there."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
import tensorflow as tf

from archcompiler.backends.keras_model.messages import native_messages_kept
from archcompiler.backends.keras_model.stranger import imports_to_open
from archcompiler.training.data.images import ImageSet
from archcompiler.training.data.pipeline import validation_batches
from archcompiler.training.data.reading import read_image
from archcompiler.training.errors import TrainingError
from archcompiler.training.exporting import TARGETS
from archcompiler.training.exporting.forms import FORMS, write
from archcompiler.training.exporting.network import network_of, with_preprocessing
from archcompiler.training.exporting.opening import outputs_of
from archcompiler.training.loading import Run
from archcompiler.training.recipe import Head, Recipe
from archcompiler.writing import replacing, replacing_folder

_COMPARED = 16  # images
_BOUND = 1e-4
"""By how much outputs may differ, of the largest one where that is above 1."""


class Exported(NamedTuple):
    """What was written."""

    parameters: int
    images: int
    """How many were compared."""

    difference: float
    """The largest one between an output of the file and that of the run."""


def export(
    run: Run,
    path: Path,
    form: str,
    images: ImageSet,
    *,
    head: Head | None = None,
    preprocess: bool = False,
) -> Exported:
    """Write the network of a run in a form; it has its name once it computes the same.

    With `preprocess` it takes images as they are, else as the recipe leaves them.

    Raises:
        TrainingError: for what the form cannot hold, or what gives other outputs.
        OSError: when the folder cannot be written.
    """
    tf.config.experimental.enable_tensor_float_32_execution(False)
    some = images.take(np.unique(np.linspace(0, len(images) - 1, _COMPARED, dtype=int)))
    model = network_of(run, head)
    batches = [np.asarray(batch) for batch, _ in validation_batches(some, run.recipe)]
    wanted = _joined([_outputs(model, batch) for batch in batches])
    if preprocess:
        model = with_preprocessing(model, run.recipe)
        batches = _as_they_are(some, run.recipe)
    _outputs(model, batches[0])  # Keras exports what was called
    with _replacing(path, form) as unfinished:
        with native_messages_kept():
            write(FORMS[form], model, unfinished, run.classes)
        imports = imports_to_open(run.architecture.expansion) if form == "keras" else ()
        found = outputs_of(unfinished, FORMS[form].opener, batches, imports)
        several = len(wanted)
        each = [
            found[place : place + several] for place in range(0, len(found), several)
        ]
        difference = refuse_other(path, wanted, _joined(each))
    return Exported(model.count_params(), len(some), difference)


def _replacing(path: Path, form: str) -> AbstractContextManager[Path]:
    return replacing(path) if TARGETS[form].suffix else replacing_folder(path)


def _outputs(model: keras.Model, batch: Any) -> list[Any]:
    return [
        np.asarray(each) for each in keras.tree.flatten(model(batch, training=False))
    ]


def _joined(batches: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the arrays of each output as one, over all batches."""
    return [np.concatenate(parts) for parts in zip(*batches, strict=True)]


def _as_they_are(images: ImageSet, recipe: Recipe) -> list[Any]:
    """Return images one by one, as they lie in files and arrays."""
    read = images.read(np.arange(len(images)))
    if images.files:
        read = [
            read_image(str(path), recipe.image[-1], images.upright).numpy()
            for path in read
        ]
    return [np.asarray(each, np.float32)[None] for each in read]


def refuse_other(path: Path, wanted: Sequence[Any], found: Sequence[Any]) -> float:
    """Return the largest difference; refuse one that rounding doesn't make."""
    shapes = [[each.shape for each in arrays] for arrays in (wanted, found)]
    if shapes[0] != shapes[1]:
        message = f"gives outputs of {shapes[1]}, the run of {shapes[0]}"
        raise TrainingError(f"`{path}` is not written: it {message}")
    most = 0.0
    for own, other in zip(wanted, found, strict=True):
        difference = float(np.abs(own - other).max())
        if not difference <= _BOUND * max(1.0, float(np.abs(own).max())):
            raise TrainingError(
                f"`{path}` is not written: on an image of the run its outputs "
                f"differ by {difference:.2g}"
            )
        most = max(most, difference)
    return most
