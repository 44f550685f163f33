"""Where a command writes: checked before any work is done."""

from pathlib import Path

from archcompiler.cli.usage import UsageError
from archcompiler.diagnostics import printable


def writable(text: str) -> Path:
    """Return the path of an output whose folder exists.

    Raises:
        UsageError: for a directory, a device, or a folder that is missing.
    """
    if printable(text) != text:
        raise UsageError(f"`{text}` holds a character that cannot be printed")
    path = Path(text)
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder `{path.parent}`")
    if path.exists() and not path.is_file():
        raise UsageError(f"`{path}` is not a regular file")
    return path
