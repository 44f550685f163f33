"""What README.md shows is what is printed."""

import re
import shlex
from pathlib import Path

import pytest

import archcompiler
from archcompiler.cli import main

ROOT = Path(__file__).parent.parent.parent
README = (ROOT / "README.md").read_text("utf-8")
FILES = {
    "wide.yaml": "name: wide\nextends: googlenet\ncells: {3a: {5x5: 48}}\n",
    "wrong.yaml": (
        "name: wrong\nextends: googlenet\ncells:\n"
        "  pool3: {patch: 3x3/1}\n  4a: {5x5 reduced: 24}\n"
    ),
}


def blocks(language):
    """Return the texts of the fenced blocks of one language."""
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def in_order(shown, lines):
    """Whether shown lines stand in this order; `...` stands for any number."""
    rest = iter(lines)
    wanted = [line for line in shown if line.strip() not in ("...", "")]
    return all(line in rest for line in wanted)


@pytest.mark.parametrize(
    "block",
    [
        pytest.param(block, marks=pytest.mark.slow if "archc audit" in block else ())
        for block in blocks("console")
    ],
)
def test_console_output_is_what_the_command_prints(
    block, tmp_path, monkeypatch, capsys
):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    command, *shown = block.splitlines()
    program, *arguments = shlex.split(command.removeprefix("$ "))
    assert program == "archc"
    main(arguments)
    printed = capsys.readouterr()
    text = printed.out or printed.err
    assert in_order(shown, text.splitlines()), text


def test_the_yaml_shown_is_that_of_the_spec():
    spec = (ROOT / "specs" / "googlenet.yaml").read_text("utf-8").splitlines()
    assert in_order(blocks("yaml")[0].splitlines(), spec)


def test_the_python_shown_is_what_is_emitted():
    emitted = archcompiler.load("googlenet").to_source().splitlines()
    assert in_order(blocks("python")[0].splitlines(), emitted)


def test_the_variant_shown_is_the_one_that_is_compared():
    assert blocks("yaml")[1] == "# wide.yaml\n" + FILES["wide.yaml"]
