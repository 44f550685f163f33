"""Live progress: on a terminal one line that moves, otherwise a line for each epoch."""

import time
from collections.abc import Mapping
from typing import TextIO

from archcompiler.training.history import Row

_BETWEEN = 0.2  # seconds from one picture of the moving line to the next
_CLEAR = "\r\x1b[2K"


class Reporter:
    """Tells people how a run goes on."""

    def __init__(self, stream: TextIO, epochs: int) -> None:
        self.stream = stream
        self.epochs = epochs
        self.live = stream.isatty()
        self.shown = 0.0
        self.began = time.monotonic()

    def begin_epoch(self) -> None:
        """Begin to count the seconds of an epoch."""
        self.began = time.monotonic()

    def step(
        self, epoch: int, step: int, steps: int, logs: Mapping[str, float]
    ) -> None:
        """Show a step, at most a few times a second."""
        now = time.monotonic()
        if not self.live or now - self.shown < _BETWEEN:
            return
        self.shown = now
        numbers = "  ".join(f"{name} {value:.4f}" for name, value in _main(logs))
        line = f"epoch {epoch:>{len(str(self.epochs))}}/{self.epochs}"
        line += f"  step {step:>{len(str(steps))}}/{steps}  {numbers}"
        self._write(f"{_CLEAR}{line}")

    def epoch(self, row: Row, best: bool) -> None:
        """Leave the line of an epoch that is complete."""
        seconds = time.monotonic() - self.began
        width = len(str(self.epochs))
        numbers = "  ".join(f"{name} {value:.4f}" for name, value in _main(row))
        line = f"epoch {row['epoch']:>{width}}/{self.epochs}  {numbers}"
        line += f"  {seconds:.1f} s{'  best' if best else ''}"
        self._write(f"{_CLEAR if self.live else ''}{line}\n")

    def tell(self, message: str) -> None:
        """Leave a line of its own."""
        self._write(f"{_CLEAR if self.live else ''}{message}\n")

    def _write(self, text: str) -> None:
        self.stream.write(text)
        self.stream.flush()


def _main(row: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the numbers that people follow: the whole loss, and the accuracies."""
    return [
        (_told(name), value)
        for name, value in row.items()
        if name in ("loss", "val_loss") or name.endswith("accuracy")
    ]


def _told(name: str) -> str:
    shown = name.removeprefix("val_")
    return name if shown == name else f"validation {shown}"
