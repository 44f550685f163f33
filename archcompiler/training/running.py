"""A run: begun in a new folder, or gone on with in its own."""

import os
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TextIO

from archcompiler.backends.keras_model.exhaustion import exhaustion_told
from archcompiler.interrupts import interrupts_raised
from archcompiler.language.loading.places import find_spec
from archcompiler.training.checkpoints import (
    Checkpoint,
    Progress,
    keep_last,
    load_checkpoint,
)
from archcompiler.training.data.fingerprints import fingerprint
from archcompiler.training.devices.kinds import Devices, OneDevice
from archcompiler.training.environment import (
    add_environment,
    add_seconds,
    write_environment,
)
from archcompiler.training.errors import TrainingError
from archcompiler.training.fitting import Start, fit, make_deterministic
from archcompiler.training.folder import (
    CHECKPOINTS,
    RUN,
    SUMMARY,
    clear,
    holds_result,
    locked,
)
from archcompiler.training.lengthening import lengthen, refuse_undefined
from archcompiler.training.loading import WEIGHTS
from archcompiler.training.recipe import read_recipe
from archcompiler.training.recorded import (
    Record,
    know_again,
    known_as,
    read_record,
    refuse_other_recipe,
    write_record,
)
from archcompiler.training.reporting import Reporter
from archcompiler.training.request import Request
from archcompiler.training.spec_copy import copy_spec
from archcompiler.training.summary import Outcome, write_outcome
from archcompiler.training.task import Task
from archcompiler.training.transfer.beginning import (
    begin_again,
    begin_with,
    covering,
)

ONE = OneDevice()


def begin(
    task: Task,
    request: Request,
    folder: Path,
    stream: TextIO,
    devices: Devices = ONE,
    overwrite: bool = False,
) -> Outcome | None:
    """Train in a new run folder; None comes of a process that does not lead.

    `overwrite` removes the run that the folder holds.

    Raises:
        TrainingError: for a lost number, a full disk, a folder that is in use, or a
            source that does not match.
    """
    beginning = begin_with(task)
    init = beginning.record() if beginning else None
    task, start = covering(task, init), Start(beginning=beginning)
    found = fingerprint(task.data)
    devices.refuse_disagreement((task.recipe.digest, found.sha256))
    if not devices.leads:
        _follow(task, folder, start, devices)
        return None
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        if holds_result(folder) and not overwrite:
            raise TrainingError(
                f"`{folder}` holds a run: go on with `--resume {folder}`, "
                "or remove it and begin anew with `--overwrite`"
            )
        if (folder / RUN).exists():
            _refuse_own_sources(folder, request)
            clear(folder)
        spec = copy_spec(task.architecture.program, request.spec, folder)
        write_environment(folder, find_spec(request.spec).path.parent, devices.record())
        told = {"spec": spec, "init": init}
        write_record(folder, request, task, found, told)
        _tell(found.told, stream)
        return _carry_out(task, folder, start, stream, devices)


def resume(
    task: Task, folder: Path, stream: TextIO, devices: Devices = ONE
) -> Outcome | None:
    """Go on with the run of a folder, from its last whole checkpoint.

    Where the task is of other epochs, it goes on as if it had begun with these.

    Raises:
        TrainingError: for another spec, other data, no whole checkpoint, or epochs with
            which the run would have been another so far.
    """
    record = read_record(folder)
    began = read_recipe(task.architecture, record["request"]["overrides"])
    known = _as_known(replace(task, recipe=began), record).recipe.digest
    refuse_other_recipe(folder, record, known)
    task = _as_known(task, record)
    found = know_again(folder, record, task.data)
    _tell(found.told, stream)
    with locked(folder) if devices.leads else nullcontext():
        digest = task.recipe.digest
        before = (known, *record.get("before", ()))
        checkpoint, notes = load_checkpoint(folder / CHECKPOINTS, digest, *before)
        name = checkpoint.path.name if checkpoint else ""
        devices.refuse_disagreement((digest, found.sha256, name))
        _refuse_complete(folder, checkpoint)
        if digest != known:
            progress = checkpoint.progress if checkpoint else None
            refuse_undefined(folder, task.recipe, progress)
            if devices.leads:
                lengthen(folder, record, task.recipe)
        if checkpoint is None:
            notes.append("there is no checkpoint: from the beginning")
        for note in notes:
            _tell(note, stream)
        beginning = None if checkpoint else begin_again(task, record.get("init"))
        start = Start(checkpoint, beginning)
        if not devices.leads:
            _follow(task, folder, start, devices)
            return None
        add_environment(folder, devices.record())
        return _carry_out(task, folder, start, stream, devices)


def _refuse_own_sources(folder: Path, request: Request) -> None:
    """Refuse to remove what the new run would read."""
    sources = (str(find_spec(request.spec).path), request.init, request.data)
    for source in filter(None, sources):
        if Path(source).resolve().is_relative_to(folder.resolve()):
            raise TrainingError(
                f"`{folder}` is not overwritten by a run that reads from it, "
                f"`{source}`: name another folder with `--run`"
            )


def _as_known(task: Task, record: Record) -> Task:
    """Return a task with the digest by which a record knows it."""
    recipe = known_as(record, task.architecture, task.recipe)
    return covering(replace(task, recipe=recipe), record.get("init"))


def _refuse_complete(folder: Path, checkpoint: Checkpoint | None) -> None:
    """Refuse to train once more what is complete, and kept no checkpoint."""
    if checkpoint is None and (folder / SUMMARY).exists():
        raise TrainingError(
            f"`{folder}` is complete and kept no checkpoint to go on from: begin anew, "
            f"or from its weights with `--init {folder}`"
        )


def _tell(line: str, stream: TextIO) -> None:
    if line:
        print(line, file=stream, flush=True)


def _carry_out(
    task: Task,
    folder: Path,
    start: Start,
    stream: TextIO,
    devices: Devices,
) -> Outcome:
    """Train to the end, and leave everything in the run folder."""
    if start.beginning is not None:
        start.beginning.report.write(folder)
        print(start.beginning.report.text(), file=stream, flush=True)
    progress = _train(task, folder, start, stream, devices)
    outcome = Outcome(task, folder, progress)
    write_outcome(outcome)
    add_seconds(folder, round(outcome.seconds, 1))
    keep_last(folder / CHECKPOINTS, task.checkpoints)
    for which in set(WEIGHTS) - set(task.keep):
        (folder / WEIGHTS[which]).unlink(missing_ok=True)
    return outcome


def _needed(task: Task) -> int:
    return task.architecture.training_bytes(task.recipe.batch_size)


def _follow(task: Task, folder: Path, start: Start, devices: Devices) -> None:
    """Train along with the process that leads, and leave nothing."""
    with open(os.devnull, "w") as nobody:
        _train(task, folder, start, nobody, devices)


def _train(
    task: Task, folder: Path, start: Start, stream: TextIO, devices: Devices
) -> Progress:
    make_deterministic()
    progress = start.checkpoint.progress if start.checkpoint else Progress()
    recipe = task.recipe
    reporter = Reporter(stream, recipe.epochs, recipe.heads, recipe.batch_size)
    reporter.show("building the network")
    try:
        with (
            interrupts_raised(),
            devices.watch(),
            exhaustion_told(task.architecture.expansion, "training", _needed(task)),
        ):
            fit(task, folder, start, progress, reporter, devices)
    except KeyboardInterrupt:
        how = f"go on with `archc train --resume {folder}`"
        reporter.tell(f"stopped {progress.where}; {how}")
        raise
    return progress
