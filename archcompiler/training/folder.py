"""The run folder: who may write there, and how a file is written."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from archcompiler.language.loading.runs import RUN as RUN
from archcompiler.locking import take
from archcompiler.training.errors import BusyError, TrainingError
from archcompiler.writing import remove_unfinished, replacing

SUMMARY = "summary.json"
"""What came out: a run with it is complete."""

TRANSFER = "transfer.json"
BEST, LAST = "best.weights.h5", "last.weights.h5"
CHECKPOINTS = "checkpoints"

_FILES = (
    *(RUN, "data.npz", BEST, LAST, SUMMARY, "summary.txt", "environment.json"),
    *("history.csv", "times.csv", "curves.svg", "curves.png"),
    *(TRANSFER, "transfer.txt"),
)
_FOLDERS = (CHECKPOINTS, "spec", "tensorboard")


def holds_result(folder: Path) -> bool:
    """Whether there is something in a run folder that took time to come to."""
    kept = (folder / name for name in (BEST, LAST, SUMMARY))
    return any(path.exists() for path in kept) or holds_checkpoint(folder)


def holds_checkpoint(folder: Path) -> bool:
    """Whether there is something in a run folder to go on from."""
    return any((folder / CHECKPOINTS).glob("epoch-*"))


def is_free(folder: Path) -> bool:
    """Whether a run may begin there: none did, or one that failed and kept nothing."""
    if not folder.exists():
        return True
    if not (folder / RUN).exists() or holds_result(folder):
        return False
    try:
        with locked(folder):
            return True
    except BusyError:
        return False


def clear(folder: Path) -> None:
    """Remove what a run leaves, and nothing else."""
    for name in _FILES:
        (folder / name).unlink(missing_ok=True)
    for name in _FOLDERS:
        shutil.rmtree(folder / name, ignore_errors=True)


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other process out of a run folder; a killed one holds nothing.

    Raises:
        BusyError: where another process trains in it.
    """
    with open(folder / "lock", "a") as file:
        if not take(file):
            raise BusyError(f"another process trains in `{folder}`")
        remove_unfinished(folder)
        for inner in filter(Path.is_dir, folder.iterdir()):
            remove_unfinished(inner)
        yield


def write_file(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` make a file that is complete, or what it was before."""
    with replacing(path) as unfinished:
        write(unfinished)


def write_text(path: Path, text: str) -> None:
    """Write a text file."""
    write_file(path, lambda unfinished: unfinished.write_text(text, "utf-8"))


def write_json(path: Path, value: Any) -> None:
    """Write a value as JSON."""
    write_text(path, json.dumps(value, indent=2) + "\n")


def read_json(path: Path) -> Any:
    """Read what `write_json` wrote.

    Raises:
        TrainingError: where there is no such file.
    """
    try:
        return json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(f"`{path}` cannot be read: {error}") from None
