"""Exit codes: what a script can tell from them."""

import errno

from archcompiler.diagnostics import SpecError
from archcompiler.ending import INTERRUPTED
from archcompiler.writing import WriteError

GOOD, BAD, USAGE = 0, 1, 2
MEMORY = 71  # EX_OSERR of sysexits.h
UNUSABLE = 73  # EX_CANTCREAT
FAILING = 74  # EX_IOERR
BUSY = 75  # EX_TEMPFAIL
UNREAD = 141  # 128 + SIGPIPE, as shells say it

MEANINGS = {
    GOOD: "good",
    BAD: "a bad spec, or a difference where one was looked for",
    USAGE: "bad usage; of `diff`, what cannot be compared",
    MEMORY: "too little memory",
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


def code_of(error: SpecError) -> int:
    """Return the exit code of a spec that is wrong, or too large for this machine."""
    found = {diagnostic.code for diagnostic in error.diagnostics}
    return MEMORY if found == {"memory"} else BAD


def code_of_run(error: Exception) -> int:
    """Return the exit code of a run that cannot begin or go on."""
    from archcompiler.training.errors import BusyError, DiskError

    codes: dict[type[Exception], int] = {BusyError: BUSY, DiskError: FAILING}
    return codes.get(type(error), BAD)


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
