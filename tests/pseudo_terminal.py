"""A real terminal of a given width, in which a command runs."""

import os
import pty
import re
import struct
import sys
import termios
from fcntl import ioctl
from pathlib import Path

ROOT = Path(__file__).parent.parent
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


def screen(arguments, width=80, **environment):
    """Run a command in a terminal; return what it shows there, and its exit code."""
    inside, outside = pty.openpty()
    ioctl(outside, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    process = os.fork()
    if not process:
        _own(outside)
        kept = {k: v for k, v in os.environ.items() if k not in UNSET}
        os.chdir(ROOT)
        command = [sys.executable, "-m", "archcompiler", *arguments]
        os.execve(sys.executable, command, {**kept, "TERM": "xterm", **environment})
    os.close(outside)
    shown = b"".join(iter(lambda: _read(inside), b""))
    os.close(inside)
    _, status = os.waitpid(process, 0)
    return shown.decode().replace("\r\n", "\n"), os.waitstatus_to_exitcode(status)


UNSET = ("COLUMNS", "NO_COLOR", "FORCE_COLOR")


def _own(terminal):
    os.setsid()
    ioctl(terminal, termios.TIOCSCTTY, 0)
    for stream in range(3):
        os.dup2(terminal, stream)


def _read(terminal):
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so where the other end is closed
        return b""


def plain(text):
    """Return a text without what colours it."""
    return ESCAPES.sub("", text)
