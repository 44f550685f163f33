"""A task: what is asked for, read and checked before any framework is imported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archcompiler.architecture import Architecture
from archcompiler.audit.checking import load
from archcompiler.training.data.fitting import refuse_unfit
from archcompiler.training.data.images import Data, split
from archcompiler.training.data.sources import load_data
from archcompiler.training.recipe import Recipe, read_recipe
from archcompiler.training.transfer.init import Init, read_init


@dataclass(frozen=True)
class Request:
    """What is asked for: everything by which a run can be begun again."""

    spec: str
    settings: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)
    """Keys of the recipe, with the texts that take the place of theirs."""

    data: str | None = None
    """What `--data` names; None for what the recipe does."""

    data_dir: str | None = None
    save_every: int | None = None
    """Steps between two checkpoints within an epoch; None for whole epochs alone."""

    tensorboard: bool = False

    init: str | None = None
    """What the first weights are copied from; None for what the seed draws."""

    head: Sequence[str] = ()
    """The rows with which the new head begins; empty for the default."""

    backend: str | None = None
    """The framework that Keras computes with; None for what it takes by itself."""

    strategy: str | None = None
    """`mirrored` for several devices of one host."""

    devices: int | None = None
    """How many of them; None for all."""

    processes: int | None = None
    """Processes that train together; None for one."""


@dataclass(frozen=True)
class Task:
    """A request that was read and checked, with its data."""

    architecture: Architecture
    recipe: Recipe
    data: Data
    save_every: int | None = None
    tensorboard: bool = False
    init: Init | None = None


def prepare(request: Request) -> Task:
    """Read and check everything that can be checked before a model is built.

    Raises:
        SpecError: for a spec, a recipe or a head that is wrong.
        TrainingError: for data that cannot be read, or do not fit the network.
    """
    architecture = load(request.spec, **request.settings)
    recipe = read_recipe(architecture, dict(request.overrides))
    training = recipe.training
    data_dir = Path(request.data_dir) if request.data_dir else None
    data = load_data(request.data or training.data, data_dir)
    data = split(data, training.validation, training.seed).limited(training.limit)
    refuse_unfit(data, recipe)
    return Task(
        architecture=architecture,
        recipe=recipe,
        data=data,
        save_every=request.save_every,
        tensorboard=request.tensorboard,
        init=read_init(architecture, request.init, request.head),
    )
