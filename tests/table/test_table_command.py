"""`archc table`: output, files and exit codes."""

import json
import os
import stat

import pytest

from archcompiler.cli import main

SPEC = """\
name: small
input: 8x8x3
parameters: {filters: 4}
table:
  columns: [name, type, patch, filters, output size]
  rows:
  - [conv, Conv2D, 3x3, <filters>, 6x6x4]
"""
TEXT = """\
small

name  type    patch  filters  output size
conv  Conv2D  3x3          4  6x6x4
"""


@pytest.fixture
def archc(capsys):
    """Run a command in this process: exit code, stdout, stderr."""

    def run(*arguments):
        code = main(["table", *map(str, arguments)])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_text_is_printed_unless_said_otherwise(archc, write_spec):
    assert archc(write_spec(SPEC)) == (0, TEXT, "")


def test_help_has_examples(archc):
    code, out, err = archc("--help")
    assert (code, err) == (0, "")
    assert "archc table googlenet --format csv" in out


def test_marks_are_shown_on_demand(archc, write_spec):
    out = archc(write_spec(SPEC), "--marks")[1]
    assert "6x6x4       =\n" in out
    assert out.endswith("\n\n= agrees\n")


def test_a_claim_that_fails_is_printed_and_told(archc, write_spec):
    spec = write_spec(SPEC.replace("6x6x4", "7x7x4"))
    code, out, err = archc(spec, "--format", "csv", "--marks")
    assert code == 1
    assert out.splitlines()[1] == "conv,Conv2D,3x3,4,7x7x4,differs"
    assert "error[size-mismatch]" in err


def test_settings_are_noted(archc, write_spec):
    code, out, err = archc(write_spec(SPEC), "--set", "filters=8", "--format", "csv")
    assert (code, out.splitlines()[1]) == (0, "conv,Conv2D,3x3,8,6x6x8,output size")
    assert "small: note: printed claims are dropped" in err


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("t.csv", "name,type,"),
        ("t.md", "| name |"),
        ("t.TEX", "% in the preamble"),
        ("t.json", "{"),
        ("t.html", "<table>"),
        ("t", "small\n"),
    ],
)
def test_a_file_is_written_in_the_format_of_its_ending(archc, write_spec, name, begins):
    spec = write_spec(SPEC)
    assert archc(spec, "-o", name) == (0, f"{name}: written\n", "")
    with open(name) as file:
        assert file.read().startswith(begins)
    assert sorted(os.listdir()) == sorted([spec, name])


def test_a_format_overrules_the_ending(archc, write_spec):
    assert archc(write_spec(SPEC), "--format", "json", "-o", "t.csv")[0] == 0
    with open("t.csv") as file:
        assert json.load(file)["name"] == "small"


def test_a_file_keeps_its_permissions(archc, write_spec):
    spec = write_spec(SPEC)
    with open("t.csv", "w"):
        pass
    os.chmod("t.csv", 0o640)
    archc(spec, "-o", "t.csv")
    assert stat.S_IMODE(os.stat("t.csv").st_mode) == 0o640


def test_a_spec_that_cannot_be_built_leaves_the_file_alone(archc, write_spec):
    spec = write_spec(SPEC.replace("Conv2D", "Conv2d"))
    with open("t.csv", "w") as file:
        file.write("mine")
    code, out, err = archc(spec, "-o", "t.csv")
    assert (code, out) == (1, "")
    assert "error[unknown-op]" in err
    with open("t.csv") as file:
        assert file.read() == "mine"


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", "xml"),
        ("--columns", "some"),
        ("-o", "nowhere/t.csv"),
        ("-o", "."),
        ("--width", "3"),
    ],
)
def test_bad_usage_exits_with_2(archc, write_spec, arguments):
    code, out, err = archc(write_spec(SPEC), *arguments)
    assert (code, out) == (2, "")
    assert "error: " in err


def test_a_folder_that_refuses_has_a_code_of_its_own(archc, write_spec, monkeypatch):
    spec = write_spec(SPEC)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    code, _, err = archc(spec, "-o", "t.csv")
    assert (code, err) == (
        73,
        "archc: error: cannot write `t.csv`: Permission denied\n",
    )
    assert os.listdir() == [spec]
