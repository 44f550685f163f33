"""Checking again whenever a file changes that a spec reads."""

import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from archcompiler.cli.usage import UsageError
from archcompiler.language.text.files import is_read_once, telling

_CLEARED = "\x1b[2J\x1b[H"
_SECONDS = 0.2
"""Between two looks at the files: less than anybody waits for."""

Signature = tuple[int, int, int]
State = dict[Path, Signature | None]
"""Of each file what it was before it was read; None where it was not there."""


def refuse_unwatchable(options: Any) -> None:
    """Refuse what cannot be checked again, or is not for people.

    Raises:
        UsageError: for standard input and pipes, and for formats of programs.
    """
    if options.format != "text":
        raise UsageError("--watch is for people: leave the format out")
    _refuse_pipes(options.specs)


def _refuse_pipes(specs: Iterable[str]) -> None:
    for spec in filter(is_read_once, specs):
        raise UsageError(f"--watch reads again: `{spec}` can be read once")


def watch(specs: Collection[str], check: Callable[[], object]) -> NoReturn:
    """Check, and again whenever a file changes that was looked for or read.

    An interrupt ends it, and a spec whose place a pipe takes.
    """
    while True:
        if sys.stdout.isatty():
            print(_CLEARED, end="")
        _refuse_pipes(specs)
        state: State = {}

        def look(path: Path, state: State = state) -> None:
            if path not in state:
                state[path] = _signature(path)

        for path in _named(specs):
            look(path)
        with telling(look):
            check()
        sys.stdout.flush()
        while all(_signature(path) == before for path, before in state.items()):
            time.sleep(_SECONDS)


def _named(specs: Iterable[str]) -> Iterator[Path]:
    """Yield the files of the specs, those too that are not there."""
    for spec in specs:
        stem, _, _ = spec.rpartition(":")
        path = Path(stem if stem and not os.path.lexists(spec) else spec)
        if path.suffix or os.path.lexists(path):  # else a name that ships
            yield path


def _signature(path: Path) -> Signature | None:
    try:
        status = path.stat()
    except (OSError, ValueError):
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
