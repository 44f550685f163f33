"""docs/figures.md: each figure is what the command above it draws today.

After a change that is meant, `pytest tests/docs --refresh-goldens` draws them anew.
"""

import re
import shlex
from pathlib import Path

import pytest
from examples import read_examples

from archcompiler.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "figures.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
PLOT = re.compile(r"^\$ archc (plot .*)$", re.MULTILINE)
COMMANDS = PLOT.findall(PAGE)


@pytest.mark.thorough
@pytest.mark.parametrize("command", COMMANDS)
def test_a_figure_is_what_its_command_draws(command, tmp_path, monkeypatch, request):
    arguments = shlex.split(command)
    kept = ROOT / arguments[-1]
    for example in read_examples(PAGE):
        if example.kind == "yaml":
            (tmp_path / example.name).write_text(example.text)
    monkeypatch.chdir(tmp_path)
    drawn = (
        kept if request.config.getoption("--refresh-goldens") else tmp_path / "f.svg"
    )
    assert arguments[-2] == "-o"
    assert main([*arguments[:-1], str(drawn)]) == 0
    assert drawn.read_bytes() == kept.read_bytes()


def test_every_figure_that_is_shown_is_drawn_and_every_drawn_one_is_shown():
    commands = COMMANDS + PLOT.findall(TUTORIAL)
    drawn = {Path(shlex.split(command)[-1]).name for command in commands}
    shown = re.findall(r"\]\((?:docs/)?figures/([^)]+)\)", PAGE + README + TUTORIAL)
    assert set(shown) == drawn
    assert {path.name for path in (ROOT / "docs" / "figures").iterdir()} == drawn
