"""What every test may use: spec files, golden texts, and Keras on demand."""

import gc
import os
import signal
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest
from hypothesis import settings

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    help = "write the golden texts anew instead of comparing with them"
    parser.addoption("--refresh-goldens", action="store_true", help=help)
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
    )
    settings.register_profile("campaign", cases)
    settings.load_profile("campaign")
    # A shell's `&` has its processes, and theirs, ignore Ctrl-C: the tests press it.
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_finish() -> None:
    gc.freeze()  # the collected tests stay to the end: no need to look at them again


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
