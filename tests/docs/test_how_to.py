"""docs/how-to.md: every command and every line of code does what the page says.

After a change that is meant, `pytest tests/docs --refresh-goldens` writes what needs
no framework anew.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from examples import Runner, read_examples, refreshed

PAGE = Path(__file__).parents[2] / "docs" / "how-to.md"


def needs_keras(example):
    return example.needs_processes or "--against" in example.text


@pytest.mark.thorough
def test_the_page_shows_what_archc_prints(tmp_path, request):
    if request.config.getoption("--refresh-goldens"):
        folder = tmp_path / "refreshed"
        folder.mkdir()
        PAGE.write_text(refreshed(PAGE.read_text(), Runner(folder), {}))
    runner = Runner(tmp_path)
    for example in read_examples(PAGE.read_text()):
        if example.is_run and not needs_keras(example):
            printed = runner.run(example)
            assert example.shows(printed), f"docs/how-to.md:{example.line}\n{printed}"


@pytest.mark.slow
@pytest.mark.usefixtures("keras")
def test_what_needs_keras_prints_what_the_page_shows(tmp_path):
    runner = Runner(tmp_path)
    for example in read_examples(PAGE.read_text()):
        if example.kind == "python":
            command = [sys.executable, "-c", example.text]
            subprocess.run(command, cwd=tmp_path, check=True)
        else:
            assert example.is_run
            printed = runner.run(example)
            assert example.shows(printed), f"docs/how-to.md:{example.line}\n{printed}"
