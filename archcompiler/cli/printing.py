"""Reports on standard output: in a format, as wide as the terminal."""

import shutil
import sys
from collections.abc import Callable
from typing import Any

from archcompiler.claims.verdicts import MARKS, Judgement
from archcompiler.cli.colours import embolden, in_colour, takes_colour
from archcompiler.language.expressions.patterns import slug
from archcompiler.tabular.formats import format_report
from archcompiler.tabular.report import Report

_OF_VERDICTS: dict[Judgement, str] = {
    "agrees": "32",
    "excused": "33",
    "differs": "31",
    "unstated": "36",
}
_OF_MARKS = {MARKS[verdict]: code for verdict, code in _OF_VERDICTS.items()}


def print_report(
    report: Report, form: str, record: Callable[[], Any], name: str
) -> None:
    """Print a report in one of FORMATS; text keeps to the terminal, if it is one."""
    label = slug(name).replace("_", "-")
    paint = _painted if takes_colour(sys.stdout) else str
    text = format_report(report, form, record, label, terminal_width(), paint)
    sys.stdout.write(embolden(text, sys.stdout) if form == "text" else text)


def _painted(mark: str) -> str:
    return in_colour(_OF_MARKS[mark], mark) if mark in _OF_MARKS else mark


def terminal_width() -> int | None:
    """Return the width of the terminal; a pipe has none, and gets everything."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None
