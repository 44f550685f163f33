"""Values in other notations: each leads to the same value in the language's own."""

import pytest

from archcompiler.language.mistakes.other_forms import (
    patch_help,
    share_help,
    size_help,
    truth_help,
)
from archcompiler.language.text.notation import read_patch, read_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("(32, 32, 3)", "32x32x3"),
        ("[32,32,3]", "32x32x3"),
        ("32 x 32 x 3", "32x32x3"),
        ("32X32X3", "32x32x3"),
        ("32²", "32x32"),
        ("32^2", "32x32"),
    ],
)
def test_a_size_in_another_form(text: str, size: str) -> None:
    assert size_help(text) == f"write `{size}`"
    assert read_size(size)


@pytest.mark.parametrize("batch", ["null", "None", "~", "-1", "?"])
def test_a_size_with_the_batch(batch: str) -> None:
    help = "write `32x32x3`, without the batch"
    assert size_help(f"{batch}, 32, 32, 3") == help
    assert size_help(f"({batch}, 32, 32, 3)") == help


@pytest.mark.parametrize(
    ("text", "patch"),
    [
        ("3", "3x3"),
        ("3²", "3x3"),
        ("(1, 7)", "1x7"),
        ("1 x 7", "1x7"),
        ("3/2", "3x3/2"),
        ("3x3, 2", ""),
        ("3x3, stride 2", "3x3/2"),
        ("3x3 s2", "3x3/2"),
        ("3x3 / 2", "3x3/2"),
        ("3x3s2", "3x3/2"),
        ("three", ""),
        ("3x3x3", ""),
    ],
)
def test_a_patch_in_another_form(text: str, patch: str) -> None:
    assert patch_help(text) == (f"write `{patch}`" if patch else "")
    assert not patch or read_patch(patch)


def test_a_truth_value_of_another_language() -> None:
    assert truth_help("False") == truth_help("no") == "write `false`"
    assert truth_help("True") == truth_help("1") == "write `true`"
    assert truth_help("maybe") == ""


@pytest.mark.parametrize(("number", "share"), [(50, "50%"), (12.5, "12.5%")])
def test_a_share_in_hundredths(number: float, share: str) -> None:
    assert share_help(number) == f"write `{share}`, or `{number / 100:g}`"


@pytest.mark.parametrize("number", [-1, 1.2, 500, "50"])
def test_what_is_no_share_in_hundredths_gets_no_help(number: object) -> None:
    assert share_help(number) == ""
