"""Keeping a run: what is done after each step and epoch so that nothing is lost."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras

from archcompiler.training.checkpoints import Progress, save_checkpoint
from archcompiler.training.data.pipeline import training_order
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import BEST, LAST, write_file, write_text
from archcompiler.training.history import history_text, is_better, monitored
from archcompiler.training.rates import learning_rate
from archcompiler.training.reporting import Reporter
from archcompiler.training.state import State, capture, lost_numbers, restore_metrics
from archcompiler.training.task import Task

CHECKPOINTS = "checkpoints"


class Keeper(keras.callbacks.Callback):  # type: ignore[misc]
    """Sets the rate, watches the loss, reports, and saves what a run needs to go on."""

    def __init__(
        self,
        folder: Path,
        task: Task,
        progress: Progress,
        reporter: Reporter,
        writes: bool = True,
    ) -> None:
        super().__init__()
        self.folder = folder
        self.writes = writes
        """Whether this process writes the run folder."""

        self.recipe = task.recipe
        self.save_every = task.save_every
        self.progress = progress
        self.reporter = reporter
        self.steps = training_order(task.data.training, task.recipe).steps
        """Steps in an epoch."""

        self.metrics: State | None = None
        """The running metrics of an epoch that is gone on with."""

        self.rate = math.nan

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin an epoch, or go on within it."""
        del epoch, logs
        self.reporter.begin_epoch()
        if self.metrics is not None:
            restore_metrics(self.model, self.metrics)
            self.metrics = None

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Set the rate; `self.model` lets JAX bring back what it took along."""
        del batch, logs
        progress = self.progress
        step = progress.epoch * self.steps + progress.step
        rate = learning_rate(self.recipe, step, self.steps)
        if rate != self.rate:
            self.model.optimizer.learning_rate = self.rate = rate

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Count the step, stop where the loss is lost, save where that is due."""
        del batch
        progress = self.progress
        progress.step += 1
        if not math.isfinite(logs["loss"]):
            self._stop(f"the loss became {logs['loss']}")
        self.reporter.step(progress.epoch + 1, progress.step, self.steps, logs)
        within = progress.step < self.steps
        if self.save_every and within and progress.step % self.save_every == 0:
            self._save()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Add the epoch to the history, and save."""
        progress = self.progress
        row = {"epoch": epoch + 1, "learning_rate": self.rate, **_floats(logs)}
        best = self._is_best(row)
        progress.rows.append(row)
        progress.epoch, progress.step = epoch + 1, 0
        if best:
            progress.best_epoch = epoch + 1
        self._save(best)
        self.reporter.epoch(row, best)

    def save_last(self) -> None:
        """Write the last weights as Keras does, and once more the history.

        A run that was killed right after its last checkpoint lacks its last row.
        """
        self._guarded(self._write_history)
        self._guarded(lambda: self._write_weights(LAST))

    def _is_best(self, row: Mapping[str, float]) -> bool:
        rows, best = self.progress.rows, self.progress.best_epoch
        name = monitored(self.recipe, row)
        return is_better(name, row, rows[best - 1] if best else None)

    def _save(self, best: bool = False) -> None:
        """Save the best weights first: a killed run makes them again from before."""
        state = capture(self.model)
        if lost := lost_numbers(state):
            self._stop(f"the weights became no numbers, first `{lost}`")
        self._guarded(lambda: self._write(state, best))

    def _write(self, state: State, best: bool) -> None:
        progress, folder = self.progress, self.folder
        if best:
            self._write_weights(BEST)
        name = f"epoch-{progress.epoch:05}-step-{progress.step:07}"
        save_checkpoint(folder / CHECKPOINTS, self.recipe.digest, progress, state, name)
        if not progress.step:
            self._write_history()

    def _write_history(self) -> None:
        text = history_text(self.progress.rows)
        write_text(self.folder / "history.csv", text)

    def _write_weights(self, name: str) -> None:
        """Write the weights as Keras does, without the optimizer's memory."""
        bare = keras.Model(self.model.inputs, self.model.outputs, name=self.model.name)
        write_file(self.folder / name, bare.save_weights)

    def _guarded(self, write: Any) -> None:
        if not self.writes:
            return
        try:
            write()
        except (OSError, RuntimeError) as error:  # h5py raises both on a full disk
            reason = error.strerror if isinstance(error, OSError) else None
            self._stop(f"the disk takes no more ({reason or error})")

    def _stop(self, reason: str) -> None:
        where = f"epoch {self.progress.epoch + 1}, step {self.progress.step}"
        raise TrainingError(f"{reason} in {where}; {self._last_good()}")

    def _last_good(self) -> str:
        places = sorted((self.folder / CHECKPOINTS).glob("epoch-*"))
        if not places:
            return "no checkpoint was written yet"
        return f"the last good checkpoint is `{places[-1]}`"


def _floats(logs: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in logs.items()}
