"""The run folder: who may write there, and how a file is written."""

import json
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
