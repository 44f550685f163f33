"""Launching: the processes of one machine, which live and end together."""

import os
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from signal import Signals
from tempfile import TemporaryFile
from typing import IO, NamedTuple

from archcompiler.interrupts import interrupts_raised
from archcompiler.processes import python, search_path
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import RUN

_LAUNCHER = "ARCHC_LAUNCHER"
"""Names to a process the pipe that closes when the one that launched it ends."""

_BETWEEN = 0.1  # seconds from one look at the processes to the next
_GRACE = 3.0  # seconds in which the others may say themselves what they miss
_SAID = 2000  # characters of what a process said last
_COUNT_GPUS = """\
import jax
print(jax.local_device_count() if jax.default_backend() != "cpu" else 0)
"""


Codes = Sequence[int | None]
"""How each process ended: None where it goes on, below 0 for a signal."""


class Process(NamedTuple):
    """A process, and what it says; the first one says it to the user."""

    running: "subprocess.Popen[bytes]"
    said: IO[bytes] | None

    def last_words(self) -> str:
        """Return the end of what it said."""
        if self.said is None:
            return ""
        self.said.seek(0)
        return self.said.read().decode(errors="replace").strip()[-_SAID:]


def launch(arguments: Sequence[str], processes: int, folder: Path) -> int:
    """Run a command of `archc` as several processes, and return the exit code.

    Raises:
        TrainingError: as `wait_for_all` does; all are stopped then.
    """
    shares = share_gpus(_count_gpus(), processes)
    reading, writing = os.pipe()
    try:
        with interrupts_raised(), _started(arguments, shares, reading) as started:
            return wait_for_all(started, folder)
    finally:
        os.close(reading)
        os.close(writing)


def wait_for_all(processes: Sequence[Process], folder: Path) -> int:
    """Wait until all have ended, or one of them badly.

    Return 0, or the exit code of process 0, which has said itself what went wrong.

    Raises:
        TrainingError: where another one failed first, or one was killed.
    """
    first, codes = _wait(processes)
    if not any(codes):
        return 0
    _refuse_killed(first, folder)
    if codes[0] is not None and codes[0] > 0:
        return codes[0]
    raise _failed(processes, first, folder)  # whatever ended later follows from it


def end_with_launcher() -> None:
    """End this process as soon as the one that launched it ends, if one did."""
    pipe = os.environ.pop(_LAUNCHER, None)
    if pipe is None:
        return

    def wait() -> None:
        os.read(int(pipe), 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def share_gpus(gpus: int, processes: int) -> list[dict[str, str]]:
    """Return what tells each process its GPUs; nothing where there are none.

    Raises:
        TrainingError: where they cannot be shared evenly.
    """
    if not gpus:
        return [{} for _ in range(processes)]
    if gpus % processes:
        fitting = [str(n) for n in range(2, gpus + 1) if gpus % n == 0]
        help = f"`--processes` {', '.join(fitting)}" if fitting else "no `--processes`"
        raise TrainingError(
            f"{gpus} GPUs cannot be shared among {processes} processes: write {help}"
        )
    own = gpus // processes
    shares = [range(first, first + own) for first in range(0, gpus, own)]
    return [{"JAX_LOCAL_DEVICE_IDS": ",".join(map(str, share))} for share in shares]


def _count_gpus() -> int:
    """Return the GPUs that JAX finds, asked in a process that frees them again."""
    command = python("-c", _COUNT_GPUS)
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise TrainingError(f"JAX does not start: {done.stderr.strip()[-_SAID:]}")
    return int(done.stdout)


@contextmanager
def _started(
    arguments: Sequence[str], shares: Sequence[Mapping[str, str]], pipe: int
) -> Iterator[list[Process]]:
    """Start the processes, and kill them at the end: a run is safe on the disk."""
    command = python("-m", "archcompiler", *arguments)
    command += ["--coordinator", f"127.0.0.1:{_free_port()}"]
    started: list[Process] = []
    try:
        for number, share in enumerate(shares):
            said = TemporaryFile() if number else None  # noqa: SIM115
            running = subprocess.Popen(
                [*command, "--process", str(number)],
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                pass_fds=[pipe],
                env={**os.environ, **search_path(), **share, _LAUNCHER: str(pipe)},
            )
            started.append(Process(running, said))
        yield started
    finally:
        for process in started:
            process.running.kill()
        for process in started:
            process.running.wait()
            if process.said is not None:
                process.said.close()


def _wait(processes: Sequence[Process]) -> tuple[Codes, Codes]:
    """Wait for all, or a little longer than for the first that fails.

    Return how they had ended when one had failed, and how they have ended now.
    """
    first: Codes = ()
    until = time.monotonic()
    while True:
        codes = _codes(processes)
        if None not in codes or (first and time.monotonic() > until):
            return first or codes, codes
        if not first and any(codes):
            first = _codes(processes)  # with one that ended before, but after its turn
            until = time.monotonic() + _GRACE
        time.sleep(_BETWEEN)


def _codes(processes: Sequence[Process]) -> Codes:
    return [process.running.poll() for process in processes]


def _refuse_killed(codes: Codes, folder: Path) -> None:
    for number, code in enumerate(codes):
        if code is not None and code < 0:
            raise TrainingError(
                f"process {number} was ended by {Signals(-code).name}, "
                f"and the others were stopped{_resume(folder)}"
            )


def _failed(processes: Sequence[Process], codes: Codes, folder: Path) -> TrainingError:
    """Return what the first that failed has said."""
    number = next(number for number, code in enumerate(codes) if code)
    return TrainingError(
        f"process {number} failed, and the others were stopped{_resume(folder)}; "
        f"it said:\n{processes[number].last_words()}"
    )


def _resume(folder: Path) -> str:
    return f"; go on with `--resume {folder}`" if (folder / RUN).exists() else ""


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
