"""The beginning of a run: the weights of a source, and what is told of them."""

import gc
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import keras

from archcompiler.checking.freezing import frozen_rows
from archcompiler.diagnostics import listed
from archcompiler.training.errors import TrainingError
from archcompiler.training.state import finalize
from archcompiler.training.task import Task
from archcompiler.training.transfer.copying import copy_until_head
from archcompiler.training.transfer.opening import open_source
from archcompiler.training.transfer.report import Report, make_report

Record: TypeAlias = dict[str, str] | None
"""The name of a source and the SHA-256 of its weights, as `run.json` has them."""


@dataclass
class Beginning:
    """What a run begins with, beside what its seed draws."""

    report: Report
    weights: dict[str, list[Any]]
    """The arrays that are copied, by layer."""

    sha256: str = ""
    """Of all weights of the source; empty without one."""

    def record(self) -> Record:
        """Return what `run.json` keeps of the source; None without one."""
        if not self.sha256:
            return None
        return {"source": self.report.source, "sha256": self.sha256}

    def give(self, model: keras.Model) -> None:
        """Give the weights to a model that the seed drew; they are held no longer."""
        while self.weights:
            name, arrays = self.weights.popitem()
            model.get_layer(name).set_weights(arrays)
        finalize(model)


def begin_with(task: Task) -> Beginning | None:
    """Read what a run begins with; None where it is what the seed draws, all trained.

    Raises:
        TrainingError: for a source that cannot be read, or does not match.
    """
    frozen = frozen_rows(task.architecture, task.recipe.training)
    if task.init is None:
        return Beginning(make_report(task, frozen), {}) if frozen else None
    opened = open_source(task.init.source, task.architecture)
    model = task.architecture.to_keras()
    done = copy_until_head(opened, model, task.architecture, task.init)
    report = make_report(task, frozen, opened, done)
    _refuse_frozen_head(report)
    names = {pair.target for pair in done.copied}
    arrays = {name: model.get_layer(name).get_weights() for name in names}
    digest = opened.digest()
    del opened, model
    gc.collect()  # neither is needed beside the model that is trained
    return Beginning(report, arrays, digest)


def begin_again(task: Task, record: Record) -> Beginning | None:
    """Read what a run began with, where it has to begin once more.

    Raises:
        TrainingError: where the source is gone, or holds other weights now.
    """
    beginning = begin_with(task)
    if beginning is not None and task.init is not None and record is not None:
        now, before = beginning.sha256, record["sha256"]
        if now != before:
            raise TrainingError(
                f"`{task.init.source}` is not what the run began with: the SHA-256 of "
                f"its weights is {now[:12]}, not {before[:12]}"
            )
    return beginning


def _refuse_frozen_head(report: Report) -> None:
    """Refuse rows that are frozen and begin anew: nothing would ever train them."""
    rows = [line.row for line in report.lines if line.frozen and line.anew]
    if rows:
        raise TrainingError(
            f"`freeze` holds {listed(f'`{row}`' for row in rows)}, where weights begin "
            "anew: they would never be trained; freeze only what is copied"
        )


def covering(task: Task, record: Record) -> Task:
    """Return a task whose digest covers what it begins with."""
    if task.init is None or record is None:
        return task
    digest = task.init.cover(task.recipe.digest, record["sha256"])
    return replace(task, recipe=replace(task.recipe, digest=digest))
