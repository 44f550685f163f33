"""The arguments of `archc page`."""

from typing import Any

from archcompiler.cli.commands import SPEC, add_command, add_settings


def add_page(commands: Any) -> None:
    """Add the command."""
    examples = (
        "googlenet -o googlenet.html",
        "vgg --set configuration=E -o vgg19.html",
        "my-variant.yaml --compare googlenet -o both.html",
    )
    help = "write one HTML file: figure, table, source and audit, linked"
    command = add_command(commands, "page", help, examples)
    command.add_argument("spec", metavar="SPEC", help=SPEC)
    add_settings(command)
    command.add_argument(
        "--compare",
        metavar="BASE",
        help="show another spec beside it, and mark what differs",
    )
    command.add_argument(
        "--no-explain",
        action="store_true",
        help="leave out the search for what cells that differ may have counted",
    )
    command.add_argument(
        "-o", "--output", required=True, metavar="FILE", help="the file to write"
    )
