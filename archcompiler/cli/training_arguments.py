"""The arguments of the commands that train."""

from typing import Any

from archcompiler.cli.commands import SPEC, add_command, add_settings, count_of_samples
from archcompiler.cli.device_arguments import add_devices


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
    folder = "a folder of class folders of images, or of .npy files, or an .npz file"
    known = "digits, cifar10, cifar100, mnist, fashion_mnist"
    source = "begin with the weights of a .keras or .weights.h5 file, a run's folder, "
    source += "or a name of keras.applications"
    for flag, name, help in (
        ("--data", "DATA", f"{known}, {folder} (default: the recipe's)"),
        ("--data-dir", "DIR", "where the archive of a published data set lies"),
        ("--epochs", "N", "instead of the recipe's"),
        ("--batch-size", "N", "instead of the recipe's"),
        ("--seed", "N", "instead of the recipe's"),
        ("--limit", "N", "take only the first N images of each set"),
        ("--precision", "P", "float32 or mixed_bfloat16, instead of the recipe's"),
        ("--init", "SOURCE", source),
        ("--freeze", "ROWS", "'up to ROW', instead of the recipe's"),
        ("--resume", "DIR", "go on with the run in DIR, as it began"),
    ):
        command.add_argument(flag, metavar=name, help=help)
    command.add_argument(
        "--head",
        action="append",
        default=[],
        metavar="ROW",
        help="with --init, a row with which the head begins anew; may be repeated "
        "(default: the last rows with weights)",
    )
    command.add_argument(
        "--run",
        dest="run_folder",
        metavar="DIR",
        help="the new folder of the run (default: runs/NAME)",
    )
    command.add_argument(
        "--save-every",
        type=count_of_samples,
        metavar="N",
        help="save also within epochs, every N steps",
    )
    command.add_argument(
        "--tensorboard",
        action="store_true",
        help="write for TensorBoard too, below the run's folder",
    )
    add_devices(command)
