"""Locks on files: held by one process, and gone with it, however it ends."""

import sys
from typing import IO, Any

if sys.platform == "win32":
    import msvcrt

    def take(file: IO[Any]) -> bool:
        """Lock an open file until it is closed; return False where another has it."""
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def take(file: IO[Any]) -> bool:
        """Lock an open file until it is closed; return False where another has it."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
