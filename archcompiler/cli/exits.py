"""Exit codes: what a script can tell from them."""

import errno

from archcompiler.interrupts import INTERRUPTED
from archcompiler.writing import WriteError

GOOD, BAD, USAGE = 0, 1, 2
UNUSABLE = 73  # EX_CANTCREAT of sysexits.h
FAILING = 74  # EX_IOERR
BUSY = 75  # EX_TEMPFAIL
UNREAD = 141  # 128 + SIGPIPE, as shells say it

MEANINGS = {
    GOOD: "good",
    BAD: "a bad spec, or a difference where one was looked for",
    USAGE: "bad usage; of `diff`, what cannot be compared",
    UNUSABLE: "a file or folder that may not be written",
    FAILING: "a full or failing disk; standard output closed or full",
    BUSY: "another process works in the folder: try again",
    INTERRUPTED: "interrupted",
    UNREAD: "nobody reads the output any more",
}
"""Every exit code, and what it means; README.md shows them."""

_DENIED = (
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EEXIST),
    *(errno.EISDIR, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG),
)
"""What the system says where it may not be written, rather than cannot."""


def describe(error: OSError) -> tuple[int, str]:
    """Return the exit code and the message of what the system refused."""
    if error.errno == errno.EPIPE:
        return UNREAD, ""
    message = error.strerror or str(error)
    if isinstance(error, WriteError):
        message = f"cannot write `{error.filename}`: {message}"
    elif error.filename is not None:
        message = f"`{error.filename}`: {message}"
    return UNUSABLE if error.errno in _DENIED else FAILING, message
