"""Files as people give them: regular ones or pipes, of moderate size, in UTF-8."""

import os
import stat
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from archcompiler.diagnostics import Source, Span, fail

STANDARD_INPUT = "-"

LONGEST_NAME = 200

LARGEST_FILE = 64 * 2**20
"""Bytes; a million rows take forty million."""


_HELD: ContextVar[Mapping[Path, str]] = ContextVar("held", default={})  # noqa: B039


@contextmanager
def holding(texts: Mapping[Path, str]) -> Iterator[None]:
    """Let files read as an editor holds them, by their resolved paths.

    What is on the disk, if anything is, is not looked at.
    """
    token = _HELD.set(texts)
    try:
        yield
    finally:
        _HELD.reset(token)


_LOOK: ContextVar[Callable[[Path], object]] = ContextVar("look", default=id)


@contextmanager
def telling(look: Callable[[Path], object]) -> Iterator[None]:
    """Tell of each file just before it is looked for or read, there or not."""
    token = _LOOK.set(look)
    try:
        yield
    finally:
        _LOOK.reset(token)


def is_there(path: Path) -> bool:
    """Whether there is a file, on the disk or in an editor."""
    _LOOK.get()(path)
    held = _HELD.get()
    return path.is_file() or (bool(held) and path.resolve() in held)


def read_source_file(path: Path) -> Source:
    """Read a file as UTF-8, with any of the usual line ends.

    Raises:
        SpecError: for anything that is not such a file.
    """
    name = os.fspath(path)
    _LOOK.get()(path)
    held = _HELD.get()
    if held and (text := held.get(path.resolve())) is not None:
        return source_of(name, text)
    try:
        _refuse_unusual(name, os.stat(name))
        with open(name, "rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        fail("unreadable-file", f"cannot read `{name}`: {reason}")
    return _source(name, data)


def is_read_once(spec: str) -> bool:
    """Whether SPEC is standard input or a pipe, or a variant of what comes from it."""
    stem, _, _ = spec.rpartition(":")
    names = (spec, stem)
    return STANDARD_INPUT in names or any(Path(n).is_fifo() for n in names if n)


@cache
def read_standard_input() -> Source:
    """Read standard input to its end, once, as a file is read.

    Raises:
        SpecError: for what is too large or not UTF-8, and where it is closed.
    """
    if sys.stdin is None:
        fail("unreadable-file", "standard input is closed")
    return _source("<stdin>", sys.stdin.buffer.read(LARGEST_FILE + 1))


def leaves_folder(name: str) -> bool:
    """Whether a file's name, or what looks like one, leads out of a folder."""
    odd = "\\" in name or "\0" in name or len(name) > LONGEST_NAME
    return odd or os.path.isabs(name) or ".." in Path(name).parts


def is_within(path: Path, folder: Path) -> bool:
    """Whether a file is in a folder, wherever links lead."""
    return path.resolve().is_relative_to(folder.resolve())


def _source(name: str, data: bytes) -> Source:
    if len(data) > LARGEST_FILE:
        _refuse_size(name)
    return source_of(name, _decode(name, data))


def source_of(name: str, text: str) -> Source:
    """Return a text with one kind of line ends."""
    return Source(name, text.replace("\r\n", "\n").replace("\r", "\n"))


def _refuse_unusual(name: str, status: os.stat_result) -> None:
    """Look before reading: a device would block, or never end."""
    if stat.S_ISDIR(status.st_mode):
        help = "name the YAML file in it"
        fail("unreadable-file", f"`{name}` is a directory", help=help)
    if not stat.S_ISREG(status.st_mode) and not stat.S_ISFIFO(status.st_mode):
        fail("unreadable-file", f"`{name}` is a device, no file or pipe")
    if status.st_size > LARGEST_FILE:
        _refuse_size(name)


def _refuse_size(name: str) -> None:
    bound = LARGEST_FILE // 2**20
    fail("unreadable-file", f"`{name}` has more than {bound} MiB: no table is so large")


def _decode(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        good = data[: error.start].decode("utf-8-sig", "ignore")
        line = good.count("\n") + 1
        column = len(good) - (good.rfind("\n") + 1) + 1
        span = Span(Source(name, good), line, column, column + 1)
        message = f"byte 0x{data[error.start]:02x} is not UTF-8"
        fail("unreadable-file", message, span, help="save the file as UTF-8")
