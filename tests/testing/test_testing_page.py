"""docs/testing.md: what it shows is what comes out."""

import re
from pathlib import Path

import pytest
from testing.test_plugin import run

PAGE = (Path(__file__).parent.parent.parent / "docs/testing.md").read_text("utf-8")
BLOCKS = dict(reversed(re.findall(r"```(\w+)\n(.*?)```", PAGE, re.DOTALL)))
"""The first of each language."""


@pytest.mark.slow
def test_the_page_shows_what_pytest_prints(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "small.yaml").write_text(BLOCKS["yaml"])
    _, *shown = BLOCKS["console"].splitlines()
    status, output = run(tmp_path, "--archc", "small.yaml")
    assert status == 1
    assert [line for line in shown if line not in output] == []


@pytest.mark.slow
def test_its_test_passes(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    (tmp_path / "small.yaml").write_text(BLOCKS["yaml"].replace("7x7x33", "7x7x32"))
    (tmp_path / "test_small.py").write_text(BLOCKS["python"])
    status, output = run(tmp_path, "--archc")
    assert status == 0, output
    assert "12 passed" in output
