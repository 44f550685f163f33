"""Lengthening: a run that goes on for other epochs than it began with."""

from dataclasses import replace
from pathlib import Path

from archcompiler.language.recipe.overriding import merge_overrides
from archcompiler.training.checkpoints import Progress
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import RUN, SUMMARY, write_json
from archcompiler.training.recipe import Recipe
from archcompiler.training.recorded import Record
from archcompiler.training.request import Request


def for_epochs(request: Request, epochs: str) -> Request:
    """Return what was asked for, with another number of epochs."""
    overrides = merge_overrides(request.overrides, {"epochs": epochs})
    return replace(request, overrides=overrides)


def refuse_undefined(folder: Path, recipe: Recipe, progress: Progress | None) -> None:
    """Refuse a number of epochs with which the run would have been another so far.

    Raises:
        TrainingError: with the reason.
    """
    if progress is None:
        return
    epochs, schedule = recipe.epochs, recipe.training.schedule
    if progress.epoch + (progress.step > 0) > epochs:
        message = f"`{folder}` is {progress.where}: it cannot end after {epochs}"
        raise TrainingError(message)
    if schedule.spans_all:
        raise TrainingError(
            f"`{schedule.name}` spans all epochs: of {epochs}, those that `{folder}` "
            "has done would have had other learning rates; begin anew, "
            f"or from its weights with `--init {folder}`"
        )


def lengthen(folder: Path, record: Record, recipe: Recipe) -> None:
    """Let a run be one of other epochs; it knows checkpoints of its digest before."""
    request = record["request"]
    overrides = merge_overrides(request["overrides"], {"epochs": str(recipe.epochs)})
    changed = {
        "digest": recipe.digest,
        "before": [*record.get("before", ()), record["digest"]],
        "request": {**request, "overrides": overrides},
        "recipe": {**record["recipe"], "epochs": recipe.epochs},
    }
    write_json(folder / RUN, {**record, **changed})
    (folder / SUMMARY).unlink(missing_ok=True)
