"""What every test may use: spec files, golden texts, and Keras on demand."""

import os
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from types import ModuleType

import pytest

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    help = "write the golden texts anew instead of comparing with them"
    parser.addoption("--refresh-goldens", action="store_true", help=help)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--refresh-goldens") and os.environ.get("CI"):
        raise pytest.UsageError("--refresh-goldens is refused in CI")


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
def keras() -> ModuleType:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("keras")
