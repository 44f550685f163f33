"""Ctrl-C: it ends a command at once and without a word, but never half a file."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

INTERRUPTED = 130
"""The exit code, 128 + SIGINT, as shells say it."""

_ends = False
"""Whether Ctrl-C ends this process at once."""


def end_at_interrupts() -> None:
    """Have Ctrl-C end this process there and then, unless it was told to ignore it.

    Raised as KeyboardInterrupt it would come out of imports, destructors and foreign
    code as a traceback, or be swallowed. What is being written is no reason to wait:
    see `interrupts_held`.
    """
    global _ends
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _end)
        _ends = True


def _end(*_: Any) -> None:
    os._exit(INTERRUPTED)


@contextmanager
def interrupts_raised() -> Iterator[None]:
    """Have Ctrl-C raise KeyboardInterrupt in this block, which cleans up or says more.

    Where Ctrl-C doesn't end the process at once, it does already what it is to do.
    """
    if not _ours() or not _ends:
        yield
        return
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold an interrupt back until the block ends; h5py may swallow it, or fail oddly.

    Only the main thread gets one.
    """
    before = signal.getsignal(signal.SIGINT)
    if not _ours() or before is None:
        yield
        return
    held: list[Any] = []
    signal.signal(signal.SIGINT, lambda *given: held.append(given))
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if held:
        signal.raise_signal(signal.SIGINT)


def _ours() -> bool:
    return threading.current_thread() is threading.main_thread()
