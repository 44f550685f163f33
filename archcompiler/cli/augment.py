"""`archc augment`: images as augmentation changes them, before a network is trained."""

from pathlib import Path
from typing import Any

from archcompiler.cli.commands import SPEC, add_command, add_settings, count
from archcompiler.cli.recipe_arguments import (
    RECIPE_TOO,
    add_images,
    add_overrides,
    asked_of,
    settings_of,
)
from archcompiler.cli.usage import UsageError


def add_augment(commands: Any) -> None:
    """Add `archc augment`."""
    examples = (
        "googlenet-digits -o sheet.png",
        "my-net.yaml --data photos/ --images 4 --draws 8 -o sheet.pdf",
        "googlenet-digits --set 'training.augmentation=[rotation: {degrees: 20}]' "
        "-o sheet.png",
    )
    help = "draw images as they are and as a recipe's augmentation changes them"
    command = add_command(commands, "augment", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    add_settings(command, RECIPE_TOO)
    add_images(command)
    add_overrides(command, ("recipe", "batch-size", "seed", "limit"))
    for flag, default, help in (
        ("--images", 2, "how many images, a row each (default: 2)"),
        ("--draws", 6, "as how many steps change them, a column each (default: 6)"),
    ):
        command.add_argument(
            flag, type=count(1), default=default, metavar="N", help=help
        )
    command.add_argument(
        "-o",
        dest="figure",
        metavar="FILE",
        required=True,
        help="the figure; ends in .svg, .png or .pdf",
    )


def run(options: Any) -> int:
    """Draw the sheet.

    Raises:
        UsageError: for a figure of another format, or a package that is missing.
        SpecError: for a spec or a recipe that is wrong.
    """
    from archcompiler.cli.figures import figure_path
    from archcompiler.cli.train import missing_package

    path = figure_path(options.figure, options.spec, settings_of(options))
    try:
        return _draw(options, path)
    except ModuleNotFoundError as error:
        raise missing_package(error) from None


def _draw(options: Any, path: Path) -> int:
    from archcompiler.backends.keras_model import import_keras
    from archcompiler.cli.colours import print_error
    from archcompiler.cli.exits import code_of_run
    from archcompiler.cli.figures import needs_matplotlib
    from archcompiler.training.errors import TrainingError
    from archcompiler.training.request import Request
    from archcompiler.training.task import prepare

    try:
        task = prepare(Request(**asked_of(options)))
    except TrainingError as error:
        print_error(str(error))
        return code_of_run(error)
    recipe = task.recipe
    if not recipe.training.augmentation:
        raise UsageError(
            f"the recipe of `{task.architecture.name}` changes no images: write "
            "`augmentation`, or `--set 'training.augmentation=[flip]'`"
        )
    import_keras()
    from archcompiler.training.sheet import write_sheet

    images = task.data.training
    if not write_sheet(images, recipe, path, options.images, options.draws):
        raise needs_matplotlib()
    print(f"{path}: written")
    return 0
