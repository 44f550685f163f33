"""Runs killed at random moments: `python -m benchmarks.survival --kills 300`.

Each run is a real process of `archc train` that is killed with SIGKILL and gone on with
until it comes to its end, which must be, bit for bit, that of a run that nobody
disturbed. It saves after every step, so most kills fall into a save. What a process had
done is known from its own progress line. Processes are forked from one that has
imported Keras and run nothing, since the import takes longest.
"""

import argparse
import os
import random
import re
import select
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import archcompiler.training.running  # noqa: F401  what takes longest to import
from archcompiler.cli import main as archc
from archcompiler.training import reporting
from archcompiler.training.checkpoints import load_checkpoint
from archcompiler.training.folder import read_json
from archcompiler.writing import UNFINISHED

SPEC = """\
name: small
input: 8x8x1
table:
  columns: [name, type, patch, filters, activation, rate]
  rows:
  - [conv, Conv2D, 3x3, 16, relu]
  - [norm, BatchNormalization]
  - [pool, MaxPooling2D, 2x2]
  - [flat, Flatten]
  - [drop, Dropout, ~, ~, ~, 25%]
  - out: {type: Dense, units: 10, activation: softmax}
training:
  augmentation: [flip, crop: {pad: 1}]
  optimizer: {Adam: {learning_rate: 0.01}}
  schedule: cosine
  losses: categorical crossentropy
  batch size: 32
  epochs: 4
  limit: 500
"""
STEPS = 16
"""Steps of an epoch: 500 images, 32 at a time."""


@dataclass
class Tally:
    """What was seen."""

    kills: int = 0
    while_saving: int = 0
    lost_steps: list[int] = field(default_factory=list)
    runs: int = 0
    wrong: list[str] = field(default_factory=list)


class Line:
    """A pipe that a process takes for a terminal, so that it shows every step."""

    def __init__(self, handle: int) -> None:
        self.handle = handle

    def isatty(self) -> bool:
        """Return that it is one."""
        return True

    def write(self, text: str) -> None:
        """Write at once: what is in a buffer dies with its process."""
        os.write(self.handle, text.encode())

    def flush(self) -> None:
        """Do nothing more."""


@contextmanager
def training(*arguments: object) -> Iterator[tuple[int, int]]:
    """Begin a process that trains; yield it and the end of its pipe."""
    reader, writer = os.pipe()
    process = os.fork()
    if not process:
        os.close(reader)
        sys.stdout, sys.stderr = Line(writer), Line(writer)
        reporting._BETWEEN = 0.0  # each step, not a few in a second
        code = 1
        try:
            code = archc(["train", *map(str, arguments)])
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    os.close(writer)
    try:
        yield process, reader
    finally:
        os.close(reader)


def read_all(reader: int) -> str:
    """Return what a process said until it ended."""
    return b"".join(iter(lambda: os.read(reader, 65536), b"")).decode()


def steps_of(said: str) -> int:
    """Return the steps that a process says it has done, over all epochs."""
    found = re.findall(r"epoch +(\d+)/\d+  step +(\d+)/", said)
    epoch, step = map(int, found[-1]) if found else (1, 0)
    return (epoch - 1) * STEPS + step


def results(folder: Path) -> list[bytes]:
    """Return the bytes in which equal runs are equal."""
    last = max((folder / "checkpoints").glob("epoch-*"))
    files = ("history.csv", "best.weights.h5", last / "state.npz")
    return [(folder / file).read_bytes() for file in files]


def saved_steps(folder: Path, tally: Tally) -> int:
    """Return the steps of the last whole checkpoint; one that isn't whole is wrong."""
    record = folder / "run.json"
    if not record.exists():
        return 0
    found, notes = load_checkpoint(folder / "checkpoints", read_json(record)["digest"])
    tally.wrong += notes
    return found.progress.epoch * STEPS + found.progress.step if found else 0


def killed(folder: Path, spec: Path, chance: random.Random, tally: Tally) -> bool:
    """Train on until a random moment; return whether the run came to its end."""
    begun = (folder / "run.json").exists()
    how = ("--resume", folder) if begun else (spec, "--run", folder)
    before = saved_steps(folder, tally)
    with training(*how, "--save-every", 1) as (process, reader):
        said = os.read(reader, 65536).decode()
        while "step" not in said and chance.random() > 0.02 and _readable(reader):
            said += (some := os.read(reader, 65536).decode())
            if not some:
                break
        time.sleep(10 ** chance.uniform(-2, 0.5))  # within a step, or an epoch later
        os.kill(process, signal.SIGKILL)
        said += read_all(reader)
        _, status = os.waitpid(process, 0)
    if os.WIFEXITED(status):
        if os.WEXITSTATUS(status):
            tally.wrong.append(f"it ended by itself: {said[-300:]}")
        return True
    tally.kills += 1
    tally.while_saving += any(folder.glob(f"checkpoints/{UNFINISHED}*"))
    lost = max(before, steps_of(said)) - saved_steps(folder, tally)
    tally.lost_steps.append(lost)
    return False


def _readable(reader: int) -> bool:
    return bool(select.select([reader], [], [], 30)[0])


def survive(kills: int, seed: int, place: Path) -> Tally:
    """Kill runs until there were so many kills; then let the last one end."""
    chance, tally = random.Random(seed), Tally()
    spec = place / "small.yaml"
    spec.write_text(SPEC)
    with training(spec, "--run", place / "whole") as (process, reader):
        read_all(reader)
        os.waitpid(process, 0)
    whole = results(place / "whole")
    while tally.kills < kills and not tally.wrong:
        folder = place / f"run-{tally.runs}"
        while not killed(folder, spec, chance, tally):
            print(f"\r{tally.kills} kills", end="", file=sys.stderr, flush=True)
        if tally.wrong:
            break
        tally.runs += 1
        if results(folder) != whole:
            tally.wrong.append(f"`{folder}` ends otherwise than the undisturbed run")
    return tally


def flip(times: int, seed: int, folder: Path) -> int:
    """Flip bits of the last checkpoint, one at a time; return how many went by."""
    chance, unnoticed = random.Random(seed), 0
    digest = read_json(folder / "run.json")["digest"]
    last = max((folder / "checkpoints").glob("epoch-*"))
    files = [path for path in last.iterdir() if path.is_file()]
    for _ in range(times):
        path = chance.choice(files)
        content = path.read_bytes()
        changed = bytearray(content)
        changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        found, _ = load_checkpoint(folder / "checkpoints", digest)
        unnoticed += found is not None and found.path == last
        path.write_bytes(content)
    return unnoticed


def main() -> int:
    """Print what was seen; exit 1 when anything was lost that should not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--flips", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        tally = survive(options.kills, options.seed, Path(place))
        unnoticed = flip(options.flips, options.seed, Path(place) / "whole")
    print(f"\r{tally.kills} kills, {tally.while_saving} of them within a save")
    print(f"{max(tally.lost_steps)} steps lost at most; a save after every step")
    print(f"{tally.runs} runs came to their end, all equal to the undisturbed one")
    print(f"{options.flips} bits flipped in a checkpoint, {unnoticed} unnoticed")
    for wrong in tally.wrong:
        print(f"wrong: {wrong}")
    return 1 if tally.wrong or unnoticed or max(tally.lost_steps) > 1 else 0


if __name__ == "__main__":
    raise SystemExit(main())
