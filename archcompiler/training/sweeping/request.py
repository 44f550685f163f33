"""What is asked of a sweep's training: everything by which it can be gone on with."""

import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from archcompiler.checking.choosing import Bounds
from archcompiler.language.program.program import Program
from archcompiler.language.recipe import RECIPE
from archcompiler.language.recipe.overriding import key_of, option_of
from archcompiler.language.recipe.training import Training
from archcompiler.language.variants.sweeps import is_swept, sweep_of
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import read_json, write_json
from archcompiler.training.request import BaseRequest

SWEEP = "sweep.json"


@dataclass(frozen=True)
class SweepRequest(BaseRequest):
    """Which points are trained, and how."""

    bounds: Bounds = field(default_factory=Bounds)
    sort: str | None = None
    search: int | None = None
    """How many points Optuna chooses; None for all of them, in order."""

    jobs: int = 1
    """How many runs at once; a search chooses each without those before it."""

    def arguments(self, point: str, folder: Path) -> list[str]:
        """Return what `archc` is told to begin the run of a point in a folder."""
        given = {"data": self.data, "data dir": self.data_dir, "init": self.init}
        given["save every"] = str(self.save_every) if self.save_every else None
        return [
            *("train", f"{self.spec}:{point}", f"--run={folder}"),
            *(f"--set={name}={value}" for name, value in self.settings.items()),
            *(f"--head={row}" for row in self.head),
            *(f"--{word}" for word in self.takings),
            *(option_of(name, text) for name, text in self.overrides.items()),
            *(option_of(name, text) for name, text in given.items() if text),
        ]


def refuse_what_is_swept(base: Program, request: SweepRequest) -> None:
    """Refuse to set for all points what differs among them.

    Raises:
        TrainingError: with the option that must be left out.
    """
    given = [*request.overrides, *(["data"] if request.data else [])]
    for name in given:
        keys = Training.keys() if name == RECIPE else [key_of(name)]
        for key in keys:
            if is_swept(sweep_of(base), "training", key):
                flag, _, _ = option_of(name, "").rpartition("=")
                raise TrainingError(f"the sweep varies `{key}`: leave {flag} out")


def write_request(folder: Path, name: str, request: SweepRequest) -> None:
    """Write a request into the folder of its sweep."""
    kept = replace(request, spec=os.path.relpath(request.spec, folder))
    write_json(folder / SWEEP, {"name": name, "request": asdict(kept)})


def recorded_sweep(folder: Path) -> SweepRequest:
    """Return what was asked for when the sweep of a folder began.

    Raises:
        TrainingError: where the folder holds no sweep that can be read.
    """
    record = read_json(folder / SWEEP)
    try:
        request = SweepRequest(**record["request"])
        bounds = Bounds(**record["request"]["bounds"])
    except (TypeError, KeyError) as error:
        message = f"`{folder / SWEEP}` is of another version: {error}"
        raise TrainingError(message) from None
    bounds = replace(bounds, names=tuple(bounds.names))
    return replace(request, spec=str(folder / request.spec), bounds=bounds)
