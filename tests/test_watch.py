"""`archc check --watch`: a real process, whose files change."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from threading import Timer

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


ROW = """\
name: base
input: 8x8x3
table: {columns: [type, patch, filters], rows: [[Conv2D, 1x1, 4]]}
"""


class Watched:
    """A process that watches, and the lines that it tells."""

    def __init__(self, folder: Path, *specs: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "archcompiler", "check", *specs, "--watch"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=folder,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        self.end = Timer(120, self.process.kill)
        self.end.start()

    def __enter__(self) -> "Watched":
        return self

    def __exit__(self, *raised: object) -> None:
        self.end.cancel()
        self.process.kill()
        self.process.communicate()

    def tells(self, text: str) -> None:
        """Read until a line that holds a text."""
        read = []
        for line in self.process.stdout:
            read.append(line)
            if text in line:
                return
        raise AssertionError(f"it ended without {text!r}: {read}")


@pytest.mark.slow
def test_it_watches_what_a_broken_spec_has_read(tmp_path: Path):
    """A base and blocks, in a folder of their own, broken before the first check."""
    (tmp_path / "sub").mkdir()
    base = tmp_path / "sub" / "base.yaml"
    base.write_text("table: [")
    (tmp_path / "spec.yaml").write_text("name: spec\nextends: sub/base\n")
    with Watched(tmp_path, "spec.yaml") as watched:
        watched.tells("error[yaml-syntax]")
        save(base, ROW)
        watched.tells("spec: 16 parameters")
        base.unlink()
        watched.tells("error[bad-variant]")
        save(base, ROW.replace("1, 4", "1, 8"))
        watched.tells("spec: 32 parameters")


@pytest.mark.slow
def test_it_outlives_whatever_becomes_of_the_file(tmp_path: Path):
    path = tmp_path / "sub" / "spec.yaml"
    with Watched(tmp_path, "sub/spec.yaml") as watched:
        watched.tells("there is no file")
        path.parent.mkdir()
        path.write_bytes(b"\xff")
        watched.tells("is not UTF-8")
        path.unlink()
        path.mkdir()
        watched.tells("is a directory")
        path.rmdir()
        path.symlink_to(path)
        watched.tells("error[unreadable-file]")
        path.unlink()
        path.parent.rmdir()
        path.parent.mkdir()
        path.write_text(ROW)
        watched.tells("base: 16 parameters")
        path.unlink()
        os.mkfifo(path)
        watched.tells("can be read once")
        assert watched.process.wait(30) == 2


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
