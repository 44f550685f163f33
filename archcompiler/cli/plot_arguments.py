"""The arguments of `archc plot`."""

from argparse import ArgumentParser
from typing import Any, get_args

from archcompiler.cli.commands import SPEC, add_command, add_format, add_settings
from archcompiler.figures.choices import (
    ENDINGS,
    GRAPH_ENDINGS,
    Format,
    GraphFormat,
    Kind,
    Theme,
    Width,
)


def add_plot(commands: Any) -> None:
    """Add the command."""
    examples = (
        "googlenet -o googlenet.svg",
        "u-net --figure strip -o slide.png",
        'googlenet --block "inception (<name>)" -o inception.svg',
        "--compare googlenet my-variant.yaml -o variant.svg",
        "googlenet --width column -o column.pdf",
        'googlenet --block "inception (<name>)" --width column --bare -o 3a.tex',
        "resnet50 --layers -o resnet50.dot",
        "resnet18 resnet34 resnet50 -o resnets.svg",
    )
    help = "draw the table as a figure: its rows, and a panel for each block"
    command = add_command(commands, "plot", help, examples)
    command.add_argument(
        "specs",
        nargs="+",
        metavar="SPEC",
        help=f"{SPEC}; the tables of several are drawn beside each other, on one scale",
    )
    add_settings(command)
    _add_kinds(command)
    _add_files(command)


def _add_kinds(command: ArgumentParser) -> None:
    command.add_argument(
        "--figure",
        choices=get_args(Kind),
        default="sheet",
        help="sheet: the table and its blocks (default); overview: the table alone; "
        "strip: from left to right, for slides; full: every layer",
    )
    command.add_argument(
        "--block",
        metavar="NAME",
        help="draw one block: its name, or that of a row that calls it",
    )
    command.add_argument(
        "--compare",
        metavar="BASE",
        help="outline what differs from another spec, with its deltas",
    )
    command.add_argument(
        "--width",
        choices=get_args(Width),
        help="lay it out for a paper's column (241 pt) or page (505 pt): no text below "
        "7 pt, no file above 650 pt: `-o f.pdf` then writes f-1.pdf, f-2.pdf",
    )
    command.add_argument(
        "--padding",
        action="store_true",
        help="draw zeros around images, and say `same` or `valid`",
    )


def _add_files(command: ArgumentParser) -> None:
    endings = ", ".join([*ENDINGS, *GRAPH_ENDINGS])
    add_format(
        command,
        (*get_args(Format), *get_args(GraphFormat)),
        default=None,
        help=f"default: what FILE ends in ({endings}), or svg; "
        "png and pdf need `pip install 'archcompiler[figures]'`",
    )
    command.add_argument(
        "--layers",
        action="store_true",
        help="with dot and mermaid: a node for each layer, not for each cell",
    )
    command.add_argument(
        "--theme",
        choices=get_args(Theme),
        default="auto",
        help="auto (default): dark where the reader prefers that",
    )
    command.add_argument(
        "--transparent", action="store_true", help="draw no paper behind the figure"
    )
    command.add_argument(
        "--bare",
        action="store_true",
        help="TikZ: the picture alone, which a document takes by \\input",
    )
    command.add_argument(
        "-o", "--output", metavar="FILE", help="the file to write (default: print it)"
    )
