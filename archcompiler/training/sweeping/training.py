"""The training of a sweep: its runs planned, trained, and ranked as they end."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TextIO

from archcompiler.checking.sweeping import Weighed, weigh_each
from archcompiler.language.program.program import Program
from archcompiler.language.variants.sweeps import find_point, points_of, sweep_of
from archcompiler.processes import python
from archcompiler.training.data.sources import load_data
from archcompiler.training.errors import TrainingError
from archcompiler.training.sweeping.leaderboard import Place, places
from archcompiler.training.sweeping.loop import Listed, Loop, Source
from archcompiler.training.sweeping.request import SweepRequest
from archcompiler.training.sweeping.runs import (
    RUNS,
    Run,
    arguments_of,
    folder_name,
    run_of,
    standing_of,
)


class SweepTraining:
    """The runs of a sweep in its folder; `ranked` is told of each change."""

    def __init__(
        self,
        base: Program,
        request: SweepRequest,
        folder: Path,
        ranked: Callable[[Sequence[Place]], None],
    ) -> None:
        self.base = base
        self.request = request
        self.folder = folder
        self.ranked = ranked
        self.runs: dict[str, Run] = {}
        self.fetched: set[str] = set()

    def plan(self, weighed: Iterable[Weighed]) -> list[Run]:
        """Return the runs of points, of which none holds the run of something else.

        Raises:
            SpecError, TrainingError: for a recipe, or a folder, that is another.
        """
        runs = [self._run(one) for one in weighed]
        for run in runs:
            standing_of(run)
        return runs

    def in_order(self, runs: Sequence[Run]) -> Source:
        """Return a source of runs in their order."""
        self._add(runs)
        self._fetch(runs)
        return Listed(runs)

    def search(self) -> Source:
        """Return a source of runs that Optuna chooses.

        Raises:
            TrainingError: where there is no grid to search.
            ModuleNotFoundError: where Optuna is not installed.
        """
        from archcompiler.training.sweeping.search import Search

        grid = sweep_of(self.base).grid
        if grid is None:
            message = "a search chooses among the values of a `grid`, not from a `list`"
            raise TrainingError(message)
        total = min(self.request.search or 0, grid.points)
        return Search(grid.axes, total, self.request.jobs, self._run_at)

    def carry_out(
        self, kept: SweepRequest, source: Source, jobs: int, stream: TextIO
    ) -> int:
        """Train as the kept request says, and return how many runs failed."""
        self._add_trained()
        supervised = python("-m", "archcompiler.cli.supervised")
        loop = Loop(
            source,
            jobs,
            lambda run: [*supervised, *arguments_of(run, kept)],
            self._changed,
            stream,
        )
        return loop.run()

    def board(self) -> list[Place]:
        """Return the places of all runs, those trained before included."""
        return places(self.runs.values())

    def _run(self, weighed: Weighed) -> Run:
        return run_of(self.base, weighed, self.request, self.folder)

    def _run_at(self, name: str) -> Run | None:
        """Return the run of a point; None where it is refused or out of bounds."""
        point = find_point(sweep_of(self.base), name)
        assert point is not None
        (weighed,) = weigh_each(self.base, [point], self.request.settings)
        if weighed.cost is None or not self.request.bounds.admit(weighed):
            return None
        (run,) = self.plan([weighed])
        self._fetch([run])
        return run

    def _fetch(self, runs: Iterable[Run]) -> None:
        """Load the data of runs that are to be trained, so that no run is in vain.

        What must be downloaded is, once, before several runs would do it side by side.
        """
        data_dir, takings = self.request.data_dir, self.request.takings
        names = {run.data for run in runs if standing_of(run).state != "complete"}
        for name in sorted(names - self.fetched):
            load_data(name, Path(data_dir) if data_dir else None, takings)
        self.fetched |= names

    def _changed(self, run: Run) -> None:
        self._add([run])
        self.ranked(self.board())

    def _add(self, runs: Iterable[Run]) -> None:
        self.runs.update({run.name: run for run in runs})

    def _add_trained(self) -> None:
        """Add what was trained here before, though it is not asked for now."""
        folder = self.folder / RUNS
        there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
        points = [p for p in points_of(sweep_of(self.base)) if p.name not in self.runs]
        points = [point for point in points if folder_name(point.name) in there]
        for weighed in weigh_each(self.base, points, self.request.settings):
            if weighed.cost is None:
                continue
            run = self._run(weighed)
            if not run.is_other:
                self._add([run])
