"""Files that are complete, or what they were before."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

UNFINISHED = ".archc-"
"""How the name of a folder begins in which something is written, or taken away."""


@contextmanager
def replacing(place: Path) -> Iterator[Path]:
    """Give a path beside `place` to write; force it to the disk, then move it there.

    Raises:
        OSError: when the folder or the file cannot be written.
    """
    with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=place.parent) as folder:
        unfinished = Path(folder) / place.name
        yield unfinished
        unfinished.chmod(_mode(place))
        force(unfinished)
        os.replace(unfinished, place)
    force(place.parent)


def _mode(place: Path) -> int:
    """Return the permissions of the file, or those that a new one gets."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def force(path: Path) -> None:
    """Wait until a file, or a folder's entries, are on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
