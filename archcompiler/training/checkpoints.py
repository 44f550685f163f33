"""Checkpoints: complete or absent, verified by digest, the previous one kept."""

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from archcompiler.training.digests import sha256_of
from archcompiler.training.errors import TrainingError
from archcompiler.writing import force, force_folder, unfinished_folder

State = dict[str, Any]
"""The arrays that the next step depends on, by name."""

_STATE, _PROGRESS, _MANIFEST = "state.npz", "progress.json", "manifest.json"


@dataclass
class Progress:
    """How far a run has come: steps of the current epoch, rows of those before."""

    epoch: int = 0
    """Epochs that are complete."""

    step: int = 0
    """Steps done in the epoch after these."""

    rows: list[dict[str, float]] = field(default_factory=list)
    """The history, one row for each complete epoch."""

    times: list[dict[str, float]] = field(default_factory=list)
    """How long they took, each with its `epoch`; older checkpoints know none."""

    spent: float = 0.0
    """Seconds of the epoch after these, up to its last checkpoint."""

    best_epoch: int = 0
    """The epoch whose weights are the best ones, counted from 1; 0 for none."""

    @property
    def where(self) -> str:
        """How people are told of it: the epoch, counted from 1, and the step."""
        if self.epoch and not self.step:
            return f"at the end of epoch {self.epoch}"
        return f"in epoch {self.epoch + 1}, step {self.step}"


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint that was read and verified."""

    path: Path
    progress: Progress
    state: State


def save_checkpoint(
    place: Path, digest: str, progress: Progress, state: State, kept: int = 2
) -> None:
    """Write a checkpoint beside the others, then remove all but the last ones.

    Later ones are corrupt: the run went on from before them.

    Raises:
        OSError: where it cannot be written; the others are then as they were.
    """
    folder = place.parent
    folder.mkdir(exist_ok=True)
    with unfinished_folder(folder) as beside:
        unfinished = beside / place.name
        unfinished.mkdir()
        _write(unfinished, digest, progress, state)
        unfinished.chmod(folder.stat().st_mode)
        _move_aside(place)
        os.replace(unfinished, place)
    force_folder(folder)
    places = _places(folder)
    end = places.index(place) + 1
    for other in (*places[: max(0, end - kept)], *places[end:]):
        _move_aside(other)


def keep_last(folder: Path, kept: int) -> None:
    """Remove all checkpoints but the last ones, and the folder with the last of all."""
    places = _places(folder)
    for place in places[: len(places) - kept]:
        _move_aside(place)
    if not kept:
        shutil.rmtree(folder, ignore_errors=True)


def load_checkpoint(folder: Path, *digests: str) -> tuple[Checkpoint | None, list[str]]:
    """Return the last checkpoint that is whole, and what is wrong with later ones.

    `digests` are what a run is known by, and by what it was known before.

    Raises:
        TrainingError: for one of another spec or recipe, or where none is whole.
    """
    notes: list[str] = []
    for place in reversed(_places(folder)):
        try:
            return _read(place, digests), notes
        except _CorruptError as error:
            notes.append(f"`{place}` is corrupt ({error}): the one before it is taken")
    if notes:
        raise TrainingError(f"no checkpoint in `{folder}` is whole: {'; '.join(notes)}")
    return None, notes


class _CorruptError(Exception):
    """A checkpoint that is not what was written."""


def _places(folder: Path) -> list[Path]:
    """Return the checkpoints, the oldest first: their names sort."""
    return sorted(path for path in folder.glob("epoch-*") if path.is_dir())


def _move_aside(place: Path) -> None:
    """Remove a folder so that it is there whole, or not at all."""
    if place.exists():
        with unfinished_folder(place.parent) as aside:
            os.replace(place, aside / place.name)


def _write(folder: Path, digest: str, progress: Progress, state: State) -> None:
    with open(folder / _STATE, "xb") as file:
        np.savez(file, **state)
    record = {"digest": digest, "progress": asdict(progress)}
    (folder / _PROGRESS).write_text(json.dumps(record) + "\n")
    manifest = {name: sha256_of(folder / name) for name in (_STATE, _PROGRESS)}
    (folder / _MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n")
    for name in (_STATE, _PROGRESS, _MANIFEST):
        force(folder / name)
    force_folder(folder)


def _read(place: Path, digests: tuple[str, ...]) -> Checkpoint:
    """Return a checkpoint whose files have the digests that were written down."""
    try:
        manifest: Any = json.loads((place / _MANIFEST).read_text())
        for name in (_STATE, _PROGRESS):
            if sha256_of(place / name) != manifest[name]:
                raise _CorruptError(f"the SHA-256 of `{name}` differs")
        record = json.loads((place / _PROGRESS).read_text())
        found, progress = record["digest"], Progress(**record["progress"])
        with np.load(place / _STATE, allow_pickle=False) as archive:
            state = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise _CorruptError(str(error)) from None
    if found not in digests:
        raise TrainingError(
            f"`{place}` is of another spec or recipe: "
            f"{found[:12]}, not {digests[0][:12]}"
        )
    return Checkpoint(place, progress, state)
