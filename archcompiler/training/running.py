"""A run: begun in a new folder, or gone on with in its own."""

import os
import time
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, TextIO

from archcompiler.training.boards import refuse_without_tensorboard
from archcompiler.training.checkpoints import Checkpoint, Progress, load_checkpoint
from archcompiler.training.environment import environment
from archcompiler.training.errors import TrainingError
from archcompiler.training.fitting import fit, make_deterministic
from archcompiler.training.folder import RUN, locked, read_json, write_json
from archcompiler.training.keeping import CHECKPOINTS
from archcompiler.training.reporting import Reporter
from archcompiler.training.spec_copy import copy_spec
from archcompiler.training.summary import Outcome, write_outcome
from archcompiler.training.task import Request, Task
from archcompiler.training.transfer.beginning import (
    Beginning,
    begin_again,
    begin_with,
    covering,
)


def begin(task: Task, request: Request, folder: Path, stream: TextIO) -> Outcome:
    """Train in a new run folder.

    Raises:
        TrainingError: for a lost number, a full disk, a folder that is in use, or a
            source that does not match.
    """
    if task.tensorboard:
        refuse_without_tensorboard()
    beginning = begin_with(task)
    init = beginning.record() if beginning else None
    task = covering(task, init)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        if (folder / RUN).exists():
            raise TrainingError(
                f"`{folder}` holds a run: go on with `--resume {folder}`"
            )
        spec = copy_spec(task.architecture.program, request.spec, folder)
        write_json(folder / "environment.json", environment())
        write_json(folder / RUN, {**_record(request, task, spec), "init": init})
        return _carry_out(task, folder, None, stream, beginning)


def resume(task: Task, folder: Path, stream: TextIO) -> Outcome:
    """Go on with the run of a folder, from its last whole checkpoint.

    Raises:
        TrainingError: for another spec, other data, no whole checkpoint.
    """
    record = read_json(folder / RUN)
    task = covering(task, record.get("init"))
    _refuse_other(folder, record, task)
    with locked(folder):
        digest = task.recipe.digest
        checkpoint, notes = load_checkpoint(folder / CHECKPOINTS, digest)
        if checkpoint is None:
            notes.append("there is no checkpoint: from the beginning")
        for note in notes:
            print(note, file=stream, flush=True)
        beginning = None if checkpoint else begin_again(task, record.get("init"))
        return _carry_out(task, folder, checkpoint, stream, beginning)


def _record(request: Request, task: Task, spec: str) -> dict[str, Any]:
    data, data_dir, init = request.data, request.data_dir, request.init
    if data and os.path.exists(data):
        data = os.path.abspath(data)
    if data_dir:
        data_dir = os.path.abspath(data_dir)
    if init and os.path.exists(init):
        init = os.path.abspath(init)
    return {
        "name": task.architecture.name,
        "spec": spec,
        "digest": task.recipe.digest,
        "request": asdict(replace(request, data=data, data_dir=data_dir, init=init)),
        "recipe": task.recipe.training.plain(),
        "data": {"name": task.data.name, "sha256": task.data.fingerprint},
    }


def _refuse_other(folder: Path, record: Mapping[str, Any], task: Task) -> None:
    digest = task.recipe.digest
    if record["digest"] != digest:
        raise TrainingError(
            f"`{folder}` is the run of another spec or recipe: "
            f"{record['digest'][:12]}, not {digest[:12]}"
        )
    if record["data"]["sha256"] != task.data.fingerprint:
        raise TrainingError(f"the data are not those with which `{folder}` began")


def _carry_out(
    task: Task,
    folder: Path,
    checkpoint: Checkpoint | None,
    stream: TextIO,
    beginning: Beginning | None,
) -> Outcome:
    """Train to the end, and leave everything in the run folder."""
    began = time.monotonic()
    make_deterministic()
    progress = checkpoint.progress if checkpoint else Progress()
    reporter = Reporter(stream, task.recipe.epochs)
    if beginning is not None:
        beginning.report.write(folder)
        reporter.tell(beginning.report.text())
    give = beginning.give if beginning is not None else None
    try:
        fit(task, folder, checkpoint, progress, reporter, give)
    except KeyboardInterrupt:
        how = f"go on with `archc train --resume {folder}`"
        reporter.tell(f"stopped in epoch {progress.epoch + 1}; {how}")
        raise
    outcome = Outcome(task, folder, progress, time.monotonic() - began)
    write_outcome(outcome)
    return outcome
