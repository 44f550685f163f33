"""The arguments of the commands that use a run."""

import argparse
from typing import Any

from archcompiler.cli.commands import add_command, add_format, count


def add_evaluate(commands: Any) -> None:
    """Add `archc evaluate`."""
    examples = (
        "runs/googlenet-digits",
        "runs/googlenet-digits -o evaluation.svg",
        "runs/pets --data more-pets/ --json",
        "runs/googlenet-cifar10 --output 'auxiliary 1' --weights last",
    )
    help = "measure a run: losses, confusion, precision and recall, calibration"
    command = add_command(commands, "evaluate", help, examples)
    _add_run(command)
    command.add_argument(
        "--data",
        metavar="DATA",
        help="judge by other images, as `archc train --data` names them; of two sets "
        "by the one for validation (default: what the run held back)",
    )
    help = "where the archive of a published data set lies"
    command.add_argument("--data-dir", metavar="DIR", help=help)
    command.add_argument(
        "--top",
        type=count(2),
        default=5,
        metavar="K",
        help="count a class as found among the K most probable, too (default 5)",
    )
    command.add_argument(
        "-o",
        dest="figure",
        metavar="FILE",
        help="draw confusion and calibration, too; ends in .svg, .png or .pdf",
    )
    add_format(command)


def add_predict(commands: Any) -> None:
    """Add `archc predict`."""
    examples = (
        "runs/pets cat.jpg",
        "runs/pets photos/ --format csv",
        "runs/pets photos/ --top 1 --json",
    )
    help = "name the classes of images, with the probabilities that a run gives them"
    command = add_command(commands, "predict", help, examples)
    _add_run(command)
    help = "an image, or a folder with images at any depth"
    command.add_argument("images", nargs="+", metavar="IMAGE", help=help)
    command.add_argument(
        "--top",
        type=count(),
        default=3,
        metavar="K",
        help="show the K most probable classes (default 3); CSV has all",
    )
    add_format(command)


def _add_run(command: argparse.ArgumentParser) -> None:
    command.add_argument("run_folder", metavar="RUN", help="the folder of a run")
    command.add_argument(
        "--weights",
        choices=("best", "last"),
        default="best",
        help="those of the best epoch (default), or of the last",
    )
    help = "the output whose classes are meant (default: the first)"
    command.add_argument("--output", metavar="NAME", help=help)
