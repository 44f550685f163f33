"""A run from the command line: what is asked for, what is told."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from archcompiler.backends.keras_model import import_keras
from archcompiler.cli.colours import print_error
from archcompiler.cli.exits import code_of_run
from archcompiler.cli.output import nameable
from archcompiler.cli.printing import terminal_width
from archcompiler.cli.recipe_arguments import (
    OVERRIDES,
    asked_of,
    refuse_head_alone,
    refuse_what_is_read_once,
)
from archcompiler.cli.streams import CLEARED
from archcompiler.cli.train.devices import (
    place_of,
    refuse_wrong_devices,
    refuse_wrong_number,
    refuse_wrong_place,
)
from archcompiler.cli.usage import NEVER_WITH_RESUME, refuse_given
from archcompiler.diagnostics import listed, printable
from archcompiler.language.recipe.training import Training
from archcompiler.tabular.report import wrapped
from archcompiler.training.devices.backends import choose_backend, chosen_backend
from archcompiler.training.devices.kinds import Devices
from archcompiler.training.devices.launching import end_with_launcher, launch
from archcompiler.training.devices.share import refuse_uneven
from archcompiler.training.devices.starting import start_devices
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import is_free
from archcompiler.training.lengthening import for_epochs
from archcompiler.training.recorded import recorded_request, spelled_out
from archcompiler.training.request import Request
from archcompiler.training.task import Task, prepare

_DEVICES = ("backend", "strategy", "devices", "processes")
_OF_THE_BEGINNING = (
    *("run_folder", "overwrite", "data", "takings", "settings", "tensorboard"),
    *("init", "head", *(name for name in OVERRIDES if name != "epochs")),
    *_DEVICES,
)
RUNS = Path("runs")


def begin_or_resume(options: Any) -> int:
    """Train and leave a run folder; return 1 where the run cannot begin or go on."""
    end_with_launcher()
    try:
        return _resume(options) if options.resume else _begin(options)
    except TrainingError as error:
        print_error(str(error))
        return code_of_run(error)


def _begin(options: Any) -> int:
    refuse_what_is_read_once(options)
    refuse_head_alone(options)
    refuse_wrong_devices(options)
    request = Request(
        **asked_of(options),
        save_every=options.save_every,
        tensorboard=options.tensorboard,
        **_kept(options),
        **{name: getattr(options, name) for name in _DEVICES},
    )
    request = spelled_out(request)
    choose_backend(request.backend)
    task = prepare(request)
    folder = _folder(options, task)
    if processes := _launched(request, options, task):
        return launch([*options.arguments, "--run", str(folder)], processes, folder)
    devices = _start(request, options, task, folder)
    from archcompiler.training.running import begin

    request = replace(request, backend=chosen_backend())
    outcome = begin(
        task, request, folder, sys.stdout, devices, overwrite=options.overwrite
    )
    return _finish(outcome)


def _resume(options: Any) -> int:
    refuse_given(options, _OF_THE_BEGINNING, NEVER_WITH_RESUME)
    refuse_wrong_place(options)
    folder = Path(options.resume)
    request = recorded_request(folder)
    refuse_wrong_number(options.process, request.processes)
    request = replace(
        request,
        data_dir=options.data_dir or request.data_dir,
        save_every=options.save_every or request.save_every,
        **_kept(options),
    )
    if options.epochs is not None:
        request = for_epochs(request, options.epochs)
    choose_backend(request.backend)
    task = prepare(request)
    if processes := _launched(request, options, task):
        return launch(options.arguments, processes, folder)
    devices = _start(request, options, task, folder)
    from archcompiler.training.running import resume

    return _finish(resume(task, folder, sys.stdout, devices))


def _kept(options: Any) -> dict[str, Any]:
    """Return what is left of the run, where the command says it."""
    if options.keep is None:
        return {}
    keep, checkpoints = options.keep
    return {"keep": keep, "checkpoints": checkpoints}


def _launched(request: Request, options: Any, task: Task) -> int:
    """Return how many processes the command runs as; 0 where it is one of them."""
    if request.processes is None:
        return 0
    refuse_uneven(task.recipe.batch_size, request.processes, "processes")
    return 0 if place_of(options) else request.processes


def _start(request: Request, options: Any, task: Task, folder: Path) -> Devices:
    """Return the devices of the run, after a word to the user."""
    place = place_of(options)
    if place is None or place[1] == 0:
        _introduce(task, folder)
    with _shown("loading Keras"):
        import_keras()
    devices = start_devices(request, place)
    devices.refuse_unfit(task)
    for note in devices.notes:
        print(f"note: {note}", file=sys.stderr)
    return devices


@contextmanager
def _shown(what: str) -> Iterator[None]:
    """Say on a terminal what goes on while this block runs."""
    live = sys.stdout.isatty()
    if live:
        print(what, end="", flush=True)
    try:
        yield
    finally:
        if live:
            print(CLEARED, end="", flush=True)


def _folder(options: Any, task: Task) -> Path:
    """Return what `--run` names, else `runs/NAME`, numbered where that is taken."""
    if options.run_folder:
        return nameable(options.run_folder)
    name = task.architecture.name
    names = (name if number == 1 else f"{name}-{number}" for number in count(1))
    folders = (RUNS / name for name in names)
    return next(each for each in folders if options.overwrite or is_free(each))


def _introduce(task: Task, folder: Path) -> None:
    data, recipe = task.data, task.recipe
    held = f", {len(data.validation):,} held back" if data.validation else ""
    said = (
        f"{task.architecture.name}: {task.architecture.parameters:,} parameters; "
        f"{printable(data.name)}: {len(data.training):,} images{held}; in {folder}"
    )
    print("\n".join(wrapped(said, terminal_width())), flush=True)
    for note in (*data.notes, *_about(recipe.training)):
        print(f"note: {printable(note)}", file=sys.stderr)
    if len(data.classes) < recipe.classes:
        print(
            f"note: {data.name} has {len(data.classes)} classes, "
            f"the network has {recipe.classes} outputs",
            file=sys.stderr,
        )


def _about(training: Training) -> Iterator[str]:
    """Say where the recipe is printed, what of it is not, and what is changed."""
    if not training.source:
        return
    keys = training.at.entries
    printed = keys["source"][0].source
    changed = [key for key, (at, _) in keys.items() if at.source is not printed]
    told = f"the recipe is of {training.source}"
    for begin, names in (
        (", but for ", changed),
        ("; unprinted there: ", training.unprinted),
    ):
        told += begin + listed([f"`{name}`" for name in names]) if names else ""
    yield told


def _finish(outcome: Any) -> int:
    if outcome is None:
        return 0
    best = f"{outcome.told} {outcome.best:.4f} in epoch {outcome.progress.best_epoch}"
    print(f"{outcome.folder}: {best}, {outcome.seconds:.1f} s")
    return 0
