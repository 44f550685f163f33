"""Standard output and error: whatever the shell made of them."""

import errno
import io
import os
import sys
from typing import Any

from archcompiler.writing import WriteError

_OUTPUT = "standard output"


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


def prepare_streams() -> None:
    """Escape what the terminal's encoding lacks; nobody need hear the errors.

    Raises:
        WriteError: where standard output is closed.
    """
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115
        raise WriteError(errno.EBADF, "it is closed", _OUTPUT)
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")


def forget_if_stuck(stream: Any) -> None:
    """Drop what a stream holds that takes no more: Python would complain at exit."""
    try:
        stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
