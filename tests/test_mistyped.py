"""Mistyped commands, options and choices: each is told what it may be."""

import argparse

import pytest

from archcompiler.cli import main
from archcompiler.cli.arguments import parser, read_arguments


def commands() -> dict[str, argparse.ArgumentParser]:
    """Return the parser of every command."""
    (found,) = [a for a in parser()._actions if isinstance(a.choices, dict)]
    return found.choices


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    with pytest.raises(SystemExit) as stop:
        read_arguments(arguments)
    assert stop.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


def mistyped(word: str) -> str:
    """Return a word without its last letter but one; a short one has that twice."""
    return word[:-2] + (word[-1] if len(word) > 6 else word[-2] * 2 + word[-1])


@pytest.mark.thorough
@pytest.mark.parametrize("command", commands())
def test_a_mistyped_command_and_each_of_its_options_is_told_what_it_may_be(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refusal(capsys, mistyped(command), "googlenet")
    wrong = repr(mistyped(command))
    meant = f"; did you mean `{command}`?"
    assert said == f"archc: error: argument COMMAND: there is no {wrong}{meant}"
    for option in commands()[command]._option_string_actions:
        if option.startswith("--") and mistyped(option) not in ("--help", option):
            said = refusal(capsys, command, f"{mistyped(option)}=x")
            assert said.endswith(f"arguments: {mistyped(option)}=x{meant_by(option)}")


def meant_by(option: str) -> str:
    return f"; did you mean `{option}`?"


@pytest.mark.thorough
def test_what_resembles_nothing_is_told_all_choices(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = refusal(capsys, "xyzzy")
    assert said.endswith(f"there is no 'xyzzy'; choose from {', '.join(commands())}")
    said = refusal(capsys, "check", "vgg", "--format", "xml")
    assert said.endswith("there is no 'xml'; choose from text, json, github, sarif")
    said = refusal(capsys, "sweep", "--sort", "macz")
    assert said.endswith("argument --sort: there is no 'macz'; did you mean `macs`?")
    assert refusal(capsys, "list", "--zzz").endswith("unrecognized arguments: --zzz")


def test_an_option_of_a_command_is_not_one_of_archc(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = refusal(capsys, "--set", "a=1", "check", "vgg")
    assert said == "archc: error: unrecognized arguments: --set"
    assert refusal(capsys, "--verson").endswith("did you mean `--version`?")


@pytest.mark.thorough
def test_what_follows_two_dashes_is_no_option() -> None:
    assert read_arguments(["check", "--", "--formt"]).specs == ["--formt"]
    assert read_arguments(["check", "-:wide"]).specs == ["-:wide"]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("shape-mismach", "did you mean `shape-mismatch`?"),
        ("SHAPE_MISMATCH", "did you mean `shape-mismatch`?"),
        ("size", "see size-mismatch"),
        ("brackets", "see too-deep"),
        ("parameter", "did you mean `unused-parameter`?"),
        ("E0308", "`archc explain` lists all"),
        ("zzz", "`archc explain` lists all"),
    ],
)
def test_a_code_that_no_error_has_is_told_those_near_it(
    capsys: pytest.CaptureFixture[str], code: str, said: str
) -> None:
    assert main(["explain", code]) == 2
    message = f"archc: error: no error has the code `{code}`; {said}"
    assert capsys.readouterr().err.rstrip() == message
