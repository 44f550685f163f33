"""Standard output and error: whatever the shell made of them."""

import errno
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any, TextIO

from archcompiler.diagnostics import printable
from archcompiler.writing import WriteError

_OUTPUT = "standard output"

CLEARED = "\r\x1b[K"
"""Clears the line of a terminal: the one escape that anybody may write."""


def open_descriptors() -> None:
    """Fill what the shell closed, or the next file would be taken for a stream."""
    for descriptor in range(3):
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest that is free


def name_output() -> None:
    """Have standard output say that it is what fails."""
    given: Any = sys.stdout
    if given is None or given.isatty():
        return
    raw = _Output(given.fileno(), "w", closefd=False)
    sys.stdout = io.TextIOWrapper(io.BufferedWriter(raw), given.encoding, given.errors)


class _Output(io.FileIO):
    """Standard output, whose errors have a name."""

    def write(self, data: Any, /) -> int:
        try:
            return super().write(data)
        except OSError as error:
            raise WriteError(error.errno, error.strerror, _OUTPUT) from None


@contextmanager
def errors_printable() -> Iterator[None]:
    """Have standard error take printable lines alone in this block, whoever writes.

    Arguments and names of files reach it in the words of argparse, of Python and of
    other libraries, too: none of them commands the terminal.
    """
    with redirect_stderr(PrintableStream(sys.stderr or open(os.devnull, "w"))):
        yield


class PrintableStream:
    """A stream of text without control characters; otherwise the given one."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str, /) -> int:
        """Write a text whose escapes may be anybody's."""
        told = text.removeprefix(CLEARED)
        self._stream.write(text[: len(text) - len(told)])
        self._stream.write("\n".join(map(printable, told.split("\n"))))
        return len(text)

    def write_own(self, text: str, /) -> int:
        """Write a text whose escapes are ours: all else in it is printable."""
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


def prepare_output() -> None:
    """Escape what the terminal's encoding lacks; standard error does so by itself.

    Raises:
        WriteError: where standard output is closed.
    """
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        raise WriteError(errno.EBADF, "it is closed", _OUTPUT)
    if reconfigure := getattr(sys.stdout, "reconfigure", None):
        reconfigure(errors="backslashreplace")


def forget_if_stuck(stream: Any) -> None:
    """Drop what a stream holds that takes no more: Python would complain at exit."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
