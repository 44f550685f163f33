"""Colours, where a terminal shows them and nobody forbids them."""

import os
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from archcompiler.cli.streams import PrintableStream
from archcompiler.diagnostics import PLAIN, Diagnostic, Style, printable, render

_LINES_OF_A_TITLE = 4

_KNOWING = ("WT_SESSION", "ANSICON", "ConEmuANSI", "TERM")
"""What a terminal of Windows sets that obeys escapes."""


def embolden(text: str, stream: TextIO) -> str:
    """Return a report with its title bold, where a terminal will show it.

    The title is what stands above the first blank line, or the first line alone.
    """
    if not takes_colour(stream):
        return text
    title, blank, rest = text.partition("\n\n")
    if not blank or title.count("\n") > _LINES_OF_A_TITLE:
        title, blank, rest = text.partition("\n")
    return f"\x1b[1m{title}\x1b[0m{blank}{rest}"


def takes_colour(stream: TextIO) -> bool:
    """Whether a stream shows colours: a terminal that can, unless the user says other.

    `NO_COLOR` forbids them, `FORCE_COLOR` wants them anywhere; see no-color.org and
    force-color.org.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if forced := os.environ.get("FORCE_COLOR"):
        return forced != "0"
    if os.environ.get("TERM") == "dumb" or not stream.isatty():
        return False
    return sys.platform != "win32" or any(map(os.environ.get, _KNOWING))


class _Coloured(Style):
    """Red errors, bold places, blue gutters."""

    def error(self, text: str) -> str:
        return in_colour("1;31", text)

    def place(self, text: str) -> str:
        return in_colour("1", text)

    def gutter(self, text: str) -> str:
        return in_colour("1;34", text)

    def help(self, text: str) -> str:
        return in_colour("1;36", text)


def in_colour(codes: str, text: str) -> str:
    """Return a text with the codes of a colour, and of what ends it."""
    return f"\x1b[{codes}m{text}\x1b[0m"


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    """Print diagnostics on standard error; on a terminal also who explains them."""
    found = list(diagnostics)
    _write(render(found, _style()))
    if found and sys.stderr.isatty():
        codes = {diagnostic.code for diagnostic in found}
        code = codes.pop() if len(codes) == 1 else "CODE"
        _write(f"`archc explain {code}` tells more, with an example")


def print_error(message: str) -> None:
    """Print what the command cannot do on standard error."""
    message = "\n".join(map(printable, message.split("\n")))
    _write(f"archc: {_style().error('error')}: {message}")


def _write(text: str) -> None:
    """Write a line whose escapes are ours."""
    stream: Any = sys.stderr
    own = stream.write_own if isinstance(stream, PrintableStream) else stream.write
    own(f"{text}\n")


def _style() -> Style:
    return _Coloured() if takes_colour(sys.stderr) else PLAIN
