"""Requests: what is asked for, by which a run or a sweep can be begun again."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from archcompiler.language.recipe.data_sets import FACTS

KEPT = ("best", "last")
"""The weights that a run may leave."""

CHECKPOINTS_KEPT = 2
"""The checkpoints that it leaves if nothing is said; with fewer, while it trains."""


@dataclass(frozen=True)
class BaseRequest:
    """What is asked of a run, or of all the runs of a sweep."""

    spec: str
    settings: Mapping[str, str] = field(default_factory=dict)
    overrides: Mapping[str, str] = field(default_factory=dict)
    """Keys of the recipe, with the texts that take the place of theirs."""

    data: str | None = None
    """What `--data` names; None for what the recipe does."""

    takings: Sequence[str] = field(default_factory=list)
    """How the data are to be taken: words of `training.data.TAKINGS`."""

    data_dir: str | None = None
    save_every: int | None = None
    """Steps between two checkpoints within an epoch; None for whole epochs alone."""

    init: str | None = None
    """What the first weights are copied from; None for what the seed draws."""

    head: Sequence[str] = ()
    """The rows with which the new head begins; empty for the default."""

    def with_whole_paths(self) -> Self:
        """Return a request that means the same in every folder."""
        data_dir = os.path.abspath(self.data_dir) if self.data_dir else None
        data = self.data if self.data in FACTS else _whole(self.data)
        return replace(self, data=data, data_dir=data_dir, init=_whole(self.init))


@dataclass(frozen=True)
class Request(BaseRequest):
    """What is asked of a run."""

    tensorboard: bool = False

    keep: Sequence[str] = KEPT
    """The weights that are left."""

    checkpoints: int = CHECKPOINTS_KEPT
    """How many checkpoints are left; 0 for weights alone."""

    backend: str | None = None
    """The framework that Keras computes with; None for what it takes by itself."""

    strategy: str | None = None
    """`mirrored` for several devices of one host."""

    devices: int | None = None
    """How many of them; None for all."""

    processes: int | None = None
    """Processes that train together; None for one."""


def _whole(text: str | None) -> str | None:
    """Return a path from the root; a name that is no path, as it is."""
    return os.path.abspath(text) if text and os.path.exists(text) else text
