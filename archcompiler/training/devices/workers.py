"""The workers of TensorFlow's own way to several hosts, which Keras 3 cannot go."""

import json
import os

from archcompiler.training.errors import TrainingError

MULTI_WORKER = (
    "under Keras 3, `fit` fails with MultiWorkerMirroredStrategy: it hands the model "
    "TensorFlow's container of every replica's images instead of the images: "
    "write `--backend jax --processes N --coordinator HOST:PORT --process I`"
)


def refuse_workers() -> None:
    """Refuse a `TF_CONFIG` of several workers.

    Raises:
        TrainingError: with what to write instead.
    """
    workers = _count_workers()
    if workers > 1:
        raise TrainingError(f"TF_CONFIG names {workers} workers; {MULTI_WORKER}")


def _count_workers() -> int:
    """Return how many processes `TF_CONFIG` names; 0 where it is not set."""
    try:
        cluster = json.loads(os.environ.get("TF_CONFIG", "{}"))["cluster"]
        return sum(len(cluster.get(role, ())) for role in ("chief", "worker"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0
