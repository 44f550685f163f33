"""The arguments of the commands that train."""

from typing import Any

from archcompiler.cli.commands import SPEC, add_command, add_settings, count
from archcompiler.cli.device_arguments import add_devices
from archcompiler.cli.recipe_arguments import add_recipe


def add_train(commands: Any) -> None:
    """Add `archc train`."""
    examples = (
        "googlenet-digits",
        "googlenet-cifar10 --data-dir ~/archives --epochs 5",
        "inception-fer2013 --data FOLDER --run fer",
        "googlenet-digits --init FILE.keras --head linear --freeze 'up to 4e'",
        "--resume fer",
        "googlenet-cifar10 --strategy mirrored",
        "googlenet-cifar10 --backend jax --processes 2",
    )
    help = "train as the spec's recipe says; a killed run goes on where it was"
    command = add_command(commands, "train", help, examples)
    command.add_argument("spec", metavar="SPEC", nargs="?", help=SPEC)
    add_settings(command)
    add_recipe(command)
    command.add_argument(
        "--resume", metavar="DIR", help="go on with the run in DIR, as it began"
    )
    command.add_argument(
        "--run",
        dest="run_folder",
        metavar="DIR",
        help="the new folder of the run (default: runs/NAME)",
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
