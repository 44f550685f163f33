"""Choosing: where the images of a script come from."""

from pathlib import Path

from archcompiler.diagnostics import suggest
from archcompiler.language.loading.runs import find_run, holds_run
from archcompiler.language.recipe.data_sets import FACTS
from archcompiler.training.data.facts import refuse_channels, refuse_classes
from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import Recipe

ARRAYS = "arrays"
"""Not a published data set but files, which the script's own command line names."""


def choose_data(recipe: Recipe, named: str | None = None) -> str:
    """Return the published data set that a script loads, or `ARRAYS`.

    That is what `named` names, else the recipe. Where the recipe names none and the
    digits, which it then means, do not fit the network, the script asks for arrays.

    Raises:
        TrainingError: for data that do not fit the network, or that no script reads.
    """
    if named and named not in FACTS:
        return _arrays(named)
    name = named or recipe.training.data
    try:
        _refuse_unfit(name, recipe)
    except TrainingError:
        if not named and "data" not in recipe.training.at.entries:
            return ARRAYS
        raise
    return name


def refuse_takings(spec: Path) -> None:
    """Refuse the folder of a run whose data were taken otherwise than a script does.

    Raises:
        TrainingError: naming the option that the run was begun with.
    """
    takings = find_run(spec).takings if holds_run(spec) else ()
    if takings:
        options = " and ".join(f"`--{word}`" for word in takings)
        raise TrainingError(
            f"`{spec}` was trained with {options}, which no script does: "
            f"`archc train {spec} --run NAME` trains it again"
        )


def _refuse_unfit(name: str, recipe: Recipe) -> None:
    facts = FACTS[name]
    refuse_classes(name, facts.classes, recipe)
    refuse_channels(name, facts.image[-1], recipe)


def _arrays(named: str) -> str:
    """Return `ARRAYS` where that is what a path leads to."""
    from archcompiler.training.data.arrays import holds_arrays

    path = Path(named)
    if path.is_file() and path.suffix == ".npz":
        return ARRAYS
    if not path.is_dir():
        known = f"it is one of {', '.join(FACTS)}, a folder, an .npz"
        help = suggest(named, FACTS) or known
        raise TrainingError(f"there is no data `{named}`: {help}")
    if not holds_arrays(path):
        message = (
            f"a script reads arrays, and `{named}` has no x_train.npy: "
            "`archc train` reads folders of images"
        )
        raise TrainingError(message)
    return ARRAYS
