"""What native code writes past Python, to the process's standard error."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import TemporaryFile

_STANDARD_ERROR = 2


@contextmanager
def native_messages_kept() -> Iterator[None]:
    """Keep what native code says in this block to itself, unless the block fails.

    TensorFlow greets with lines that no setting of its own holds back. What Python
    writes to `sys.stderr` meanwhile is kept with it.
    """
    if sys.stderr is None:
        yield
        return
    sys.stderr.flush()
    with TemporaryFile() as said:
        terminal = os.dup(_STANDARD_ERROR)
        os.dup2(said.fileno(), _STANDARD_ERROR)
        try:
            yield
        except BaseException:
            said.seek(0)
            os.write(terminal, said.read())
            raise
        finally:
            os.dup2(terminal, _STANDARD_ERROR)
            os.close(terminal)
