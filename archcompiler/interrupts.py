"""Ctrl-C: it ends a command at once and without a word, but never half a file."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from archcompiler.ending import ends_at_interrupts


@contextmanager
def interrupts_raised() -> Iterator[None]:
    """Have Ctrl-C raise KeyboardInterrupt in this block, which cleans up or says more.

    Where Ctrl-C doesn't end the process at once, it does already what it is to do.
    """
    if not _ours() or not ends_at_interrupts():
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
