"""Children: runs in processes of their own, whose lines are read as they come."""

import os
import signal
import subprocess
from collections import deque
from collections.abc import Sequence
from queue import Queue
from threading import Thread

from archcompiler.processes import search_path
from archcompiler.training.sweeping.runs import Run

LOG = "log.txt"
PATIENCE = 10.0
"""Seconds that a child has to end when it is asked to."""

_REMEMBERED = 40  # lines


class Child:
    """A run in a process of its own; its standard input stays open while we live."""

    def __init__(self, run: Run, command: Sequence[str], lines: "Lines") -> None:
        self.run = run
        self.last: deque[str] = deque(maxlen=_REMEMBERED)
        self.unwritten = ""
        """Why the log cannot be written; empty where it can."""

        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # an interrupt is ours to pass on
            env={**os.environ, **search_path(), "FORCE_COLOR": "0"},  # it is read here
            encoding="utf-8",
            errors="replace",
        )
        Thread(target=self._read, args=(lines,), daemon=True).start()

    def _read(self, lines: "Lines") -> None:
        """Hand on each line, and None at the end; keep all in the run's folder.

        Where nothing can be kept, the run is ended: it could keep nothing either.
        """
        assert self.process.stdout is not None
        path = self.run.folder / LOG
        try:
            with self.process.stdout as said, open(path, "a", encoding="utf-8") as log:
                for line in said:
                    log.write(line)
                    log.flush()
                    self.last.append(line.rstrip())
                    lines.put((self, line.rstrip()))
        except OSError as error:
            self.unwritten = f"`{path}` cannot be written: {error.strerror}"
            self.process.kill()
        finally:
            lines.put((self, None))

    def failure(self) -> str:
        """Return why the process ended badly; nothing where it did not."""
        code = self._wait()
        if code == 0 or self.unwritten:
            return self.unwritten
        if code < 0:
            return f"killed by {signal.Signals(-code).name}"
        for line in reversed(self.last):
            if line.startswith("archc: error: "):
                return line.removeprefix("archc: error: ")
        errors = [line for line in self.last if "error[" in line]
        told = [*errors[:1], *reversed(self.last)]
        return next(filter(None, told), f"ended with exit code {code}")

    def ask_to_end(self) -> None:
        """Interrupt, as from a keyboard."""
        self.process.send_signal(signal.SIGINT)

    def end(self) -> None:
        """Wait until it has ended, and do not wait for ever."""
        try:
            self._wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self._wait()

    def _wait(self, seconds: float | None = None) -> int:
        """Return the exit code; what was held open for the process is closed then."""
        code = self.process.wait(seconds)
        assert self.process.stdin is not None
        self.process.stdin.close()
        return code


Lines = Queue[tuple[Child, str | None]]


def stop(children: Sequence[Child]) -> None:
    """End children as an interrupt would, or by force where they do not."""
    try:
        for child in children:
            child.ask_to_end()
        for child in children:
            child.end()
    finally:
        for child in children:
            child.process.kill()
