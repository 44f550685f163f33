"""What a run makes of images: probabilities of its classes, by its own pipeline."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from archcompiler.diagnostics import suggest
from archcompiler.training.data.examining import refuse_broken
from archcompiler.training.data.fitting import refuse_files
from archcompiler.training.data.images import ImageSet
from archcompiler.training.data.kinds import find, kind_in
from archcompiler.training.data.pipeline import validation_batches
from archcompiler.training.data.reading import refuse_unreadable
from archcompiler.training.errors import TrainingError
from archcompiler.training.loading import Run
from archcompiler.training.recipe import Head
from archcompiler.training.recorded import recorded_request


def head_of(run: Run, name: str | None) -> Head:
    """Return an output of a run by its name; the first one for None.

    Raises:
        TrainingError: for a name that no output has.
    """
    heads = {head.name: head for head in run.recipe.heads}
    if name is None:
        return run.recipe.heads[0]
    if name not in heads:
        help = suggest(name, heads) or f"it is one of {', '.join(heads)}"
        raise TrainingError(f"`{run.architecture.name}` has no output `{name}`: {help}")
    return heads[name]


def find_images(paths: Sequence[str]) -> list[Path]:
    """Return the images that files and folders name; folders are walked down.

    Raises:
        TrainingError: for what is not there, no image, or a folder without any.
    """
    return [image for path in paths for image in _images(Path(path))]


def _images(path: Path) -> Sequence[Path]:
    if not path.is_dir():
        if not path.is_file():
            raise TrainingError(f"there is no image `{path}`")
        if not kind_in(path):
            raise TrainingError(f"`{path}` is no image: it does not begin as one")
        return [path]
    found = find(path)
    refuse_broken(found.false)
    if not found.images:
        raise TrainingError(f"no image lies below `{path}`")
    return found.images


def predict_files(run: Run, paths: Sequence[Path], head: Head) -> Any:
    """Return the probabilities (images, classes) that an output gives to image files.

    Raises:
        TrainingError: for a file that cannot be read, by its name.
    """
    images = np.empty(len(paths), object)
    images[:] = paths
    upright = "upright" in recorded_request(run.folder).takings
    some = ImageSet(images, np.zeros(len(paths), np.int64), upright=upright)
    channels = run.recipe.image[-1]
    refuse_files(some, channels)
    try:
        return predict(run, some, head)
    except tf.errors.OpError:
        refuse_unreadable(paths, channels)
        raise


def predict(run: Run, images: ImageSet, head: Head) -> Any:
    """Return the probabilities (images, classes) that an output gives to images."""
    batches = validation_batches(images, run.recipe)
    outputs = run.model.predict(batches, verbose=0)
    heads = run.recipe.heads
    found = outputs[heads.index(head)] if len(heads) > 1 else outputs
    return probabilities(np.asarray(found, np.float64), head)


def probabilities(values: Any, head: Head) -> Any:
    """Return what an output says as probabilities; its loss tells what logits are."""
    if not head.from_logits:
        return values
    if head.loss.name == "binary crossentropy":
        return 1 / (1 + np.exp(-values))
    if head.loss.name == "categorical crossentropy":
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)
    return values
