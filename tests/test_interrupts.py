"""An interrupt waits until a file is written, and is not lost."""

import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from archcompiler.interrupts import interrupts_held


def interrupted(done):
    with interrupts_held():
        signal.raise_signal(signal.SIGINT)
        done.append("written")
    done.append("went on")


def test_an_interrupt_waits_until_the_end():
    done = []
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        interrupted(done)
    assert done == ["written"]
    assert signal.getsignal(signal.SIGINT) is before


def test_a_handler_of_one_s_own_is_called():
    done = []
    before = signal.signal(signal.SIGINT, lambda *_: done.append("told"))
    try:
        interrupted(done)
    finally:
        signal.signal(signal.SIGINT, before)
    assert done == ["written", "told", "went on"]


def test_what_fails_meanwhile_is_told():
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(OSError, match="full"), interrupts_held():
        raise OSError("full")
    assert signal.getsignal(signal.SIGINT) is before


def test_in_another_thread_nothing_waits():
    def write():
        with interrupts_held():
            return "written"

    with ThreadPoolExecutor(1) as threads:
        assert threads.submit(write).result() == "written"
