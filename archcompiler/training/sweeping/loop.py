"""The loop of a sweep: runs begun, watched and counted, so many at once."""

from collections.abc import Callable, Sequence
from queue import Queue
from typing import Protocol, TextIO

from archcompiler.training.folder import write_text
from archcompiler.training.history import told
from archcompiler.training.sweeping.children import Child, Lines, stop
from archcompiler.training.sweeping.runs import FAILURE, Run, Standing, standing_of


class Source(Protocol):
    """Where runs come from, one after another."""

    total: int
    """How many there will be, at most."""

    def next(self) -> Run | None:
        """Return a run to train; None where there is none, or none yet."""

    def finished(self, run: Run, standing: Standing) -> None:
        """Hear what a run has come to."""


class Listed:
    """Runs in their order."""

    def __init__(self, runs: Sequence[Run]) -> None:
        self.total = len(runs)
        self._runs = iter(runs)

    def next(self) -> Run | None:
        """Return the next run."""
        return next(self._runs, None)

    def finished(self, run: Run, standing: Standing) -> None:
        """Do nothing: the order is given."""


class Loop:
    """Trains what a source gives; what is complete is not trained again."""

    def __init__(
        self,
        source: Source,
        jobs: int,
        command: Callable[[Run], Sequence[str]],
        changed: Callable[[Run], None],
        stream: TextIO,
    ) -> None:
        self.source = source
        self.jobs = jobs
        self.command = command
        self.changed = changed
        self.stream = stream
        self.lines: Lines = Queue()
        self.children: list[Child] = []
        self.numbers: dict[str, int] = {}
        self.failed = 0

    def run(self) -> int:
        """Train until the source is empty; return how many runs failed."""
        try:
            while self._fill():
                child, line = self.lines.get()
                if line is None:
                    self._end(child)
                elif line.startswith("epoch "):
                    self._tell(child.run, line)
        finally:
            stop(self.children)
        return self.failed

    def _fill(self) -> bool:
        """Begin as many runs as may be; return whether there is one to wait for."""
        while len(self.children) < self.jobs:
            run = self.source.next()
            if run is None:
                break
            self.numbers[run.name] = len(self.numbers) + 1
            standing = standing_of(run)
            if standing.state == "complete":
                self._finish(run, standing)
            else:
                self._begin(run)
        return bool(self.children)

    def _begin(self, run: Run) -> None:
        self._tell(run, "goes on" if run.begun else "begins")
        run.folder.mkdir(parents=True, exist_ok=True)
        (run.folder / FAILURE).unlink(missing_ok=True)
        self.children.append(Child(run, self.command(run), self.lines))

    def _end(self, child: Child) -> None:
        run, reason = child.run, child.failure()
        self.children.remove(child)
        standing = standing_of(run)
        if standing.state != "complete":
            reason = reason or "it left no summary"
            write_text(run.folder / FAILURE, f"{reason}\n")
            standing = Standing("failed", reason=reason)
            self.failed += 1
        self._finish(run, standing)

    def _finish(self, run: Run, standing: Standing) -> None:
        if standing.state == "failed":
            self._tell(run, f"failed: {standing.reason}")
        else:
            what = f"{told(standing.monitored, run.heads)} {standing.best:.4f}"
            self._tell(run, f"{what} in epoch {standing.best_epoch}")
        self.source.finished(run, standing)
        self.changed(run)

    def _tell(self, run: Run, what: str) -> None:
        number = f"[{self.numbers[run.name]}/{self.source.total}]"
        self.stream.write(f"{number} {run.name}: {what}\n")
        self.stream.flush()
