"""Keeping a run: what is done after each step and epoch so that nothing is lost."""

import math
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn

import keras

from archcompiler.interrupts import interrupts_held
from archcompiler.training.checkpoints import (
    Checkpoint,
    Progress,
    State,
    save_checkpoint,
)
from archcompiler.training.data.pipeline import training_order
from archcompiler.training.errors import DiskError, TrainingError
from archcompiler.training.folder import BEST, CHECKPOINTS, LAST, write_file, write_text
from archcompiler.training.history import (
    history_text,
    is_better,
    monitored,
    stops_early,
)
from archcompiler.training.rates import learning_rate
from archcompiler.training.reporting import Reporter
from archcompiler.training.request import CHECKPOINTS_KEPT
from archcompiler.training.state import (
    capture,
    lost_numbers,
    restore,
    restore_metrics,
)
from archcompiler.training.task import Task


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

        self.kept = task.keep
        self.checkpoints = max(task.checkpoints, CHECKPOINTS_KEPT)
        self.recipe = task.recipe
        self.save_every = task.save_every
        self.progress = progress
        self.reporter = reporter
        self.steps = training_order(task.data.training, task.recipe).steps
        """Steps in an epoch."""

        self.last_good: Path | None = None
        """The last checkpoint that was read, or written."""

        self.state: State | None = None
        """The last state that was saved, where averages are kept beside the weights."""

        self.metrics: State | None = None
        """The running metrics of an epoch that is gone on with."""

        self.rate = math.nan
        self.began = time.monotonic()
        """When the epoch began, if nothing had interrupted it."""

    def go_on_from(self, checkpoint: Checkpoint) -> None:
        """Set the model, and write the best weights where a kill came before that.

        Trained once more, the best epoch need not be the best: not every device
        computes the same bits again.
        """
        restore(self.model, checkpoint.state)
        self.last_good, progress = checkpoint.path, self.progress
        self.metrics = checkpoint.state if progress.step else None
        if not progress.step and progress.best_epoch == progress.epoch:
            self._guarded(lambda: self._write_weights("best", BEST))

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Begin an epoch, or go on within it."""
        del epoch, logs
        self.began = time.monotonic() - self.progress.spent
        self.reporter.begin_epoch()
        if self.metrics is not None:
            restore_metrics(self.model, self.metrics)
            self.metrics = None

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Set the rate; `self.model` lets JAX bring back what it took along."""
        del batch, logs
        progress = self.progress
        step = progress.epoch * self.steps + progress.step
        rate = learning_rate(self.recipe, step, self.steps, progress.rows)
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
            progress.spent = self._seconds()
            self._save()

    def on_test_begin(self, logs: Any = None) -> None:
        """Tell that the epoch is validated."""
        del logs
        self.reporter.validate(self.progress.epoch + 1)

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Add the epoch to the history, and save."""
        progress = self.progress
        row = {"epoch": epoch + 1, "learning_rate": self.rate, **_floats(logs)}
        for name, value in row.items():
            if not math.isfinite(value):
                self._stop(f"`{name}` became {value}")
        best = self._is_best(row)
        seconds = self._seconds()
        progress.rows.append(row)
        progress.times.append({"epoch": epoch + 1, "seconds": seconds})
        progress.epoch, progress.step, progress.spent = epoch + 1, 0, 0.0
        if best:
            progress.best_epoch = epoch + 1
        self._save(best)
        self.reporter.epoch(row, seconds, best)
        if stops_early(self.recipe, progress.rows):
            self.model.stop_training = True

    def _seconds(self) -> float:
        """Return how long the epoch takes by now, whichever processes trained it."""
        return round(time.monotonic() - self.began, 3)

    def save_last(self) -> None:
        """Write the last weights as Keras does, and once more the history.

        A run that was killed right after its last checkpoint lacks its last row.
        """
        self._guarded(self._write_history)
        self._guarded(lambda: self._write_weights("last", LAST))

    def _is_best(self, row: Mapping[str, float]) -> bool:
        rows, best = self.progress.rows, self.progress.best_epoch
        name = monitored(self.recipe, row)
        return is_better(name, row, rows[best - 1] if best else None)

    def _save(self, best: bool = False) -> None:
        """Save the checkpoint first, so that the best weights are those that it names.

        A run that is killed in between makes them of it.
        """
        state = capture(self.model)
        if lost := lost_numbers(state):
            self._stop(f"the weights became no numbers, first `{lost}`")
        if self.recipe.optimizer.use_ema:
            self.state = state
        progress, digest = self.progress, self.recipe.digest
        name = f"epoch-{progress.epoch:05}-step-{progress.step:07}"
        place = self.folder / CHECKPOINTS / name
        self._guarded(
            lambda: save_checkpoint(place, digest, progress, state, self.checkpoints)
        )
        self.last_good = place
        if best:
            self._guarded(lambda: self._write_weights("best", BEST))
        if not progress.step:
            self._guarded(self._write_history)

    def _write_history(self) -> None:
        for name, rows in (
            ("history.csv", self.progress.rows),
            ("times.csv", self.progress.times),
        ):
            write_text(self.folder / name, history_text(rows))

    def _write_weights(self, which: str, name: str) -> None:
        """Write weights that are kept as Keras does, without the optimizer's memory."""
        if which not in self.kept:
            return
        bare = keras.Model(self.model.inputs, self.model.outputs, name=self.model.name)
        write_file(self.folder / name, bare.save_weights)

    def _guarded(self, write: Any) -> None:
        if not self.writes:
            return
        try:
            with interrupts_held():
                write()
        except (OSError, RuntimeError) as error:  # h5py raises both on a full disk
            reason = error.strerror if isinstance(error, OSError) else None
            self._stop(f"the disk takes no more ({reason or error})", DiskError)

    def _stop(
        self, reason: str, error: type[TrainingError] = TrainingError
    ) -> NoReturn:
        raise error(f"{reason} {self.progress.where}; {self._what_is_left()}")

    def _what_is_left(self) -> str:
        if self.last_good is None:
            return "no checkpoint was written yet"
        return f"the last good checkpoint is `{self.last_good}`"


def _floats(logs: Mapping[str, Any]) -> dict[str, float]:
    return {name: float(value) for name, value in logs.items()}
