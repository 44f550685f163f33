"""`archc train`: a recipe carried out, in a run that survives."""

import argparse
import gc
from typing import Any

from archcompiler.cli.commands import SPEC, add_command, add_settings, count
from archcompiler.cli.recipe_arguments import RECIPE_TOO, add_recipe
from archcompiler.cli.train.devices import add_devices
from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import suggest
from archcompiler.training.request import KEPT


def add_train(commands: Any) -> None:
    """Add `archc train`."""
    examples = (
        "googlenet-digits",
        "googlenet-cifar10 --data-dir ~/archives --epochs 5",
        "inception-fer2013 --data FOLDER --run fer",
        "googlenet-digits --init FILE.keras --head linear --freeze 'up to 4e'",
        "resnet50 --data IMAGENET",
        "squeezenet --recipe resnet50 --batch-size 64 --epochs 30 --data FOLDER",
        "lenet-5 --set training.optimizer=Adam --set 'training.losses=categorical "
        "crossentropy' --batch-size 32 --epochs 10 --data mnist",
        "--resume fer",
        "--resume fer --epochs 300",
        "googlenet-cifar10 --strategy mirrored",
        "googlenet-cifar10 --backend jax --processes 2",
    )
    help = "train as the spec's recipe says; a killed run goes on where it was"
    command = add_command(commands, "train", help, examples)
    command.add_argument("spec", metavar="SPEC", nargs="?", help=SPEC)
    add_settings(command, RECIPE_TOO)
    add_recipe(command)
    command.add_argument(
        "--resume",
        metavar="DIR",
        help="go on with the run in DIR, as it began; with --epochs, for longer",
    )
    command.add_argument(
        "--run",
        dest="run_folder",
        metavar="DIR",
        help="the new folder of the run (default: runs/NAME)",
    )
    command.add_argument(
        "--overwrite", action="store_true", help="remove the run in that folder first"
    )
    command.add_argument(
        "--keep",
        type=_kept,
        metavar="WHAT",
        help="what is left at the end: N checkpoints, or the best or last weights "
        "without the optimizer's memory, or best,last,N (default: best,last,2)",
    )
    command.add_argument(
        "--save-every",
        type=count(),
        metavar="N",
        help="save also within epochs, every N steps",
    )
    command.add_argument(
        "--tensorboard",
        action="store_true",
        help="write for TensorBoard too, below the run's folder",
    )
    add_devices(command)


def run(options: Any) -> int:
    """Train, or say what must be installed first.

    Raises:
        UsageError: for a wrong combination of options, or a package that is missing.
    """
    if (options.spec is None) == (options.resume is None):
        raise UsageError("name a SPEC to train, or a run to `--resume`, one of the two")
    gc.enable()  # models are cycles, and a run is no short command
    try:
        from archcompiler.cli.train.running import begin_or_resume

        return begin_or_resume(options)
    except ModuleNotFoundError as error:
        raise missing_package(error) from None


def missing_package(error: ModuleNotFoundError) -> UsageError:
    """Return the error that says how to install what training needs."""
    message = f"training needs Keras and TensorFlow, {error.name} is not installed"
    return UsageError(f"{message}: pip install 'archcompiler[tensorflow,train]'")


def _kept(text: str) -> tuple[tuple[str, ...], int]:
    """Read `best,last,2`: the weights that are left, and how many checkpoints.

    A number alone leaves both weights, weights alone leave no checkpoint.
    """
    words = [word.strip() for word in text.split(",")]
    numbers = [int(word) for word in words if word.isascii() and word.isdigit()]
    weights = tuple([word for word in KEPT if word in words])
    for word in words:
        if word not in KEPT and not (word.isascii() and word.isdigit()):
            help = suggest(word, KEPT) or "it is a number of checkpoints, best or last"
            raise argparse.ArgumentTypeError(f"nothing is called {word!r}: {help}")
    if len(numbers) > 1:
        raise argparse.ArgumentTypeError(f"one number of checkpoints, not {text!r}")
    return weights or KEPT, sum(numbers)
