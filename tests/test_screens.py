"""What fits: reports on a terminal of 80 columns, and whole in a pipe."""

import subprocess
import sys

import pytest
from pseudo_terminal import ROOT, plain, screen

pytestmark = pytest.mark.slow

COMMANDS = (
    "summary googlenet",
    "summary googlenet --layers",
    "summary resnet50",
    "summary googlenet resnet50 vgg16",
    "table googlenet",
    "table googlenet --columns all --marks",
    "table resnet50 --columns computed",
    "audit googlenet",
    "audit resnet --no-explain",
    "diff googlenet googlenet-cifar10",
    "sweep googlenet-digits",
    "list",
)


@pytest.mark.parametrize("width", [80, 100])
@pytest.mark.parametrize("command", COMMANDS)
def test_no_line_is_wider_than_the_terminal(command, width):
    shown, code = screen(command.split(), width)
    assert code in (0, 1)
    wide = [line for line in plain(shown).splitlines() if len(line) > width]
    assert wide == []


@pytest.mark.parametrize("command", ["summary googlenet", "list"])
def test_what_has_no_room_is_named_and_a_pipe_has_it(command):
    shown, _ = screen(command.split(), 80)
    told = " ".join(plain(shown).split()).partition("no room for: ")[2]
    missing = told.partition(" (a wider terminal, or `| less -S`)")[0].split(", ")
    done = subprocess.run(
        [sys.executable, "-m", "archcompiler", *command.split()],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert "no room for" not in done.stdout
    wide = max(map(len, done.stdout.splitlines()))
    assert wide > 80
    headings = plain(shown).splitlines()[0 if command == "list" else 2].split("  ")
    for heading in missing:
        assert heading in done.stdout
        assert heading not in headings
