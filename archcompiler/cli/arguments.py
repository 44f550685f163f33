"""The arguments of every command; a command's module is imported when it runs."""

import argparse
from collections.abc import Sequence
from typing import Any

from archcompiler.cli.commands import (
    SPEC,
    add_command,
    add_settings,
    count,
)
from archcompiler.cli.exits import MEANINGS
from archcompiler.cli.sweep_arguments import add_sweep
from archcompiler.cli.training_arguments import add_train
from archcompiler.language.files import STANDARD_INPUT


def read_arguments(arguments: Sequence[str]) -> argparse.Namespace:
    """Return the options of a command; `run` runs it.

    Raises:
        SystemExit: with 0 after `--help` and `--version`, with 2 for bad usage.
    """
    options = parser().parse_args(arguments)
    options.arguments = list(arguments)  # for a command that starts itself again
    return options


def parser() -> argparse.ArgumentParser:
    """Return what reads the arguments of every command."""
    parser = _Parser(
        prog="archc",
        description="Turns the architecture table of a paper into a verified model.",
        epilog="`archc COMMAND --help` shows a command's options, with examples.\n\n"
        "exit codes:\n"
        + "\n".join(f"  {code:>3}  {what}" for code, what in MEANINGS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (
        *(_check, _audit, _summary, _table, _build, add_train, add_sweep, _emit),
        *(_diff, _list, _show, _schema),
    ):
        add(commands)
    return parser


def _check(commands: Any) -> None:
    examples = (
        "googlenet",
        "specs/*.yaml",
        "vgg --set configuration=E",
        "my-variant.yaml --format github",
    )
    command = add_command(
        commands, "check", "run every check, without any framework", examples
    )
    command.add_argument("specs", nargs="+", metavar="SPEC", help=SPEC)
    add_settings(command)
    command.add_argument(
        "--format",
        choices=("text", "json", "github"),
        default="text",
        help="text for people (default), json, or annotations of GitHub",
    )


def _audit(commands: Any) -> None:
    examples = (
        "googlenet",
        "resnet --format markdown",
        "my-table.yaml --no-explain",
        "googlenet --against port.onnx",
    )
    help = "compare every printed cell with the computed one, and explain what differs"
    command = add_command(commands, "audit", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    add_settings(command)
    command.add_argument(
        "--against",
        metavar="MODEL",
        help="compare a foreign implementation with the table instead: a .keras, .h5 "
        "or .onnx file, or a name of keras.applications",
    )
    command.add_argument(
        "--strict",
        action="store_true",
        help="with --against: compare epsilons, initial values, noise in training and "
        "what else changes no function, too",
    )
    command.add_argument(
        "--no-explain",
        action="store_true",
        help="leave out the search for what cells that differ may have counted",
    )
    command.add_argument(
        "--format", choices=("text", "markdown", "json"), default="text"
    )


def _summary(commands: Any) -> None:
    examples = ("googlenet", "googlenet --layers", "resnet50 --batch 256")
    help = "show the table per row: shapes, counts, printed values beside computed ones"
    command = add_command(commands, "summary", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    add_settings(command)
    command.add_argument("--layers", action="store_true", help="per layer, not per row")
    command.add_argument(
        "--batch",
        type=count(),
        default=32,
        metavar="N",
        help="samples of the training step whose memory is estimated (default 32)",
    )


def _table(commands: Any) -> None:
    examples = (
        "googlenet",
        "googlenet --format csv",
        "resnet50 --columns all --marks",
        "vgg --set configuration=E -o table.tex",
    )
    help = "print the paper's table again, for people, programs and papers"
    command = add_command(commands, "table", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    add_settings(command)
    command.add_argument(
        "--columns",
        choices=("printed", "computed", "all"),
        default="printed",
        help="the columns that the paper prints (default), the computed ones, or both",
    )
    command.add_argument(
        "--format",
        choices=("text", "markdown", "csv", "latex", "json"),
        help="default: what FILE ends in (.md, .csv, .tex, .json), otherwise text",
    )
    command.add_argument(
        "--marks", action="store_true", help="mark each claim with its verdict"
    )
    command.add_argument(
        "-o", "--output", metavar="FILE", help="the file to write (default: print it)"
    )


def _build(commands: Any) -> None:
    examples = (
        "googlenet -o googlenet.keras",
        "googlenet --set classes=10 -o googlenet-10.keras",
    )
    help = "build the Keras model, verify it against the checked one, and save it"
    command = add_command(commands, "build", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    add_settings(command)
    command.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="ends in .keras"
    )
    command.add_argument(
        "--ignore-memory",
        action="store_true",
        help="build also where the weights alone exceed this machine's memory",
    )


def _emit(commands: Any) -> None:
    examples = (
        "googlenet",
        "googlenet -o googlenet.py",
        "googlenet --check",
        "my-variant.yaml -o model.py --force",
        "googlenet-digits --training -o train_digits.py",
    )
    help = "write the model as Python source that needs nothing but Keras"
    command = add_command(commands, "emit", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    add_settings(command)
    command.add_argument(
        "-o", "--output", metavar="FILE", help="the file to write (default: print it)"
    )
    command.add_argument(
        "--check",
        action="store_true",
        help="write nothing; exit 1 when FILE is stale (default: generated/NAME.py, "
        "or NAME_training.py)",
    )
    command.add_argument(
        "--force", action="store_true", help="overwrite a file that was edited by hand"
    )
    command.add_argument(
        "--training",
        action="store_true",
        help="write the recipe too: a script that trains, with Keras and TensorFlow",
    )
    command.add_argument(
        "--data",
        metavar="DATA",
        help="what the script trains on: a published data set instead of the recipe's, "
        "or an .npz or a folder of .npy files, for which it then asks",
    )


def _diff(commands: Any) -> None:
    examples = ("googlenet googlenet-cifar10", "vgg16 vgg19")
    help = "show per row how two architectures differ; exit 1 when they do"
    command = add_command(commands, "diff", help, examples)
    command.add_argument("base", metavar="BASE", help=SPEC)
    command.add_argument("variant", metavar="VARIANT", help="the same")


def _list(commands: Any) -> None:
    help = "show the specs that ship, with their totals"
    command = add_command(commands, "list", help, ("", "--format json"), "catalogue")
    command.add_argument("--format", choices=("text", "json"), default="text")


def _show(commands: Any) -> None:
    help = "print the YAML of a spec, to read it or to begin one's own"
    examples = ("googlenet", "resnet > my-resnet.yaml", "my-variant.yaml --merged")
    command = add_command(commands, "show", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    command.add_argument(
        "--merged",
        action="store_true",
        help="one spec of the base and everything that edits it, `--set` included",
    )
    add_settings(command)


def _schema(commands: Any) -> None:
    help = "print the JSON Schema of specs, for editors"
    add_command(commands, "schema", help, ("", "> specs/schema.json"))


class _Parser(argparse.ArgumentParser):
    """Takes `-:VARIANT` for a SPEC, as it takes `-`."""

    def _parse_optional(self, arg_string: str) -> Any:
        if arg_string.startswith(f"{STANDARD_INPUT}:"):
            return None
        return super()._parse_optional(arg_string)


class _Version(argparse.Action):
    """Prints the version, which is looked up only then."""

    def __init__(self, option_strings: Any, dest: str, **_: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, help="show the version")

    def __call__(self, parser: Any, *_: Any, **__: Any) -> None:
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("archcompiler")
        except PackageNotFoundError:  # run from a checkout that is not installed
            found = "(not installed)"
        print(f"archc {found}")
        parser.exit()
