"""docs/figures.md: each figure is what the command above it draws today.

After a change that is meant, `pytest tests/docs --refresh-goldens` draws them anew.
"""

import re
import shlex
import shutil
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from examples import read_examples
from PIL import Image

from archcompiler.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "figures.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
TRAINING = (ROOT / "docs" / "training.md").read_text("utf-8")
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text("utf-8")
PLOT = re.compile(r"^\$ archc (plot .*)$", re.MULTILINE)
SHEET = re.compile(r"^\$ archc (augment .*/figures/.*)$", re.MULTILINE)
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


@pytest.mark.slow
@pytest.mark.usefixtures("keras")
def test_the_sheet_of_augmentation_is_what_its_command_draws(
    tmp_path, monkeypatch, request
):
    pytest.importorskip("matplotlib")
    (command,) = SHEET.findall(TRAINING)
    arguments = shlex.split(command)
    (spec,) = re.findall(
        r"^```yaml\n(name: photos\n.*?)^```$", TRAINING, re.MULTILINE | re.DOTALL
    )
    monkeypatch.chdir(tmp_path)
    Path(arguments[1]).write_text(spec)
    for path in _photos():
        folder = Path("photos", path.stem)
        folder.mkdir(parents=True)
        shutil.copy(path, folder)
    kept = ROOT / arguments[-1]
    refreshed = request.config.getoption("--refresh-goldens")
    drawn = kept if refreshed else tmp_path / "sheet.png"
    assert main([*arguments[:-1], str(drawn)]) == 0
    one, other = _pixels(drawn), _pixels(kept)
    assert one.shape == other.shape
    # decoders of JPEG and releases of matplotlib differ a little
    assert np.abs(one - other).mean() < 1


def _pixels(path):
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB")).astype(int)


def _photos():
    (place,) = find_spec("sklearn").submodule_search_locations
    return sorted(Path(place, "datasets", "images").glob("*.jpg"))


def test_every_figure_that_is_shown_is_drawn_and_every_drawn_one_is_shown():
    commands = COMMANDS + PLOT.findall(TUTORIAL) + SHEET.findall(TRAINING)
    drawn = {Path(shlex.split(command)[-1]).name for command in commands}
    pages = PAGE + README + TUTORIAL + TRAINING
    shown = re.findall(r"\]\((?:docs/)?figures/([^)]+)\)", pages)
    assert set(shown) == drawn
    assert {path.name for path in (ROOT / "docs" / "figures").iterdir()} == drawn
