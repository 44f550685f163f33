"""`archc rates`: a learning rate, found before a network is trained."""

import argparse
import gc
import sys
from pathlib import Path
from typing import Any

from archcompiler.cli.colours import print_error
from archcompiler.cli.commands import SPEC, add_command, add_format, add_settings, count
from archcompiler.cli.exits import code_of_run
from archcompiler.cli.recipe_arguments import (
    RECIPE_TOO,
    add_recipe,
    asked_of,
    refuse_head_alone,
    refuse_what_is_read_once,
    settings_of,
)
from archcompiler.cli.streams import CLEARED
from archcompiler.cli.usage import UsageError


def add_rates(commands: Any) -> None:
    """Add `archc rates`."""
    examples = (
        "googlenet-digits",
        "googlenet-digits -o rates.svg",
        "inception-fer2013 --data FOLDER --least 1e-5 --most 0.1 --steps 200",
    )
    help = "find a learning rate: losses of steps whose rate rises"
    command = add_command(commands, "rates", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    add_settings(command, RECIPE_TOO)
    add_recipe(command)
    for flag, default, help in (
        ("--least", 1e-6, "the rate of the first step"),
        ("--most", 1.0, "the rate of the last one"),
    ):
        help = f"{help} (default: {default:g})"
        command.add_argument(
            flag, type=_rate, default=default, metavar="RATE", help=help
        )
    command.add_argument(
        "--steps",
        type=count(10),
        default=100,
        metavar="N",
        help="how many steps, each of a batch (default: 100)",
    )
    command.add_argument(
        "-o",
        dest="figure",
        metavar="FILE",
        help="draw losses over rates, too; ends in .svg, .png or .pdf",
    )
    add_format(command)


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = 0.0
    if not 0 < rate < 1e6:
        raise argparse.ArgumentTypeError(f"expected a rate above 0, received {text!r}")
    return rate


def run(options: Any) -> int:
    """Try the rates, print what came out, and draw it where a file is named.

    Raises:
        UsageError: for options that do not go together, a figure of another format,
            or a package that is missing.
        SpecError: for a spec or a recipe that is wrong.
    """
    from archcompiler.cli.figures import figure_path
    from archcompiler.cli.train import missing_package

    if options.least >= options.most:
        raise UsageError(f"--least {options.least:g} is not below --most")
    refuse_what_is_read_once(options)
    refuse_head_alone(options)
    path = None
    if options.figure:
        path = figure_path(options.figure, options.spec, settings_of(options))
    gc.enable()  # models are cycles
    try:
        return _find(options, path)
    except ModuleNotFoundError as error:
        raise missing_package(error) from None


def _find(options: Any, path: Path | None) -> int:
    from archcompiler.backends.keras_model import import_keras
    from archcompiler.cli.figures import needs_matplotlib
    from archcompiler.cli.printing import print_report
    from archcompiler.training.devices.backends import choose_backend
    from archcompiler.training.errors import TrainingError
    from archcompiler.training.request import Request
    from archcompiler.training.task import prepare

    request = Request(**asked_of(options))
    try:
        choose_backend(None)
        task = prepare(request)
        import_keras()
        from archcompiler.training.finding import (
            find_rate,
            rates_record,
            rates_report,
            write_rates,
        )

        found = find_rate(task, options.least, options.most, options.steps, _tell)
    except TrainingError as error:
        print_error(str(error))
        return code_of_run(error)
    finally:
        _tell("")
    name = task.architecture.name
    report = rates_report(name, found)
    print_report(report, options.format, lambda: rates_record(name, found), name)
    if path is not None and not write_rates(name, found, path):
        raise needs_matplotlib()
    return 0


def _tell(line: str) -> None:
    """Show how far it is, on a terminal alone."""
    if sys.stderr.isatty():
        print(f"{CLEARED}{line}", end="", file=sys.stderr, flush=True)
