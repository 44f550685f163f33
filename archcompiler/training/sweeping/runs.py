"""The runs of a sweep: a folder for each point, and what each has come to."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from archcompiler.architecture import Architecture
from archcompiler.checking.sweeping import Weighed
from archcompiler.graph.expansion import expand
from archcompiler.language.program.program import Program
from archcompiler.language.variants.settings import apply_settings, read_settings
from archcompiler.language.variants.sweeps import compose
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import RUN, SUMMARY, read_json
from archcompiler.training.recipe import Head, read_recipe
from archcompiler.training.recorded import known_as, read_record
from archcompiler.training.sweeping.request import SweepRequest
from archcompiler.training.transfer.init import Init, read_init

RUNS = "runs"
FAILURE = "failure.txt"
LONGEST_NAME = 100
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9.=+_-]*(?: [A-Za-z0-9][A-Za-z0-9.=+_-]*)*")


@dataclass(frozen=True)
class Run:
    """A point that can be trained, and where."""

    weighed: Weighed
    digest: str
    data: str
    """The data on which it is trained, as `--data` or its recipe names them."""

    folder: Path
    init: Init | None = None
    heads: Sequence[Head] = ()
    """The outputs, whose names tell what is monitored."""

    @property
    def name(self) -> str:
        """The point's name."""
        return self.weighed.point.name

    @property
    def begun(self) -> bool:
        """Whether there is something to go on with."""
        return (self.folder / RUN).exists()

    @property
    def is_other(self) -> bool:
        """Whether the folder holds a run of another spec, recipe, data or beginning."""
        if not self.begun:
            return False
        record = read_json(self.folder / RUN)
        request, copied = record["request"], record.get("init")
        data = request["data"] or record["recipe"]["data"]
        source = self.init.source if self.init else None
        digest = self.digest
        if self.init and copied:
            digest = self.init.cover(digest, copied["sha256"])
        began = (record["digest"], data, request.get("init"))
        return began != (digest, self.data, source)


class Standing(NamedTuple):
    """What a run has come to, as its folder tells."""

    state: str
    """`complete`, `failed`, `unfinished` or `not begun`."""

    monitored: str = ""
    best: float | None = None
    best_epoch: int | None = None
    seconds: float | None = None
    reason: str = ""

    @property
    def score(self) -> float:
        """A number that is larger where a run is better."""
        assert self.best is not None
        return -self.best if self.monitored.endswith("loss") else self.best


def folder_name(point: str) -> str:
    """Return the folder of a point: its name, with a digest where signs are lost."""
    if _PLAIN.fullmatch(point) and len(point) <= LONGEST_NAME:
        return point.replace(" ", ",")
    digest = hashlib.sha256(point.encode()).hexdigest()[:8]
    plain = re.sub(r"[^A-Za-z0-9.=+_,-]+", "-", point.replace(" ", ",")).strip(".,=+_-")
    return f"{plain[:LONGEST_NAME] or 'run'}-{digest}"


def run_of(base: Program, weighed: Weighed, request: SweepRequest, folder: Path) -> Run:
    """Return the run of a point within the folder of a sweep.

    Raises:
        SpecError: for a recipe, or a head, that is wrong.
        TrainingError: where there is none.
    """
    settings = read_settings(request.settings)
    program = apply_settings(compose(base, weighed.point), settings)
    architecture = Architecture(expand(program))
    recipe = read_recipe(architecture, dict(request.overrides))
    place = folder / RUNS / folder_name(weighed.point.name)
    if (place / RUN).exists():
        recipe = known_as(read_record(place), architecture, recipe)
    data = request.data or recipe.training.data
    init = read_init(architecture, request.init, request.head)
    return Run(weighed, recipe.digest, data, place, init, recipe.heads)


def arguments_of(run: Run, request: SweepRequest) -> list[str]:
    """Return what `archc` is told to begin a run, or to go on with it."""
    if run.begun:
        return ["train", "--resume", str(run.folder)]
    return request.arguments(run.name, run.folder)


def standing_of(run: Run) -> Standing:
    """Return what a run has come to.

    Raises:
        TrainingError: where its folder holds the run of something else.
    """
    if not run.begun:
        return _failed(run) or Standing("not begun")
    if run.is_other:
        raise TrainingError(
            f"`{run.folder}` is a run of another spec, recipe, data or beginning: "
            "name another `--folder`, or remove it"
        )
    if not (run.folder / SUMMARY).exists():
        return _failed(run) or Standing("unfinished")
    summary = read_json(run.folder / SUMMARY)
    numbers = (summary[key] for key in ("monitored", "best", "best_epoch", "seconds"))
    return Standing("complete", *numbers)


def _failed(run: Run) -> Standing | None:
    place = run.folder / FAILURE
    if not place.exists():
        return None
    return Standing("failed", reason=place.read_text("utf-8").strip())
