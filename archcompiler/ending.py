"""The first thing that `archc` does: so it imports next to nothing itself."""

# `signal` itself first brings enum, functools and collections, which take longer.
import _signal as signal  # type: ignore[import-not-found]
import os

INTERRUPTED = 130
"""The exit code, 128 + SIGINT, as shells say it."""

_ends = False


def end_at_interrupts() -> None:
    """Have Ctrl-C end this process there and then, unless it was told to ignore it.

    Raised as KeyboardInterrupt it would come out of imports, destructors and foreign
    code as a traceback, or be swallowed. What is being written is no reason to wait:
    see `interrupts_held`.
    """
    global _ends
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
        _ends = True


def ends_at_interrupts() -> bool:
    """Whether Ctrl-C ends this process at once."""
    return _ends
