"""The devices of a run from the command line: which options go together."""

import json
import os
from typing import Any

from archcompiler.cli.usage import UsageError

MULTI_WORKER = (
    "under Keras 3, `fit` fails with MultiWorkerMirroredStrategy: it hands the model "
    "TensorFlow's container of every replica's images instead of the images"
)
_INSTEAD = "write `--backend jax --processes N --coordinator HOST:PORT --process I`"


def refuse_wrong_devices(options: Any) -> None:
    """Refuse options that do not go together, and what cannot work.

    Raises:
        UsageError: with what to write instead.
    """
    backend = options.backend or os.environ.get("KERAS_BACKEND", "tensorflow")
    _refuse_strategy(options, backend)
    if options.devices and not options.strategy:
        raise UsageError("--devices is of --strategy mirrored: write that, too")
    if options.processes and backend != "jax":
        raise UsageError("--processes is of JAX: write `--backend jax`, too")
    refuse_wrong_place(options)
    refuse_wrong_number(options.process, options.processes)
    if backend == "tensorflow" and (workers := count_workers()) > 1:
        raise UsageError(
            f"TF_CONFIG names {workers} workers; {MULTI_WORKER}: {_INSTEAD}"
        )


def refuse_wrong_place(options: Any) -> None:
    """Refuse half of what tells a process where it stands.

    Raises:
        UsageError: with the other half.
    """
    if (options.coordinator is None) != (options.process is None):
        raise UsageError(
            "on several hosts write both `--coordinator HOST:PORT`, the same on all, "
            "and `--process I`, a number of its own for each, from 0"
        )


def refuse_wrong_number(process: int | None, processes: int | None) -> None:
    """Refuse the number of a process that is none of them.

    Raises:
        UsageError: with the numbers that are.
    """
    if process is None:
        return
    if processes is None:
        raise UsageError(
            "--coordinator and --process are of a run of several processes: "
            "`--processes N` says how many when it begins"
        )
    if process >= processes:
        numbers = f"they count from 0 to {processes - 1}"
        raise UsageError(f"--process {process} is none of {processes}: {numbers}")


def place_of(options: Any) -> tuple[str, int] | None:
    """Return the coordinator and the process's number, where it is one of many."""
    return None if options.process is None else (options.coordinator, options.process)


def count_workers() -> int:
    """Return how many processes `TF_CONFIG` names; 0 where it is not set."""
    try:
        cluster = json.loads(os.environ.get("TF_CONFIG", "{}"))["cluster"]
        return sum(len(cluster.get(role, ())) for role in ("chief", "worker"))
    except (ValueError, KeyError, TypeError, AttributeError):
        return 0


def _refuse_strategy(options: Any, backend: str) -> None:
    strategy = options.strategy
    if strategy is None:
        return
    if "multi" in strategy.lower():
        raise UsageError(f"--strategy {strategy}: {MULTI_WORKER}: {_INSTEAD}")
    if strategy != "mirrored":
        raise UsageError(f"--strategy is `mirrored`, received {strategy!r}")
    if backend != "tensorflow":
        raise UsageError(
            f"--strategy mirrored is TensorFlow's, Keras computes with {backend}: "
            "write `--backend tensorflow`, or `--backend jax --processes N`"
        )
    if options.processes or options.coordinator:
        raise UsageError("--strategy mirrored is of one process: leave --processes out")
