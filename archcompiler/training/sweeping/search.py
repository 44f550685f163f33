"""Search: points of a grid chosen one after another, by what others came to.

There is no second truth beside the run folders. The study is made anew each time, its
random numbers are seeded, and what it is told does not depend on when a run ended. So
it chooses the same points again, and those that were trained are not trained again.
"""

from collections.abc import Callable, Sequence
from typing import Any

import optuna

from archcompiler.language.spec.grids import Axis
from archcompiler.training.sweeping.runs import Run, Standing

MOST_REPEATS = 200
"""Trials in a row that choose what was tried, until no other is to be expected."""


class Search:
    """A source of runs: Optuna's tree-structured Parzen estimator over a grid."""

    def __init__(
        self,
        axes: Sequence[Axis],
        total: int,
        jobs: int,
        run_at: Callable[[str], Run | None],
    ) -> None:
        optuna.logging.set_verbosity(optuna.logging.WARNING)
        sampler = optuna.samplers.TPESampler(seed=0)
        self.study = optuna.create_study(direction="maximize", sampler=sampler)
        self.choices: dict[str, Any] = {
            axis.label: optuna.distributions.CategoricalDistribution(
                [choice.text for choice in axis.choices]
            )
            for axis in axes
        }
        self.total = total
        self.jobs = jobs
        self.run_at = run_at
        self.runs: list[Run] = []
        self.begun: list[int] = []
        """For each run, the number of the trial that chose it first."""

        self.scores: dict[str, float | None] = {}
        """By name what is known; None for what cannot be, or failed."""

        self.trials: list[tuple[Any, str]] = []
        self.told = 0

    def next(self) -> Run | None:
        """Return a run that was not tried; None at the end, or while others run."""
        repeats = 0
        while len(self.runs) < self.total and repeats < MOST_REPEATS:
            if not self._tell():
                return None
            trial = self.study.ask(self.choices)
            name = " ".join(
                [f"{label}={trial.params[label]}" for label in self.choices]
            )
            self.trials.append((trial, name))
            if name in self.scores or any(run.name == name for run in self.runs):
                repeats += 1
                continue
            run = self.run_at(name)
            if run is not None:
                self.begun.append(len(self.trials) - 1)
                self.runs.append(run)
                return run
            self.scores[name] = None
        return None

    def finished(self, run: Run, standing: Standing) -> None:
        """Keep what a run came to, until its turn has come to be told."""
        complete = standing.state == "complete"
        self.scores[run.name] = standing.score if complete else None

    def _tell(self) -> bool:
        """Tell the study what came before the last runs; return whether it is known.

        So many of the last runs as there are jobs may still be under way. Whether they
        are must not matter, so nothing is told of those, nor of what came after.
        """
        first = len(self.runs) - self.jobs
        if first < 0:
            return True
        if self.runs[first].name not in self.scores:
            return False
        until = self.begun[first + 1] if self.jobs > 1 else len(self.trials)
        for trial, name in self.trials[self.told : until]:
            score = self.scores[name]
            if score is None:
                self.study.tell(trial, state=optuna.trial.TrialState.PRUNED)
            else:
                self.study.tell(trial, score)
        self.told = until
        return True
