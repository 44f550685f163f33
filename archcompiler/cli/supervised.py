"""A command that ends when its standard input does: when the process that began it.

A sweep begins its runs so. One that is killed leaves nothing behind that goes on
unseen, and a run that is killed then loses no more than otherwise.
"""

import os
import threading

from archcompiler.ending import end_at_interrupts

end_at_interrupts()

from archcompiler.cli import run  # noqa: E402


def _end_with_input() -> None:
    while os.read(0, 4096):
        pass
    os._exit(1)  # at once, as if killed


if __name__ == "__main__":
    threading.Thread(target=_end_with_input, daemon=True).start()
    run()
