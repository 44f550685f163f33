"""The training of a sweep from the command line: what is asked for, what is told."""

import sys
from collections.abc import Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from archcompiler.audit.choosing import sort_points
from archcompiler.audit.sweeping import Weighed, weigh
from archcompiler.cli.recipe_arguments import (
    OVERRIDES,
    overrides_of,
    refuse_head_alone,
)
from archcompiler.cli.sweep_comparison import (
    bounds_of,
    load_base,
    refuse_unknown,
    show,
)
from archcompiler.cli.sweep_leaderboard import leaderboard_text, write_leaderboard
from archcompiler.cli.train import missing_package
from archcompiler.cli.usage import UsageError
from archcompiler.language.naming import slug
from archcompiler.language.program import Program
from archcompiler.language.sweeps import headings, points_of, sweep_of
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import locked
from archcompiler.training.spec_copy import copy_spec
from archcompiler.training.sweeping.loop import Source
from archcompiler.training.sweeping.plot import write_plot
from archcompiler.training.sweeping.request import (
    SweepRequest,
    recorded_request,
    refuse_what_is_swept,
    write_request,
)
from archcompiler.training.sweeping.training import SweepTraining

SWEEPS = Path("sweeps")
_NEVER_WITH_RESUME = (
    *("folder", "settings", "only", "sort", "data", "data_dir", *OVERRIDES),
    *("init", "head", "max_parameters", "max_macs", "max_memory", "search"),
    "save_every",
)


def train_sweep(options: Any) -> int:
    """Train what is chosen; return 1 where a run failed, or none can begin.

    Raises:
        UsageError: for a wrong combination of options, or a package that is missing.
    """
    for name in ("keras", "tensorflow"):
        if find_spec(name) is None:
            raise missing_package(ModuleNotFoundError(name=name))
    if options.format != "text":
        raise UsageError(f"--format {options.format} is for a sweep without training")
    try:
        return _resume(options) if options.resume else _begin(options)
    except TrainingError as error:
        print(f"archc: error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        if error.name != "optuna":
            raise
        message = "a search needs Optuna, which is not installed"
        raise UsageError(f"{message}: pip install 'archcompiler[search]'") from None


def _begin(options: Any) -> int:
    refuse_head_alone(options)
    request = SweepRequest(
        spec=options.spec,
        settings=options.settings,
        overrides=overrides_of(options),
        data=options.data,
        data_dir=options.data_dir,
        save_every=options.save_every,
        bounds=bounds_of(options),
        sort=options.sort,
        search=options.search,
        init=options.init,
        head=tuple(options.head),
    )
    base = load_base(request.spec, request.settings)
    folder = Path(options.folder or SWEEPS / slug(base.name).replace("_", "-"))
    return _train(base, request.with_whole_paths(), folder, options)


def _resume(options: Any) -> int:
    for name in _NEVER_WITH_RESUME:
        if getattr(options, name):
            flag = {"settings": "set"}.get(name, name).replace("_", "-")
            raise UsageError(f"--resume goes on as it began: leave --{flag} out")
    folder = Path(options.resume)
    request = recorded_request(folder)
    return _train(load_base(request.spec), request, folder, options)


def _train(base: Program, request: SweepRequest, folder: Path, options: Any) -> int:
    refuse_what_is_swept(base, request)
    labels = headings(sweep_of(base))
    training = SweepTraining(
        base, request, folder, lambda b: write_leaderboard(folder, base.name, labels, b)
    )
    jobs = options.jobs or 1
    chosen = [] if request.search else _chosen(base, request, options)
    if not chosen and not request.search:
        raise TrainingError("no variant is left to train")
    runs = training.plan(chosen)
    source = training.search(jobs) if request.search else training.in_order(runs)
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        training.request = _keep(base, request, folder)
        failed = _carry_out(training, source, jobs)
        board = training.board()
        print(f"\n{leaderboard_text(base.name, labels, board)}")
        drawn = write_plot(folder, base.name, board)
    print(f"{folder}: leaderboard.csv{', accuracy-against-cost.svg' if drawn else ''}")
    return 1 if failed else 0


def _chosen(base: Program, request: SweepRequest, options: Any) -> Sequence[Weighed]:
    """Show the comparison, and return what it leaves to train."""
    weighed = weigh(base, points_of(sweep_of(base)), request.settings)
    refuse_unknown(request.bounds.names, weighed)
    show(base, weighed, request.bounds, options.format, request.sort)
    print(flush=True)
    admitted = filter(request.bounds.admit, weighed)
    return [one for one in sort_points(admitted, request.sort) if one.cost]


def _keep(base: Program, request: SweepRequest, folder: Path) -> SweepRequest:
    """Keep request and spec in the folder, and return the request of that spec."""
    spec = copy_spec(base, request.spec, folder)
    kept = replace(request, spec=str(folder / spec))
    write_request(folder, base.name, kept)
    return kept


def _carry_out(training: SweepTraining, source: Source, jobs: int) -> int:
    try:
        return training.carry_out(source, jobs, sys.stdout)
    except KeyboardInterrupt:
        go_on = f"archc sweep --resume {training.folder}"
        print(f"\nstopped; `{go_on}` goes on", file=sys.stderr)
        raise
