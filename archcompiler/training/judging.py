"""How good probabilities are: confusion, precision and recall, top-k, calibration."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

BINS = 15
"""Equal parts of 0 to 1, as Guo et al. (2017), On Calibration of Modern Neural
Networks, section 4, take them."""


class OfClass(NamedTuple):
    """What came of one class; None where it neither occurs nor is predicted."""

    name: str
    images: int
    predicted: int
    correct: int
    precision: float | None
    recall: float | None
    f1: float | None


class Bin(NamedTuple):
    """The images whose predictions are sure to about the same degree."""

    above: float
    up_to: float
    images: int
    confidence: float | None
    """Mean probability of the predicted class; None without an image."""

    accuracy: float | None


@dataclass(frozen=True)
class Judgement:
    """What probabilities are worth, where the true classes are known."""

    classes: tuple[OfClass, ...]
    confusion: Any
    """Numbers of images: a row for each true class, a column for each predicted."""

    top: dict[int, float]
    """The share of images whose class is among the k most probable, by k."""

    bins: tuple[Bin, ...]

    @property
    def images(self) -> int:
        """Images judged."""
        return int(self.confusion.sum())

    @property
    def calibration_error(self) -> float:
        """The expected calibration error: by images, how far bins are off."""
        off = [
            b.images * abs(_number(b.accuracy) - _number(b.confidence))
            for b in self.bins
        ]
        return sum(off) / self.images

    def mean(self, name: str) -> float:
        """Return the mean of `precision`, `recall` or `f1` over the classes."""
        found = [getattr(each, name) for each in self.classes]
        return float(np.mean([value for value in found if value is not None]))


def judge(
    labels: Any, probabilities: Any, names: Sequence[str], most: int = 5
) -> Judgement:
    """Judge probabilities (images, classes) by labels; the largest is the prediction.

    Of equal probabilities the first class is predicted.
    """
    count = len(names)
    predicted = probabilities.argmax(axis=1)
    confusion = np.zeros((count, count), np.int64)
    np.add.at(confusion, (labels, predicted), 1)
    confidence = probabilities.max(axis=1)
    return Judgement(
        classes=tuple([_of_class(n, at, confusion) for at, n in enumerate(names)]),
        confusion=confusion,
        top=_top(labels, probabilities, most),
        bins=tuple(_bins(confidence, predicted == labels)),
    )


def _of_class(name: str, at: int, confusion: Any) -> OfClass:
    images, predicted = int(confusion[at].sum()), int(confusion[:, at].sum())
    correct = int(confusion[at, at])
    if not images + predicted:
        return OfClass(name, 0, 0, 0, None, None, None)
    return OfClass(
        name,
        images,
        predicted,
        correct,
        precision=correct / predicted if predicted else 0.0,
        recall=correct / images if images else 0.0,
        f1=2 * correct / (images + predicted),
    )


def _top(labels: Any, probabilities: Any, most: int) -> dict[int, float]:
    """Return the shares of 1 and `most`; among all classes every image is right."""
    order = np.argsort(-probabilities, axis=1, kind="stable")
    right = order == labels[:, None]
    return {
        k: float(right[:, :k].any(axis=1).mean())
        for k in dict.fromkeys((1, most))
        if k < probabilities.shape[1] or k == 1
    }


def _bins(confidence: Any, correct: Any) -> list[Bin]:
    place = np.clip(np.ceil(confidence * BINS).astype(int) - 1, 0, BINS - 1)
    found = []
    for at in range(BINS):
        inside = place == at
        count = int(inside.sum())
        means = (
            float(x[inside].mean()) if count else None for x in (confidence, correct)
        )
        found.append(Bin(at / BINS, (at + 1) / BINS, count, *means))
    return found


def _number(value: float | None) -> float:
    return value or 0.0
