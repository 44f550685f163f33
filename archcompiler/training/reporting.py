"""Live progress: on a terminal one line that moves, otherwise a line for each epoch."""

import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from archcompiler.training.history import Row, told
from archcompiler.training.recipe import Head

_BETWEEN = 0.2  # seconds from one picture of the moving line to the next
_CLEAR = "\r\x1b[2K"


class Reporter:
    """Tells people how a run goes on; a terminal gets lines that it has room for."""

    def __init__(
        self,
        stream: TextIO,
        epochs: int,
        heads: Sequence[Head] = (),
        batch_size: int = 1,
    ) -> None:
        self.stream = stream
        self.epochs = epochs
        self.heads = heads
        self.batch_size = batch_size
        self.live = stream.isatty()
        self.shown = 0.0
        self.began = time.monotonic()
        self.compiled: float | None = None
        """When the first step of this process was over: it compiles the others."""

        self.steps = 0
        """Steps since then."""

    def begin_epoch(self) -> None:
        """Begin to count the seconds of an epoch; the first has to be compiled."""
        self.began = time.monotonic()
        if self.compiled is None:
            self.show("compiling the first step")

    def validate(self, epoch: int) -> None:
        """Say that what follows the steps of an epoch is its validation."""
        self.show(f"{self._epoch(epoch)}  validating")

    def show(self, what: str) -> None:
        """Say on a terminal what goes on until the next line is shown."""
        if self.live:
            self._write(f"{_CLEAR}{what}")

    def step(
        self, epoch: int, step: int, steps: int, logs: Mapping[str, float]
    ) -> None:
        """Show a step, at most a few times a second."""
        now = time.monotonic()
        self.steps += 1
        if self.compiled is None:
            self.compiled, self.steps = now, 0
            if self.live:
                self.tell(f"compiled in {now - self.began:.1f} s")
        if not self.live or now - self.shown < _BETWEEN:
            return
        self.shown = now
        front = f"{self._epoch(epoch)}  step {step:>{len(str(steps))}}/{steps}"
        left = (self.epochs - epoch) * steps + steps - step
        self.show(self._line(front, logs, self._speed(now, left)))

    def _speed(self, now: float, left: int) -> list[str]:
        """Return how fast it goes, and how long `left` steps take at that."""
        assert self.compiled is not None
        if not self.steps:
            return []
        seconds = max(now - self.compiled, 1e-9) / self.steps
        images = self.batch_size / seconds
        rate = f"{images:,.{0 if images >= 10 else 1}f}"
        return [f"{rate} images/s", f"{duration(left * seconds)} left"]

    def epoch(self, row: Row, seconds: float, best: bool) -> None:
        """Leave the line of an epoch that is complete, after so many seconds."""
        back = [f"{seconds:.1f} s", *["best"] * best]
        line = self._line(self._epoch(int(row["epoch"])), row, back)
        self._write(f"{_CLEAR if self.live else ''}{line}\n")

    def _epoch(self, epoch: int) -> str:
        return f"epoch {epoch:>{len(str(self.epochs))}}/{self.epochs}"

    def tell(self, message: str) -> None:
        """Leave a line of its own."""
        self._write(f"{_CLEAR if self.live else ''}{message}\n")

    def _line(self, front: str, logs: Mapping[str, float], back: list[str]) -> str:
        """Return a line with the numbers for which a terminal has room."""
        columns = list(self._followed(logs))
        said = {each: f"{told(each, self.heads)} {logs[each]:.4f}" for each in columns}

        def written() -> str:
            return "  ".join([front, *[said[each] for each in columns], *back])

        if not self.live:
            return written()
        width = shutil.get_terminal_size().columns - 1  # the last one would wrap
        back = list(back)
        for column in reversed(self._by_weight(columns)):
            if len(written()) > width:
                columns.remove(column)
        while len(written()) > width and back:
            back.pop(0)
        return written()[:width]

    def _followed(self, row: Mapping[str, float]) -> Iterator[str]:
        """Yield the columns that people follow: the loss, then the first output's."""
        names = [f"{head.layer}_accuracy" for head in self.heads]
        wanted = dict.fromkeys(["loss", "accuracy", *names])
        wanted |= dict.fromkeys([name.removeprefix("val_") for name in row])
        for name in wanted:
            if name == "loss" or name.endswith("accuracy"):
                yield from [each for each in (name, f"val_{name}") if each in row]

    def _by_weight(self, columns: Sequence[str]) -> list[str]:
        """Return columns, first what tells most: by what the best epoch is chosen."""
        first = next((each for each in columns if each.endswith("accuracy")), "")
        most = (f"val_{first}", "loss", first, "val_loss")
        return sorted(columns, key=lambda c: most.index(c) if c in most else len(most))

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def duration(seconds: float) -> str:
    """Write seconds as people do: `0:07`, `12:30`, `3:05:00`."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours:,}:{minutes:02}:{rest:02}"
    return f"{minutes}:{rest:02}"
