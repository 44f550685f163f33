"""What the arguments of several commands are made of."""

import argparse
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from archcompiler.tabular import FORMATS

MOST = 10**9
"""Of whatever is counted."""

SPEC = "a path, `-`, the name of a shipped spec, FILE:VARIANT, or the folder of a run"


def add_command(
    commands: Any, name: str, help: str, examples: Sequence[str], module: str = ""
) -> argparse.ArgumentParser:
    """Add a command with its examples.

    The module of its name, or `module`, is imported when it runs; there `run` takes the
    options and returns the exit code.
    """

    def run(options: argparse.Namespace) -> int:
        code: int = import_module(f"{__package__}.{module or name}").run(options)
        return code

    command: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help,
        description=f"{help[0].upper()}{help[1:]}.",
        epilog="examples:\n"
        + "\n".join(f"  archc {name} {e}".rstrip() for e in examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.set_defaults(run=run)
    return command


def add_settings(
    command: argparse.ArgumentParser,
    help: str = "set a parameter of the spec; may be repeated",
) -> None:
    """Add `--set`."""
    command.add_argument(
        "--set",
        action=_Setting,
        dest="settings",
        default={},
        metavar="NAME=VALUE",
        help=help,
    )


def add_sort(
    command: argparse.ArgumentParser | Any, choices: Sequence[str], help: str
) -> None:
    """Add `--sort`: by a column's short name, or as the table is headed."""
    command.add_argument(
        "--sort", type=lambda word: _HEADED.get(word, word), choices=choices, help=help
    )


_HEADED = {"parameters": "params", "multiply-adds": "macs"}
"""By the headings of tables, what `--sort` calls their columns."""


def add_format(
    command: argparse.ArgumentParser,
    choices: Sequence[str] = FORMATS,
    default: str | None = "text",
    help: str = "text for people, as wide as the terminal (default), or another format",
) -> None:
    """Add `--format`: the formats of a report, or those that a command has."""
    command.add_argument("-f", "--format", choices=choices, default=default, help=help)
    if "json" in choices:
        command.add_argument(
            *("-j", "--json"),
            action="store_const",
            dest="format",
            const="json",
            help="the same as --format json",
        )


class _Setting(argparse.Action):
    """Collects `name=value`; a name set twice is bad usage."""

    def __call__(
        self, parser: Any, namespace: Any, values: Any, option: Any = None
    ) -> None:
        name, sign, value = str(values).partition("=")
        if not sign or not name.strip():
            parser.error(f"argument {option}: expected NAME=VALUE, received {values!r}")
        if name in namespace.settings:
            parser.error(f"argument {option}: {name!r} is set twice")
        namespace.settings = {**namespace.settings, name: value}


def count(least: int = 1) -> Callable[[str], int]:
    """Return what reads a number of something, from `least` on."""

    def read(text: str) -> int:
        plain = text.isascii() and text.isdigit() and len(text) <= len(str(MOST))
        if not plain or not least <= int(text) <= MOST:
            message = f"expected a number from {least} on, received {text!r}"
            raise argparse.ArgumentTypeError(message)
        return int(text)

    return read
