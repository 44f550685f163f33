"""What every test may use: spec files, golden texts, and Keras on demand."""

import gc
import os
import random
import signal
import sys
import time
import zlib
from collections.abc import Callable, Generator
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest
from hypothesis import HealthCheck, settings

GOLDEN = Path(__file__).parent / "golden"

MOST_SECONDS = 1
"""Of a test that is not marked, with the fixtures that it is first to ask for."""

SAVE_SECONDS = 30
"""Of all tests that are not marked: they run at every save."""

_BEGAN = pytest.StashKey[float]()
_TOOK = "seconds of the processor"

# TensorFlow's own kernels lack dilated transposed convolutions and depthwise ones with
# unequal strides; oneDNN has them, but by itself only on some processors.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


def pytest_addoption(parser: pytest.Parser) -> None:
    help = "write the golden texts anew instead of comparing with them"
    parser.addoption("--refresh-goldens", action="store_true", help=help)
    help = "do not leave the thorough tests out with the slow ones"
    parser.addoption("--thorough", action="store_true", help=help)
    help = "try so many times as many random cases"
    parser.addoption("--campaign", type=int, default=1, metavar="TIMES", help=help)
    help = "fail where JAX or PyTorch is missing, instead of leaving their tests out"
    parser.addoption("--require-backends", action="store_true", help=help)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--refresh-goldens") and os.environ.get("CI"):
        raise pytest.UsageError("--refresh-goldens is refused in CI")
    cases = settings(
        max_examples=50 * config.getoption("--campaign"),
        deadline=None,  # a wall clock: other programs slow it down
        suppress_health_check=[HealthCheck.too_slow],  # another one
    )
    settings.register_profile("campaign", cases)
    settings.load_profile("campaign")
    # A shell's `&` has its processes, and theirs, ignore Ctrl-C: the tests press it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave thorough tests out with the slow ones, unless they are asked for.

    What is for campaigns is left out of all else.
    """
    if config.getoption("--campaign") == 1:
        left = [item for item in items if item.get_closest_marker("campaign")]
        items[:] = [item for item in items if not item.get_closest_marker("campaign")]
        config.hook.pytest_deselected(items=left)
    if config.getoption("--thorough"):
        return
    for item in items:
        if item.get_closest_marker("thorough"):
            item.add_marker("slow")


def pytest_collection_finish() -> None:
    gc.freeze()  # the collected tests stay to the end: no need to look at them again


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup(item: pytest.Item) -> Generator[None, None, None]:
    """Begin to count the seconds of the processor, and draw by the test's name.

    Weights that nobody seeded are the same in every run, whichever tests run before:
    a test passes or fails, and is not lucky.
    """
    item.stash[_BEGAN] = time.process_time()
    _seed(item)
    result = yield
    _seed(item)  # again: a fixture may be the first to import Keras
    return result


def _seed(item: pytest.Item) -> None:
    seed = zlib.crc32(item.nodeid.encode())
    random.seed(seed)
    if keras := sys.modules.get("keras"):
        keras.utils.set_random_seed(seed)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, None, None]:
    """Keep the seconds of a test that is not marked."""
    result = yield
    if not {"slow", "thorough"} & {mark.name for mark in item.iter_markers()}:
        seconds = time.process_time() - item.stash[_BEGAN]
        item.user_properties.append((_TOOK, seconds))
    return result


def pytest_terminal_summary(terminalreporter: "pytest.TerminalReporter") -> None:
    """Tell what unmarked tests take; a busy machine may be why, so none fails."""
    times = terminalreporter.config.getoption("--campaign")
    took = {
        report.nodeid: dict(report.user_properties).get(_TOOK, 0)
        for report in terminalreporter.getreports("passed")
    }
    long = [name for name, seconds in took.items() if seconds > MOST_SECONDS * times]
    if sum(took.values()) > SAVE_SECONDS * times or long:
        terminalreporter.section("mark them thorough, or thin them")
        terminalreporter.write_line(f"all: {sum(took.values()):.0f} s of the processor")
        for name in long:
            terminalreporter.write_line(f"{took[name]:.1f} s: {name}")


@pytest.fixture(scope="session")
def campaign(request: pytest.FixtureRequest) -> int:
    """How many times as many random cases are wanted; hypothesis knows it already."""
    return request.config.getoption("--campaign")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with a file of `tests/golden`."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / name
        if request.config.getoption("--refresh-goldens"):
            path.write_text(text)
        assert text == path.read_text()

    return compare


@pytest.fixture
def write_spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Write a spec into a folder of its own, which becomes the current one."""
    monkeypatch.chdir(tmp_path)

    def write(text: str, name: str = "small.yaml") -> str:
        (tmp_path / name).write_text(dedent(text))
        return name

    return write


@pytest.fixture(scope="session")
def require(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Leave a test out where a backend is not installed, or fail if it must run."""

    def require(backend: str) -> None:
        needed = dict.fromkeys(("tensorflow", backend))
        missing = [name for name in needed if find_spec(name) is None]
        if not missing:
            return
        names = " and ".join(missing)
        reason = f"{names} not installed: `pip install -e '.[tensorflow,backends]'`"
        if request.config.getoption("--require-backends"):
            pytest.fail(reason)
        pytest.skip(reason)

    return require


@pytest.fixture(scope="session")
def keras() -> ModuleType:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("keras")
