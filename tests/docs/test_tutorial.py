"""docs/tutorial.md: who follows it, step by step, sees what it shows.

After a change that is meant, `pytest tests/docs/test_tutorial.py --refresh-goldens`
writes it anew, and draws its figure.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from examples import Runner, read_examples, refreshed

DOCS = Path(__file__).parents[2] / "docs"
TUTORIAL = DOCS / "tutorial.md"
FIGURE = DOCS / "figures" / "squeezenet.svg"


def follow(folder, examples):
    """Do what the page says, and compare what is seen."""
    runner = Runner(folder, keeps_changes=True)
    for example in examples:
        printed = runner.run(example)
        assert example.shows(printed), f"docs/tutorial.md:{example.line}\n{printed}"


@pytest.mark.thorough
def test_the_page_shows_what_is_printed(tmp_path, request):
    if request.config.getoption("--refresh-goldens"):
        folder = tmp_path / "refreshed"
        folder.mkdir()
        runner = Runner(folder, keeps_changes=True)
        TUTORIAL.write_text(refreshed(TUTORIAL.read_text(), runner, {}))
        FIGURE.write_bytes((folder / "squeezenet.svg").read_bytes())
    examples = read_examples(TUTORIAL.read_text())
    follow(tmp_path, [each for each in examples if not each.needs_processes])
    assert (tmp_path / "squeezenet.svg").read_bytes() == FIGURE.read_bytes()


@pytest.mark.slow
def test_its_network_learns_when_the_page_says_so_and_its_source_takes_the_weights(
    tmp_path,
):
    examples = read_examples(TUTORIAL.read_text())
    follow(tmp_path, examples)
    assert accuracy(tmp_path / "first") < 0.3
    assert accuracy(tmp_path / "trained") > 0.9
    (script,) = (each.text for each in examples if each.kind == "python")
    command = [sys.executable, "-c", script]
    done = subprocess.run(
        command, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert float(done.stdout) > 0.95


def accuracy(run):
    return json.loads((run / "summary.json").read_text())["best"]


def test_what_is_left_out_stands_for_lines_and_nothing_else_may_differ():
    (example,) = read_examples("```console\n$ archc x\n...\nlast\n```\n")
    assert example.shows("$ archc x\nfirst\nsecond\nlast\n")
    assert not example.shows("$ archc x\nfirst\nlast\nmore\n")
    assert not example.shows("$ archc x\nfirst\nat last\n")
