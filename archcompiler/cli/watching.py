"""Checking again whenever a file changes that a spec reads."""

import os
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import Any, NoReturn

from archcompiler.checking.checking import Checked
from archcompiler.cli.usage import UsageError
from archcompiler.language.text.files import is_read_once

_CLEARED = "\x1b[2J\x1b[H"
_SECONDS = 0.2
"""Between two looks at the files: less than anybody waits for."""

State = dict[Path, tuple[int, int, int] | None]


def refuse_unwatchable(options: Any) -> None:
    """Refuse what cannot be checked again, or is not for people.

    Raises:
        UsageError: for standard input and pipes, and for formats of programs.
    """
    if options.format != "text":
        raise UsageError("--watch is for people: leave the format out")
    for spec in filter(is_read_once, options.specs):
        raise UsageError(f"--watch reads again: `{spec}` can be read once")


def watch(specs: Collection[str], check: Callable[[], Iterable[Checked]]) -> NoReturn:
    """Check, and again whenever a file changes that was read; an interrupt ends it."""
    while True:
        if sys.stdout.isatty():
            print(_CLEARED, end="")
        before = _state(_named(specs))
        read = [path for checked in check() for path in _read(checked)]
        state = {**_state(read), **before}  # as it was before the check began
        sys.stdout.flush()
        while _state((*read, *_named(specs))) == state:
            time.sleep(_SECONDS)


def _named(specs: Iterable[str]) -> Iterator[Path]:
    """Yield the files of the specs, and what lies beside: a base may be missing yet."""
    for spec in specs:
        stem, _, _ = spec.rpartition(":")
        path = Path(stem if stem and not os.path.lexists(spec) else spec)
        if path.suffix or os.path.lexists(path):  # else a name that ships
            yield from (path, *path.parent.glob("*.y*ml"))


def _read(checked: Checked) -> Iterator[Path]:
    """Yield what was read: the spec, its bases, and the blocks that they use."""
    if checked.architecture is None:
        return
    program = checked.architecture.program
    for source in (*program.files, *(used.source for used in program.used)):
        yield Path(source.name)


def _state(files: Iterable[Path]) -> State:
    return {path: _signature(path) for path in files}


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
