"""The summary of a run: what came out, for people and for machines."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from archcompiler.training.checkpoints import Progress
from archcompiler.training.curves import NAME, write_curves
from archcompiler.training.figures import FORMATS
from archcompiler.training.folder import (
    SUMMARY,
    TRANSFER,
    read_json,
    write_json,
    write_text,
)
from archcompiler.training.history import monitored, told
from archcompiler.training.task import Task


@dataclass(frozen=True)
class Outcome:
    """A run that came to its end."""

    task: Task
    folder: Path
    progress: Progress

    @property
    def seconds(self) -> float:
        """How long all epochs took, whichever processes trained them."""
        return sum([each["seconds"] for each in self.progress.times])

    @property
    def monitored(self) -> str:
        """The column by which the best epoch was chosen."""
        return monitored(self.task.recipe, self.progress.rows[-1])

    @property
    def told(self) -> str:
        """What people call that column."""
        return told(self.monitored, self.task.recipe.heads)

    @property
    def best(self) -> float:
        """The best value of that column."""
        return self.progress.rows[self.progress.best_epoch - 1][self.monitored]


def write_outcome(outcome: Outcome) -> None:
    """Write the curves, `summary.txt`, and last `summary.json`: now it is complete."""
    folder, name = outcome.folder, outcome.task.architecture.name
    text = summary_text(outcome)
    if not write_curves(folder, name, outcome.progress.rows, outcome.task.recipe.heads):
        text += "no curves: matplotlib is not installed\n"
        for form in FORMATS:
            (folder / f"{NAME}.{form}").unlink(missing_ok=True)
    write_text(folder / "summary.txt", text)
    write_json(folder / SUMMARY, _record(outcome))


def summary_text(outcome: Outcome) -> str:
    """Return the summary as people read it."""
    task, progress = outcome.task, outcome.progress
    training, validation = task.data.training, task.data.validation
    held = f", {len(validation):,} to validate" if validation else ""
    lines = [
        f"{task.architecture.name}: {task.architecture.parameters:,} parameters",
        f"data        {task.data.name}: {len(training):,} images{held}",
        *_transfer(outcome.folder),
        f"epochs      {progress.epoch} of {task.recipe.batch_size} images a step",
        f"best        {outcome.told} {outcome.best:.4f}, "
        f"in epoch {progress.best_epoch}",
        f"seconds     {outcome.seconds:.1f}",
        f"digest      {task.recipe.digest}",
    ]
    return "".join(f"{line}\n" for line in lines)


def _transfer(folder: Path) -> list[str]:
    """Return the line about what the run began with, where it was not all its own."""
    if not (folder / TRANSFER).exists():
        return []
    return [f"transfer    {read_json(folder / TRANSFER)['summary']}"]


def _record(outcome: Outcome) -> dict[str, Any]:
    task, progress = outcome.task, outcome.progress
    validation = task.data.validation
    return {
        "name": task.architecture.name,
        "digest": task.recipe.digest,
        "parameters": task.architecture.parameters,
        "multiply_adds": task.architecture.macs,
        "images": len(task.data.training),
        "validation_images": len(validation) if validation else 0,
        "epochs": progress.epoch,
        "best_epoch": progress.best_epoch,
        "monitored": outcome.monitored,
        "best": outcome.best,
        "last": progress.rows[-1],
        "seconds": round(outcome.seconds, 1),
    }
