"""What the commands that use a run share: how it is opened, what goes wrong."""

import argparse
import gc
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from archcompiler.cli.colours import print_error
from archcompiler.cli.exits import code_of_run

if TYPE_CHECKING:
    from archcompiler.training.loading import Run


def add_run(command: argparse.ArgumentParser, output: str) -> None:
    """Add the folder of a run, and what of it is meant; `output` is the default."""
    command.add_argument("run_folder", metavar="RUN", help="the folder of a run")
    command.add_argument(
        "--weights",
        choices=("best", "last"),
        default="best",
        help="those of the best epoch (default), or of the last",
    )
    command.add_argument(
        "--output", metavar="NAME", help=f"the output that is meant (default: {output})"
    )


def with_run(
    options: Any, use: Callable[["Run", Any], int], backend: str | None = None
) -> int:
    """Open the run of the options, and use it; return the exit code.

    Keras computes with `backend`, or with what the run was trained with.

    Raises:
        UsageError: for a package that is missing.
        SpecError: for a spec or a record that is damaged.
    """
    from archcompiler.cli.train import missing_package

    gc.enable()  # models are cycles
    try:
        from archcompiler.training.errors import TrainingError
    except ModuleNotFoundError as error:
        raise missing_package(error) from None
    try:
        return use(_opened(options, backend), options)
    except TrainingError as error:
        print_error(str(error))
        return code_of_run(error)
    except ModuleNotFoundError as error:
        raise missing_package(error) from None


def _opened(options: Any, backend: str | None) -> "Run":
    """Return the run, with Keras on a backend."""
    from pathlib import Path

    from archcompiler.backends.keras_model import import_keras
    from archcompiler.training.devices.backends import choose_backend
    from archcompiler.training.loading import load_run
    from archcompiler.training.recorded import recorded_request

    run = load_run(options.run_folder, weights=options.weights)
    choose_backend(backend or recorded_request(Path(options.run_folder)).backend)
    if sys.stderr.isatty():
        print("loading Keras", file=sys.stderr, flush=True)
    import_keras()
    from archcompiler.training.fitting import make_deterministic

    make_deterministic()
    return run
