"""The training of a sweep from the command line: what is asked for, what is told."""

import sys
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TextIO

from archcompiler.checking.choosing import sort_points
from archcompiler.checking.sweeping import Weighed, weigh
from archcompiler.cli.colours import print_error
from archcompiler.cli.exits import code_of_run
from archcompiler.cli.output import nameable
from archcompiler.cli.printing import print_report
from archcompiler.cli.recipe_arguments import (
    OVERRIDES,
    asked_of,
    refuse_head_alone,
    refuse_what_is_read_once,
)
from archcompiler.cli.sweep.comparison import (
    bounds_of,
    load_base,
    refuse_unknown,
    show,
)
from archcompiler.cli.train import missing_package
from archcompiler.cli.usage import (
    NEVER_WITH_RESUME,
    UsageError,
    refuse_given,
    refuse_on_windows,
)
from archcompiler.interrupts import interrupts_raised
from archcompiler.language.expressions.naming import slug
from archcompiler.language.program.program import Program
from archcompiler.language.variants.sweeps import (
    headings,
    points_of,
    seed_heading,
    sweep_of,
)
from archcompiler.tabular.formats import format_report
from archcompiler.tabular.report import Report
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import locked, write_text
from archcompiler.training.spec_copy import copy_spec
from archcompiler.training.sweeping.leaderboard import (
    Place,
    leaderboard_record,
    leaderboard_report,
)
from archcompiler.training.sweeping.loop import Source
from archcompiler.training.sweeping.plot import write_plot
from archcompiler.training.sweeping.request import (
    SweepRequest,
    recorded_sweep,
    refuse_what_is_swept,
    write_request,
)
from archcompiler.training.sweeping.training import SweepTraining

SWEEPS = Path("sweeps")
NOTHING_LEFT = "no variant is left to train"
_OF_THE_BEGINNING = (
    *("folder", "settings", "only", "sort", "data", "takings", "data_dir", *OVERRIDES),
    *("init", "head", "max_parameters", "max_macs", "max_memory", "search"),
    "save_every",
)


def train_sweep(options: Any) -> int:
    """Train what is chosen; return 1 where a run failed, or none can begin.

    Raises:
        UsageError: for a wrong combination of options, or a package that is missing.
    """
    refuse_on_windows("a sweep that trains, in processes of its own,")
    try:
        return _resume(options) if options.resume else _begin(options)
    except TrainingError as error:
        print_error(str(error))
        return code_of_run(error)
    except ModuleNotFoundError as error:
        if error.name != "optuna":
            raise
        message = "a search needs Optuna, which is not installed"
        raise UsageError(f"{message}: pip install 'archcompiler[search]'") from None


def _begin(options: Any) -> int:
    refuse_what_is_read_once(options)
    refuse_head_alone(options)
    request = SweepRequest(
        **asked_of(options),
        save_every=options.save_every,
        bounds=bounds_of(options),
        sort=options.sort,
        search=options.search,
        jobs=options.jobs or 1,
    )
    base = load_base(request.spec, request.settings)
    folder = nameable(options.folder or f"{SWEEPS / slug(base.name)}".replace("_", "-"))
    return _train(base, request.with_whole_paths(), folder, options.format)


def _resume(options: Any) -> int:
    refuse_given(options, _OF_THE_BEGINNING, NEVER_WITH_RESUME)
    folder = Path(options.resume)
    request = recorded_sweep(folder)
    base, form = load_base(request.spec), options.format
    return _train(base, request, folder, form, options.jobs)


def _train(
    base: Program,
    request: SweepRequest,
    folder: Path,
    form: str,
    jobs: int | None = None,
) -> int:
    """Train what is asked for, `jobs` at once where a resumed sweep is told so.

    In another format than text, standard output gets the leaderboard alone.
    """
    told = sys.stdout if form == "text" else sys.stderr
    refuse_what_is_swept(base, request)
    refuse_unknown(request.bounds.names, sweep_of(base))
    labels, seed = headings(sweep_of(base)), seed_heading(sweep_of(base))

    def write_board(board: Sequence[Place]) -> None:
        _write_board(folder, leaderboard_report(base.name, labels, board, seed))

    training = SweepTraining(base, request, folder, write_board)
    if request.search:
        source = training.search()
    else:
        source = training.in_order(training.plan(_chosen(base, request, told)))
    _refuse_missing_packages()
    folder.mkdir(parents=True, exist_ok=True)
    with locked(folder):
        kept = _keep(base, request, folder)
        failed = _carry_out(training, kept, source, jobs or kept.jobs, told)
        board = training.board()
        if not board:
            raise TrainingError(NOTHING_LEFT)
        drawn = write_plot(folder, base.name, board, labels)
    print(file=told, flush=True)
    print_report(
        leaderboard_report(base.name, labels, board, seed),
        form,
        lambda: leaderboard_record(base.name, labels, board, seed),
        base.name,
    )
    plot = ", accuracy-against-cost.svg" if drawn else ""
    print(f"\n{folder}: leaderboard.csv{plot}", file=told)
    return 1 if failed else 0


def _write_board(folder: Path, report: Report) -> None:
    """Write `leaderboard.txt` and `leaderboard.csv`."""
    for form, ending in (("text", "txt"), ("csv", "csv")):
        text = format_report(report, form, dict, "")
        write_text(folder / f"leaderboard.{ending}", text)


def _refuse_missing_packages() -> None:
    for name in ("keras", "tensorflow"):
        if find_spec(name) is None:
            raise missing_package(ModuleNotFoundError(name=name))


def _chosen(base: Program, request: SweepRequest, told: TextIO) -> Sequence[Weighed]:
    """Show the comparison, and return what it leaves to train.

    Raises:
        TrainingError: where that is nothing.
    """
    weighed = weigh(base, points_of(sweep_of(base)), request.settings)
    with redirect_stdout(told):
        show(base, weighed, request.bounds, "text", request.sort)
        print(flush=True)
    admitted = filter(request.bounds.admit, weighed)
    chosen = [one for one in sort_points(admitted, request.sort) if one.cost]
    if not chosen:
        raise TrainingError(NOTHING_LEFT)
    return chosen


def _keep(base: Program, request: SweepRequest, folder: Path) -> SweepRequest:
    """Keep request and spec in the folder, and return the request of that spec."""
    spec = copy_spec(base, request.spec, folder)
    kept = replace(request, spec=str(folder / spec))
    write_request(folder, base.name, kept)
    return kept


def _carry_out(
    training: SweepTraining,
    kept: SweepRequest,
    source: Source,
    jobs: int,
    told: TextIO,
) -> int:
    try:
        with interrupts_raised():
            return training.carry_out(kept, source, jobs, told)
    except KeyboardInterrupt:
        go_on = f"archc sweep --resume {training.folder}"
        print(f"\nstopped; `{go_on}` goes on", file=sys.stderr)
        raise
