"""A learning rate found: losses of steps whose rate rises, before anything is trained.

The range test of Smith (Cyclical learning rates for training neural networks, section
3.3), with rates that rise by equal factors.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from archcompiler.tabular.form import Cell, Column, Table
from archcompiler.tabular.record import Record
from archcompiler.tabular.report import Remarks, Report
from archcompiler.training.compile_arguments import class_weight
from archcompiler.training.compiling import build_for_training
from archcompiler.training.data.pipeline import training_batches
from archcompiler.training.errors import TrainingError
from archcompiler.training.figures import new_figure, save_figure
from archcompiler.training.fitting import make_deterministic
from archcompiler.training.task import Task
from archcompiler.training.transfer.beginning import begin_with

_KEPT = 0.9
"""How much of the mean of losses before is kept in that of a step."""

_WORSE = 4
"""The test ends where the mean is so many times the least one."""

_BELOW = 10
"""The suggested rate is so many times lower than the one of the least mean."""

_SHOWN = 20


class Trial(NamedTuple):
    """A step: the rate that it took, its loss, and the mean that fades."""

    rate: float
    loss: float
    mean: float


class Found(NamedTuple):
    """The steps that were tried, in order."""

    trials: Sequence[Trial]

    @property
    def best(self) -> Trial:
        """The step with the least mean."""
        return min(self.trials, key=lambda trial: trial.mean)

    @property
    def suggested(self) -> float:
        """A rate well below the one where the loss is least, in two digits."""
        return float(f"{self.best.rate / _BELOW:.1e}")


def find_rate(
    task: Task,
    least: float,
    most: float,
    steps: int,
    tell: Callable[[str], object],
) -> Found:
    """Train for some steps, of which each takes a higher rate than the one before.

    The test ends early where the loss explodes. Nothing is written.

    Raises:
        TrainingError: where the loss never fell, or is no number from the start.
    """
    make_deterministic()
    beginning = begin_with(task)
    begin = beginning.give if beginning else None
    model = build_for_training(task.architecture, task.recipe, begin=begin)
    rates = [least * (most / least) ** (at / (steps - 1)) for at in range(steps)]
    trials: list[Trial] = []
    for trial in _tried(model, task, rates):
        if not math.isfinite(trial.mean):
            break
        trials.append(trial)
        tell(f"step {len(trials)} of {steps}, rate {trial.rate:.1e}")
        if trial.mean > _WORSE * Found(trials).best.mean:
            break
    found = Found(trials)
    if len(trials) < 2 or found.best is trials[0]:
        message = f"the loss never fell from a rate of {least:g} on: begin lower, with "
        raise TrainingError(message + f"`--least {least / 100:g}`")
    return found


def _tried(model: Any, task: Task, rates: Sequence[float]) -> Iterator[Trial]:
    batches = training_batches(task.data.training, task.recipe, 0, len(rates))
    weights = class_weight(task.recipe, task.data.training.labels)
    mean = 0.0
    for step, (rate, (images, labels)) in enumerate(zip(rates, batches, strict=True)):
        model.optimizer.learning_rate = rate
        model.reset_metrics()
        told = model.train_on_batch(
            images, labels, class_weight=weights, return_dict=True
        )
        loss = float(told["loss"])
        mean = _KEPT * mean + (1 - _KEPT) * loss
        yield Trial(rate, loss, mean / (1 - _KEPT ** (step + 1)))


def rates_report(name: str, found: Found) -> Report:
    """Return some of the steps as people read them; CSV has all."""
    every = max(1, math.ceil(len(found.trials) / _SHOWN))
    best, suggested = found.best.rate, found.suggested
    told = (
        f"The mean is least at {best:.1e}; a tenth of that is likely to train well:",
        f"--set training.optimizer.learning_rate={suggested:g}",
    )
    shown = _table(found.trials[every - 1 :: every])
    title = f"{name}: {len(found.trials)} steps at rising learning rates"
    return Report(title, (shown, Remarks(told)), _table(found.trials))


def _table(trials: Sequence[Trial]) -> Table:
    columns = [Column(each, right=True) for each in ("rate", "loss", "mean")]
    cells = [[f"{t.rate:.1e}", f"{t.loss:.4f}", f"{t.mean:.4f}"] for t in trials]
    return Table(tuple(columns), [[Cell(text) for text in row] for row in cells])


def rates_record(name: str, found: Found) -> Record:
    """Return all steps as plain data."""
    trials = [trial._asdict() for trial in found.trials]
    return {"name": name, "suggested": found.suggested, "trials": trials}


def write_rates(name: str, found: Found, path: Path) -> bool:
    """Draw losses over rates; whether it could be done: matplotlib may be missing."""
    figure = new_figure(f"{name}: which learning rate?", 7, 4.5)
    if figure is None:
        return False
    axes = figure.subplots()
    rates = [trial.rate for trial in found.trials]
    losses = [trial.loss for trial in found.trials]
    axes.plot(rates, losses, ".", color="C0", alpha=0.4, label="loss of a step")
    means = [trial.mean for trial in found.trials]
    axes.plot(rates, means, color="C0", label="its mean")
    label = f"suggested: {found.suggested:g}"
    axes.axvline(found.suggested, color="C1", linestyle="--", label=label)
    axes.set_xscale("log")
    axes.set_xlabel("learning rate")
    axes.set_ylabel("loss")
    axes.set_ylim(0.9 * min(means), 1.1 * max(means[0], *losses[: len(losses) // 2]))
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=3, fontsize=8, frameon=False)
    save_figure(figure, path)
    return True
