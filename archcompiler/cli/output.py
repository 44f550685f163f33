"""Where a command writes: checked before any work is done."""

import os
from contextlib import suppress
from pathlib import Path

from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import printable
from archcompiler.language.program.program import Program


def nameable(text: str) -> Path:
    """Return the path of what is made, and then named on standard output.

    Raises:
        UsageError: for a control character in it.
    """
    if printable(text) != text:
        raise UsageError(f"`{text}` holds a character that cannot be printed")
    return Path(text)


def writable(text: str) -> Path:
    """Return the path of an output whose folder exists.

    Raises:
        UsageError: for a directory, a device, or a folder that is missing.
    """
    path = nameable(text)
    folder = Path(os.path.realpath(path)).parent  # of what a link leads to
    if not folder.is_dir():
        folder = path.parent if not path.parent.is_dir() else folder
        raise UsageError(f"there is no folder `{folder}`")
    if path.exists() and not path.is_file():
        raise UsageError(f"`{path}` is not a regular file")
    return path


def refuse_inputs(path: Path, program: Program) -> None:
    """Refuse to write over what was read: the spec, or a base, by whatever name.

    Raises:
        UsageError: with the file that would be lost.
    """
    for source in (*program.files, *(used.source for used in program.used)):
        with suppress(OSError):  # not there yet, or not in a file
            if os.path.samefile(path, source.name):
                raise UsageError(
                    f"`{path}` is read, as `{source.name}`: write elsewhere"
                )
