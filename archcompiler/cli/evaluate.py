"""`archc evaluate`: what a run is worth, on images that it did not learn from."""

import sys
from typing import TYPE_CHECKING, Any

from archcompiler.cli.commands import add_command, add_format, count
from archcompiler.cli.using import add_run, with_run

if TYPE_CHECKING:
    from archcompiler.training.loading import Run


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
    add_run(command, "the first")
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


def run(options: Any) -> int:
    """Measure a run, print what came out, and draw it where a file is named.

    Raises:
        UsageError: for a figure of another format, or a package that is missing.
    """
    from archcompiler.cli.figures import figure_path

    if options.figure:
        figure_path(options.figure)
    return with_run(options, _evaluate)


def _evaluate(run: "Run", options: Any) -> int:
    from archcompiler.cli.figures import figure_path, needs_matplotlib
    from archcompiler.cli.printing import print_report
    from archcompiler.training.evaluating import evaluate, held_back, images_of
    from archcompiler.training.evaluation_report import (
        evaluation_record,
        evaluation_report,
        write_figure,
    )
    from archcompiler.training.predicting import head_of

    head = head_of(run, options.output)
    name, images = (
        images_of(run, options.data, options.data_dir)
        if options.data
        else held_back(run)
    )
    print(f"evaluating {len(images):,} images {name}", file=sys.stderr, flush=True)
    found = evaluate(run, name, images, head, options.top)
    print_report(
        evaluation_report(found),
        options.format,
        lambda: evaluation_record(found),
        run.architecture.name,
    )
    if options.figure and not write_figure(found, figure_path(options.figure)):
        raise needs_matplotlib()
    return 0
