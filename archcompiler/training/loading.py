"""A run, loaded: its network with the weights that it came to."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_model import import_keras
from archcompiler.checking.checking import load
from archcompiler.language.loading.runs import holds_run
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import BEST, LAST, RUN, read_json
from archcompiler.training.recipe import Recipe, read_recipe

if TYPE_CHECKING:
    import keras

Which = Literal["best", "last"]
WEIGHTS: Mapping[str, str] = {"best": BEST, "last": LAST}
"""The file of each choice."""


@dataclass(frozen=True)
class Run:
    """What a run came to. Nothing of it can be set."""

    folder: Path
    architecture: Architecture
    recipe: Recipe
    classes: tuple[str, ...]
    """Names of the classes, the label 0 first; numbers where the run kept none."""

    history: tuple[Mapping[str, float], ...]
    """A row for each epoch, by the columns of `history.csv`."""

    weights: Path
    """The file with the weights of `model`."""

    @cached_property
    def model(self) -> "keras.Model":
        """The compiled network with its weights, built when it is first asked for.

        It takes images as the recipe's `pixels`, `mean` and `deviation` leave them.

        Raises:
            TrainingError: for a damaged file, or weights of another network.
            ModuleNotFoundError: where Keras or its framework is missing.
        """
        import_keras()
        from archcompiler.training.compiling import build_for_training
        from archcompiler.training.transfer.weights import load_exactly

        return build_for_training(
            self.architecture,
            self.recipe,
            begin=lambda model: load_exactly(model, self.weights),
        )


def load_run(path: str | Path, *, weights: Which = "best") -> Run:
    """Load a run by its folder: architecture, weights, recipe, history, classes.

    The weights are those of the best epoch, or of the `last`.

    Raises:
        TrainingError: where the folder holds no run, or none of these weights yet.
        SpecError: for a record or a spec that is damaged.
        ValueError: for other `weights`.
    """
    folder = Path(path)
    if weights not in WEIGHTS:
        raise ValueError(f"`weights` is `best` or `last`, received {weights!r}")
    if not holds_run(folder):
        raise TrainingError(f"`{folder}` holds no run: there is no `{RUN}` in it")
    architecture = load(folder)
    recipe = read_recipe(architecture)
    file = folder / WEIGHTS[weights]
    if not file.is_file():
        raise TrainingError(f"the run in `{folder}` has no `{file.name}` yet")
    kept = read_json(folder / RUN)["data"].get("classes")
    numbers = map(str, range(recipe.classes))
    return Run(
        folder=folder,
        architecture=architecture,
        recipe=recipe,
        classes=tuple(kept or numbers),
        history=_history(folder),
        weights=file,
    )


def _history(folder: Path) -> tuple[Mapping[str, float], ...]:
    """Return the rows of `history.csv`, which is there from the first epoch on."""
    path = folder / "history.csv"
    if not path.is_file():
        return ()
    with open(path, encoding="utf-8", newline="") as file:
        return tuple([_numbers(row) for row in csv.DictReader(file)])


def _numbers(row: Mapping[str, str]) -> Mapping[str, float]:
    return {k: int(v) if k == "epoch" else float(v) for k, v in row.items()}
