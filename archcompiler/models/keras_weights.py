"""The shapes of the weights in a Keras file, layer by layer."""

import shutil
import tempfile
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import h5py

WEIGHTS = "model.weights.h5"

Shapes = list[tuple[int | None, ...]]

_SEEDS = "seed_generator"


def shapes_in(path: Path, layers: Iterable[str]) -> dict[str, Shapes]:
    """Return the shapes of what layers of a file hold, those within them included."""
    wanted = {*layers}
    if not wanted:
        return {}
    if not zipfile.is_zipfile(path):
        with h5py.File(path) as file:
            return _in_old_file(file, wanted)
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryFile() as copy:
        if WEIGHTS not in archive.namelist():
            return {}
        with archive.open(WEIGHTS) as stored:
            shutil.copyfileobj(stored, copy)
        with h5py.File(copy) as file:
            return dict(_named(file, wanted))


def _named(file: Any, wanted: set[str]) -> Iterator[tuple[str, Shapes]]:
    """Yield layers: the group of a layer's own weights, `vars`, bears its name."""
    groups: list[Any] = []
    file.visititems(lambda _, item: groups.append(item))
    for group in groups:
        name = str(group.attrs.get("name", ""))
        if name in wanted and isinstance(group, h5py.Group):
            yield name, _shapes(group.parent)


def _in_old_file(file: Any, wanted: set[str]) -> dict[str, Shapes]:
    """Return layers of an `.h5` file, which has a group for each."""
    groups = file.get("model_weights", {})
    return {name: _shapes(groups[name]) for name in wanted if name in groups}


def _shapes(group: Any) -> Shapes:
    found: Shapes = []

    def visit(name: str, item: Any) -> None:
        if isinstance(item, h5py.Dataset) and _SEEDS not in name:
            found.append(tuple(item.shape))

    group.visititems(visit)
    return found
