"""A task: what is asked for, read and checked before any framework is imported."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from archcompiler.architecture import Architecture
from archcompiler.checking.checking import load
from archcompiler.training.data.fitting import refuse_unfit
from archcompiler.training.data.images import Data, split
from archcompiler.training.data.sources import load_data
from archcompiler.training.errors import TrainingError
from archcompiler.training.recipe import Recipe, read_recipe
from archcompiler.training.request import CHECKPOINTS_KEPT, KEPT, Request
from archcompiler.training.transfer.init import Init, read_init


@dataclass(frozen=True)
class Task:
    """A request that was read and checked, with its data."""

    architecture: Architecture
    recipe: Recipe
    data: Data
    save_every: int | None = None
    tensorboard: bool = False
    keep: Sequence[str] = KEPT
    checkpoints: int = CHECKPOINTS_KEPT
    init: Init | None = None


def prepare(request: Request) -> Task:
    """Read and check everything that can be checked before a model is built.

    Raises:
        SpecError: for a spec, a recipe or a head that is wrong.
        TrainingError: for data that cannot be read, or do not fit the network; where
            TensorBoard is asked for and lacking: TensorFlow does not bring it.
    """
    if request.tensorboard and find_spec("tensorboard") is None:
        raise TrainingError(
            "`--tensorboard` needs TensorBoard: pip install tensorboard"
        )
    architecture = load(request.spec, **request.settings)
    recipe = read_recipe(architecture, dict(request.overrides))
    training = recipe.training
    data_dir = Path(request.data_dir) if request.data_dir else None
    data = load_data(request.data or training.data, data_dir, request.takings)
    stratified = "stratified" in request.takings
    data = split(data, training.validation, training.seed, stratified=stratified)
    data = data.limited(training.limit)
    try:
        refuse_unfit(data, recipe)
    except TrainingError as error:
        if request.data or "data" in training.at.entries:
            raise
        raise TrainingError(
            f"{error}; the recipe names no data: use `--data`"
        ) from None
    return Task(
        architecture=architecture,
        recipe=recipe,
        data=data,
        save_every=request.save_every,
        tensorboard=request.tensorboard,
        keep=request.keep,
        checkpoints=request.checkpoints,
        init=read_init(architecture, request.init, request.head),
    )
