"""Weights of a `.weights.h5` file: those of one network, by name and shape."""

import tempfile
from pathlib import Path

import h5py
import keras

from archcompiler.training.errors import TrainingError
from archcompiler.training.transfer.reading import reading

MOST_LINES = 5
Shapes = list[tuple[int, ...]]
Layout = dict[str, tuple[str, Shapes]]
"""The name and the arrays of each layer, by its place in the file."""


def load_exactly(model: keras.Model, path: Path) -> None:
    """Load weights that were saved of this very network.

    Keras takes the layers of each class in order, so two that were swapped would go
    unnoticed, and so would a file that holds more.

    Raises:
        TrainingError: for weights of another network, or a damaged file.
    """
    with reading(path), tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "own.weights.h5"
        model.save_weights(own)
        _refuse_other(path, _layout(path), _layout(own))
        model.load_weights(path)


def _layout(path: Path) -> Layout:
    """Return the arrays of the layers; the optimizer's and seeds are left out."""
    found: Layout = {}

    def visit(name: str, item: object) -> None:
        parts = name.split("/")  # layers/conv2d/vars/0
        if parts[0] == "layers" and len(parts) == 4 and isinstance(item, h5py.Dataset):
            owner = str(item.parent.attrs.get("name", parts[1]))
            found.setdefault(parts[1], (owner, []))[1].append(tuple(item.shape))

    with h5py.File(path) as file:
        file.visititems(visit)
    return found


def _refuse_other(path: Path, given: Layout, own: Layout) -> None:
    """Name the first layers in which a file differs from the network."""
    places = sorted({*given, *own}, key=_order)
    differing = [place for place in places if given.get(place) != own.get(place)]
    if not differing:
        return
    lines = [
        f"{_told(given.get(place))} in the file, {_told(own.get(place))} in the network"
        for place in differing[:MOST_LINES]
    ]
    more = len(differing) - MOST_LINES
    if more > 0:
        lines.append(f"... and {more} more")
    raise TrainingError(
        f"`{path}` holds the weights of another network:\n  "
        + "\n  ".join(lines)
        + "\n  help: name the run's folder, or save the whole model as `.keras`"
    )


def _told(layer: tuple[str, Shapes] | None) -> str:
    if layer is None:
        return "nothing"
    name, shapes = layer
    return f"`{name}` {' and '.join('x'.join(map(str, shape)) for shape in shapes)}"


def _order(place: str) -> tuple[str, int]:
    """Sort `conv2d_10` behind `conv2d_9`, as Keras counts the layers of a class."""
    kind, _, number = place.rpartition("_")
    return (kind, int(number)) if kind and number.isdigit() else (place, 0)
