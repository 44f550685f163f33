"""Files that are complete, or what they were before; on Linux, macOS and Windows."""

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from archcompiler.interrupts import interrupts_held
from archcompiler.locking import take

UNFINISHED = ".archc-"
"""How the name of a folder begins in which something is written, or taken away."""

_LOCK = ".archc-lock"
"""A file in such a folder, locked by the process that works there."""


class WriteError(OSError):
    """A file that cannot be written; its `filename` is the file that was meant."""


@contextmanager
def replacing(place: Path) -> Iterator[Path]:
    """Give a path beside `place` to write; force it to the disk, then move it there.

    A symbolic link stays one: what it points to is replaced. Ctrl-C waits until the
    file is there. What killed processes left in the folder is removed.

    Raises:
        WriteError: when the folder or the file cannot be written.
    """
    try:
        target = Path(os.path.realpath(place))
        if target.is_symlink():  # a link that leads back to itself
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        remove_unfinished(target.parent)
        with interrupts_held(), unfinished_folder(target.parent) as folder:
            unfinished = folder / target.name
            yield unfinished
            force(unfinished)
            unfinished.chmod(_mode(target))
            os.replace(unfinished, target)
            force_folder(target.parent)
    except OSError as error:
        raise WriteError(error.errno, error.strerror or str(error), place) from None


@contextmanager
def replacing_folder(place: Path) -> Iterator[Path]:
    """Give a path beside `place` for a folder; force it to the disk, and move it there.

    A folder that was there is moved aside first, and removed: for a moment there is
    none, never a half one.

    Raises:
        WriteError: when it cannot be written.
    """
    try:
        parent = place.absolute().parent
        remove_unfinished(parent)
        with interrupts_held(), unfinished_folder(parent) as beside:
            unfinished = beside / place.name
            yield unfinished
            for path in unfinished.rglob("*"):
                force_folder(path) if path.is_dir() else force(path)
            if place.exists():
                os.replace(place, beside / f"{place.name}.before")
            os.replace(unfinished, place)
            force_folder(parent)
    except OSError as error:
        raise WriteError(error.errno, error.strerror or str(error), place) from None


@contextmanager
def unfinished_folder(beside: Path) -> Iterator[Path]:
    """Give a new folder to write in, whose name says so; it is removed at the end.

    It is locked meanwhile, so that others know it from one whose process is dead.
    """
    while True:
        with tempfile.TemporaryDirectory(prefix=UNFINISHED, dir=beside) as name:
            lock = _locked(Path(name))
            if lock is not None:
                with lock:
                    yield Path(name)
                return


def _locked(folder: Path) -> IO[str] | None:
    """Lock a new folder; None where another process took it for a dead one's."""
    try:
        lock = open(folder / _LOCK, "x")  # noqa: SIM115
    except FileNotFoundError:
        return None
    if take(lock) and (folder / _LOCK).exists():
        return lock
    lock.close()
    return None


def remove_unfinished(folder: Path) -> None:
    """Remove what killed processes left half-written, and nothing of living ones."""
    with os.scandir(folder) as entries:
        found = [
            Path(entry.path)
            for entry in entries
            if entry.name.startswith(UNFINISHED) and entry.is_dir(follow_symlinks=False)
        ]
    for left in found:
        with suppress(OSError):  # it is another user's, or gone meanwhile
            _remove_if_dead(left)


def _remove_if_dead(folder: Path) -> None:
    """Remove a folder whose lock nobody holds, or that is empty."""
    try:
        lock = open(folder / _LOCK, "r+")  # noqa: SIM115
    except FileNotFoundError:
        folder.rmdir()  # a process was killed before it could lock it
        return
    with lock:
        dead = take(lock)
        if dead:
            shutil.rmtree(folder, ignore_errors=True)
    if dead and folder.exists():  # Windows keeps a file that is open
        shutil.rmtree(folder)


def _mode(place: Path) -> int:
    """Return the permissions of the file, or those that a new one gets."""
    if place.exists():
        return place.stat().st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def force(path: Path) -> None:
    """Wait until a file is on the disk."""
    with open(path, "r+b") as file:  # Windows forces only what may be written
        if sys.platform == "darwin":
            import fcntl

            fcntl.fcntl(file, fcntl.F_FULLFSYNC)  # fsync stops at the disk's own memory
        else:
            os.fsync(file.fileno())


def force_folder(path: Path) -> None:
    """Wait until a folder's entries are on the disk; Windows has no way to ask."""
    if sys.platform == "win32":
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
