"""`archc data`: what is in data, before an epoch is spent on them."""

from typing import Any

from archcompiler.cli.commands import add_command, add_format
from archcompiler.cli.recipe_arguments import add_takings


def add_data(commands: Any) -> None:
    """Add the command."""
    examples = (
        "photos/",
        "photos/ --upright --json",
        "faces.npz --labels-from-1",
        "labels.csv --format csv",
    )
    help = "show what is in data: classes, sizes, modes, broken files, duplicates"
    command = add_command(commands, "data", help, examples)
    command.add_argument(
        "data", metavar="DATA", help="as `archc train --data` names them"
    )
    help = "where the archive of a published data set lies"
    command.add_argument("--data-dir", metavar="DIR", help=help)
    add_takings(command)
    add_format(command)


def run(options: Any) -> int:
    """Print what was found; return 1 for broken files, or twins of two classes."""
    from archcompiler.cli.train import missing_package

    try:
        return _run(options)
    except ModuleNotFoundError as error:
        raise missing_package(error) from None


def _run(options: Any) -> int:
    from pathlib import Path

    from archcompiler.cli.colours import print_error
    from archcompiler.cli.exits import BAD, GOOD
    from archcompiler.cli.printing import print_report
    from archcompiler.training.data.sources import load_whole
    from archcompiler.training.data.survey import survey
    from archcompiler.training.data.survey_report import survey_record, survey_report
    from archcompiler.training.errors import TrainingError

    data_dir = Path(options.data_dir) if options.data_dir else None
    try:
        found = survey(load_whole(options.data, data_dir, options.takings))
    except TrainingError as error:
        print_error(str(error))
        return BAD
    print_report(
        survey_report(found), options.format, lambda: survey_record(found), options.data
    )
    return BAD if found.data.broken or found.conflicts else GOOD
