"""The arguments of every command; a command's module is imported when it runs."""

import argparse
from collections.abc import Sequence
from typing import Any

from archcompiler.cli.augment import add_augment
from archcompiler.cli.commands import (
    SPEC,
    add_command,
    add_format,
    add_settings,
    add_sort,
    count,
)
from archcompiler.cli.completion import add_completion
from archcompiler.cli.data import add_data
from archcompiler.cli.evaluate import add_evaluate
from archcompiler.cli.exits import MEANINGS
from archcompiler.cli.explain import add_explain
from archcompiler.cli.export import add_export
from archcompiler.cli.new import add_new
from archcompiler.cli.page import add_page
from archcompiler.cli.parser import Parser, Version
from archcompiler.cli.plot_arguments import add_plot
from archcompiler.cli.predict import add_predict
from archcompiler.cli.rates import add_rates
from archcompiler.cli.sweep import add_sweep
from archcompiler.cli.train import add_train


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
    parser = Parser(
        prog="archc",
        description="Turns the architecture table of a paper into a verified model.",
        epilog="`archc COMMAND --help` shows a command's options, with examples.\n\n"
        "exit codes:\n"
        + "\n".join(f"  {code:>3}  {what}" for code, what in MEANINGS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=Version)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for add in (
        *(_check, _audit, _summary, _table, _build, add_train, add_sweep, _emit),
        *(add_data, add_augment, add_rates, add_evaluate, add_predict, add_export),
        *(add_plot, add_page, _diff, _list, _show, _fmt, _schema, _lsp, _mcp),
        *(add_new, add_explain, add_completion),
    ):
        add(commands)
    return parser


def _check(commands: Any) -> None:
    examples = (
        "googlenet",
        "specs/*.yaml",
        "vgg --set configuration=E",
        "my-variant.yaml --watch",
        "my-variant.yaml --format github",
    )
    command = add_command(
        commands, "check", "run every check, without any framework", examples
    )
    command.add_argument("specs", nargs="+", metavar="SPEC", help=SPEC)
    add_settings(command)
    command.add_argument(
        "--watch",
        action="store_true",
        help="check again whenever a file changes that was read, until Ctrl-C",
    )
    help = "text for people (default), json, annotations of GitHub, or sarif"
    add_format(command, ("text", "json", "github", "sarif"), help=help)


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
    add_format(command)


def _summary(commands: Any) -> None:
    examples = (
        "googlenet",
        "googlenet --layers",
        "resnet50 --batch 256",
        "resnet18 resnet34 resnet50 --format latex",
        "resnet50 --counting thop --counting fvcore",
    )
    help = "show the table per row: shapes, counts, printed values beside computed ones"
    command = add_command(commands, "summary", help, examples)
    several = f"{SPEC}; several are compared, a line of totals each"
    command.add_argument("specs", nargs="+", metavar="SPEC", help=several)
    add_format(command)
    add_settings(command)
    command.add_argument("--layers", action="store_true", help="per layer, not per row")
    command.add_argument(
        "--counting",
        action="append",
        default=[],
        metavar="RULE",
        help="count as a tool does, such as thop or fvcore, or by a rule of your own, "
        "my-tool.yaml; may be repeated",
    )
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
        "googlenet --columns type,params,parameters --format latex",
        "vgg --set configuration=E -o table.tex",
    )
    help = "print the paper's table again, for people, programs and papers"
    command = add_command(commands, "table", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    add_settings(command)
    command.add_argument(
        "--columns",
        default="printed",
        metavar="printed|computed|all|A,B,C",
        help="the columns that the paper prints (default), the computed ones, both, or "
        "those of these headings, in this order",
    )
    endings = "default: what FILE ends in (.md, .csv, .tex, .json, .html), or text"
    add_format(command, default=None, help=endings)
    for flag, help in (
        ("--marks", "mark each claim with its verdict"),
        ("--landscape", "LaTeX: a page on its side, also where the table fits upright"),
        ("--bare", "LaTeX: the tabular alone, for an environment of your own"),
    ):
        command.add_argument(flag, action="store_true", help=help)
    command.add_argument(
        "-o", "--output", metavar="FILE", help="the file to write (default: print it)"
    )


def _build(commands: Any) -> None:
    examples = (
        "googlenet -o googlenet.keras",
        "googlenet --set classes=10 -o googlenet-10.keras",
        "runs/pets -o pets.keras",
    )
    help = "build the Keras model, verify it against the checked one, and save it"
    command = add_command(commands, "build", help, examples)
    trained = f"{SPEC}, which gives its best weights, too"
    command.add_argument("spec", metavar="SPEC", help=trained)
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
        "specs/*.yaml --check",
        "my-variant.yaml -o model.py --force",
        "googlenet-digits --training -o train_digits.py",
    )
    help = "write the model as Python source that needs nothing but Keras"
    command = add_command(commands, "emit", help, examples)
    several = f"{SPEC}; several go with --check"
    command.add_argument("specs", nargs="+", metavar="SPEC", help=several)
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
    add_format(command)


def _list(commands: Any) -> None:
    help = "show the specs that ship, with their totals"
    examples = ("", "'res*' --sort macs", "vgg16 vgg19 --json")
    command = add_command(commands, "list", help, examples, "catalogue")
    command.add_argument(
        "patterns",
        nargs="*",
        metavar="NAME",
        help="only specs of these names, in which * stands for anything, ? for a sign",
    )
    help = "the smallest or oldest first (default: variants below their spec)"
    add_sort(command, ("name", "params", "macs", "depth", "year"), help)
    add_format(command)


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


def _fmt(commands: Any) -> None:
    examples = ("my-table.yaml", "specs/", "specs/ --check", "--diff my-table.yaml")
    help = "lay specs out: rows cell under cell, comments and meaning as they are"
    command = add_command(commands, "fmt", help, examples)
    command.add_argument(
        "paths",
        nargs="+",
        metavar="PATH",
        help="files, folders for the specs below them, or `-` from standard input to "
        "standard output",
    )
    for flag, help in (
        (
            "--check",
            "write nothing; name what would be formatted, and return 1 for any",
        ),
        ("--diff", "write nothing; print what would change, and return 1 for any"),
    ):
        command.add_argument(flag, action="store_true", help=help)


def _schema(commands: Any) -> None:
    help = "print the JSON Schema of specs, for editors"
    add_command(commands, "schema", help, ("", "> specs/schema.json"))


def _mcp(commands: Any) -> None:
    help = "serve assistants by the Model Context Protocol, over standard input"
    command = add_command(commands, "mcp", help, ("", "specs/"))
    help = "the folder with the specs; nothing outside of it is read (default: this)"
    command.add_argument("folder", nargs="?", default=".", metavar="FOLDER", help=help)


def _lsp(commands: Any) -> None:
    help = "serve an editor: what is wrong, what rows come to, edits that mend"
    add_command(commands, "lsp", help, ("",))
