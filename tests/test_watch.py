"""`archc check --watch`: a real process, whose files change."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from archcompiler.cli import main
from archcompiler.ending import INTERRUPTED

BASE = """\
name: base
input: 8x8x3
use: [shared]
table: {columns: [type], rows: [conv]}
"""
BLOCKS = "blocks: {conv: {sequence: [Conv2D: {patch: 3x3, filters: 4}]}}\n"


def save(path: Path, text: str) -> None:
    """Write a file as editors do: it is there whole or as it was."""
    path.with_suffix(".new").write_text(text)
    path.with_suffix(".new").replace(path)


@pytest.mark.slow
def test_it_checks_again_whichever_file_changes_and_ctrl_c_ends_it(tmp_path: Path):
    files = {
        "base.yaml": BASE,
        "shared.yaml": BLOCKS,
        "spec.yaml": "name: spec\nextends: base\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with subprocess.Popen(
        [sys.executable, "-m", "archcompiler", "check", "spec.yaml", "--watch"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            assert process.stdout.readline().startswith("spec: 112 parameters")
            save(tmp_path / "shared.yaml", BLOCKS.replace("4", "8"))
            assert process.stdout.readline().startswith("spec: 224 parameters")
            save(tmp_path / "base.yaml", BASE.replace("8x8x3", "8x8x1"))
            assert process.stdout.readline().startswith("spec: 80 parameters")
            save(tmp_path / "spec.yaml", "name: spec\nextends: other\n")
            assert "error[bad-variant]" in process.stdout.readline()
            save(tmp_path / "other.yaml", BASE.replace("base", "other"))
            while not (line := process.stdout.readline()).startswith("spec: "):
                assert line, "it ended"
            assert line.startswith("spec: 224 parameters")
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == INTERRUPTED
            assert process.stdout.read() == ""
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-"], "--watch reads again: `-` can be read once"),
        (["vgg16", "--json"], "--watch is for people: leave the format out"),
    ],
)
def test_what_cannot_be_watched_is_refused(arguments, said, capsys):
    assert main(["check", "--watch", *arguments]) == 2
    assert said in capsys.readouterr().err
