"""The hooks for pre-commit, in a repository of somebody who has only the package.

What is installed is the last commit of this one, as it would be from anywhere.
"""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

GOOD = """\
name: small
input: 8x8x3
table:
  columns: [type, patch, filters, output size]
  rows:
  - conv: [Conv2D, 3x3, 4, 6x6x4]
"""


def run(folder: Path, *command: str) -> tuple[int, str]:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


def git(folder: Path, *arguments: str) -> str:
    name = ("-c", "user.name=a", "-c", "user.email=a@example.org")
    status, output = run(folder, "git", *name, *arguments)
    assert status == 0, output
    return output.strip()


@pytest.mark.slow
def test_the_hooks_run_in_a_fresh_repository(tmp_path, monkeypatch):
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "home"))
    theirs = tmp_path / "theirs"
    (theirs / "specs").mkdir(parents=True)
    spec = theirs / "specs" / "small.yaml"
    spec.write_text(GOOD)
    (theirs / "compose.yaml").write_text("services: [a]\n")
    (theirs / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: {ROOT}\n  rev: {git(ROOT, 'rev-parse', 'HEAD')}\n"
        "  hooks: [{id: archc-fmt}, {id: archc-check}, {id: archc-emit}]\n"
    )
    git(theirs, "init", "-q")
    git(theirs, "add", ".")
    hooks = (sys.executable, "-m", "pre_commit", "run", "--all-files", "-v")
    status, output = run(theirs, *hooks)
    assert status == 1
    assert "archc emit --check" in output
    assert "small: 112 parameters" in output
    assert "0 of 1 file formatted" in output
    assert "error[stale-source]" in output
    assert "Traceback" not in output

    spec.write_text(GOOD.replace("6x6x4", "6x6x5 ").replace("conv: [", "conv:   ["))
    status, output = run(theirs, *hooks)
    assert status == 1
    assert "specs/small.yaml: formatted" in output
    assert "error[size-mismatch]" in output
    assert spec.read_text() == GOOD.replace("6x6x4", "6x6x5")
