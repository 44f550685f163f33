"""A run, evaluated: what Keras measures, and how good its probabilities are."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from archcompiler.diagnostics import suggest
from archcompiler.training.data.fingerprints import (
    read_known,
    refuse_other_validation,
)
from archcompiler.training.data.fitting import refuse_unfit
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.data.pipeline import validation_batches
from archcompiler.training.data.sources import load_data
from archcompiler.training.errors import TrainingError
from archcompiler.training.history import told
from archcompiler.training.judging import Judgement, judge
from archcompiler.training.loading import Run
from archcompiler.training.predicting import predict
from archcompiler.training.recipe import Head
from archcompiler.training.recorded import recorded_request
from archcompiler.training.task import prepare


@dataclass(frozen=True)
class Evaluation:
    """What a run is worth on some images."""

    run: Run
    images: str
    """Which images these are, as people are told."""

    metrics: Mapping[str, float]
    """Loss and metrics of every output, as `model.evaluate` returns them."""

    head: Head
    """The output whose classes are judged."""

    judgement: Judgement

    @property
    def told(self) -> dict[str, float]:
        """The metrics by what people call them."""
        heads = self.run.recipe.heads
        return {told(name, heads): value for name, value in self.metrics.items()}


def evaluate(
    run: Run, name: str, images: ImageSet, head: Head, most: int
) -> Evaluation:
    """Evaluate a run on images, as its training did after each epoch."""
    batches = validation_batches(images, run.recipe)
    metrics = run.model.evaluate(batches, return_dict=True, verbose=0)
    names = [*run.classes, *map(str, range(len(run.classes), run.recipe.classes))]
    judgement = judge(images.labels, predict(run, images, head), names, most)
    numbers = {key: float(value) for key, value in metrics.items()}
    return Evaluation(run, name, numbers, head, judgement)


def held_back(run: Run) -> tuple[str, ImageSet]:
    """Return the images by which the run itself was judged, and what they are called.

    Raises:
        TrainingError: where there are none, or they cannot be read.
    """
    data = _own_data(run)
    if data.validation is None:
        raise TrainingError(
            f"the run in `{run.folder}` held no images back: `--data` names some"
        )
    refuse_other_validation(data, read_known(run.folder), run.folder)
    return f"held back from {data.name}", data.validation


def own_images(run: Run, data_dir: str | None = None) -> tuple[str, ImageSet]:
    """Return images that the run held back, or where there are none trained on.

    Raises:
        TrainingError: where they cannot be read.
    """
    data = _own_data(run, data_dir)
    if data.validation is None:
        return f"of {data.name}", data.training
    return f"held back from {data.name}", data.validation


def _own_data(run: Run, data_dir: str | None = None) -> Data:
    request = recorded_request(run.folder)
    return prepare(replace(request, data_dir=data_dir or request.data_dir)).data


def images_of(run: Run, data: str, data_dir: str | None) -> tuple[str, ImageSet]:
    """Return images that `--data` names: of two sets the one for validation.

    Raises:
        TrainingError: for what cannot be read, does not fit, or has other classes.
    """
    takings = recorded_request(run.folder).takings
    found = load_data(data, Path(data_dir) if data_dir else None, takings)
    refuse_unfit(found, run.recipe)
    images = found.validation or found.training
    which = "the validation set of " if found.validation else ""
    return f"{which}{found.name}", _with_labels_of(run, found, images)


def _with_labels_of(run: Run, data: Data, images: ImageSet) -> ImageSet:
    """Return images whose labels are the run's, where both name their classes."""
    numbers = tuple(map(str, range(len(data.classes))))
    if data.classes == numbers or data.classes == run.classes:
        return images
    for name in data.classes:
        if name not in run.classes:
            known = ", ".join(run.classes[:10])
            help = suggest(name, run.classes) or f"it knows {known}"
            message = f"{data.name} has the class `{name}`, which the run does not know"
            raise TrainingError(f"{message}: {help}")
    places = np.array([run.classes.index(name) for name in data.classes])
    return replace(images, labels=places[images.labels])
