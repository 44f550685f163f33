"""Bad usage: a command that cannot be done as it was asked for."""

import sys
from argparse import Namespace
from collections.abc import Iterable

NEVER_WITH_RESUME = "--resume goes on as it began: leave {} out"


class UsageError(Exception):
    """A command that was used wrongly: exit code 2."""


def refuse_on_windows(what: str) -> None:
    """Refuse what ends processes by signals that Windows lacks.

    Raises:
        UsageError: on Windows.
    """
    if sys.platform == "win32":
        raise UsageError(f"{what} needs Linux or macOS: Windows has no such signals")


_FLAGS = {"settings": "set", "run_folder": "run"}
"""Options whose values have another name than their flag; words are their own flags."""


def refuse_given(options: Namespace, names: Iterable[str], message: str) -> None:
    """Refuse options that were given where they mean nothing.

    Raises:
        UsageError: with a message in which `{}` is the first of them.
    """
    for name in names:
        if given := getattr(options, name):
            if name == "takings":
                name = given[0]
            flag = _FLAGS.get(name, name).replace("_", "-")
            raise UsageError(message.format(f"--{flag}"))
