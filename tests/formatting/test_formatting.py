"""Formatting: comments and meaning kept, the same whatever the layout was."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archcompiler.cli import main
from archcompiler.diagnostics import Source
from archcompiler.formatting import format_spec
from archcompiler.formatting.lines import lines_of

FOLDER = Path(__file__).parent.parent.parent / "specs"
SPECS = sorted(FOLDER.rglob("*.yaml"))


def formatted(text: str) -> str:
    return format_spec(Source("spec.yaml", text))


def test_columns_stand_under_each_other():
    rows = """\
table:
    rows:
        - conv1: [conv,7x7/2, 112x112x64,  1]   # the stem
        -   [inception (3a), ~, 28x28x256, 12]

        # not printed
        - far: [a block whose name goes on and on, ~, 7x7, 1]
        - [pool, 3x3/2]
variants:
    a: {parameters: {model: A}, expect: {depth: 8}}
    long: {parameters: {model: Long}, expect: {depth: 18}}
"""
    assert (
        formatted(rows)
        == """\
table:
  rows:
  - conv1: [conv,    7x7/2, 112x112x64,  1]     # the stem
  - [inception (3a), ~,     28x28x256,  12]

  # not printed
  - far: [a block whose name goes on and on, ~, 7x7, 1]
  - [pool,           3x3/2]
variants:
  a:    {parameters: {model: A},    expect: {depth: 8}}
  long: {parameters: {model: Long}, expect: {depth: 18}}
"""
    )


def test_brackets_over_several_lines_are_indented():
    text = 'a: [\n b, "c  d" ,\n      e: { f : g}\n   ]\nb: {c: 1,\n d: [2,\n3]}\n\n\n'
    assert formatted(text) == (
        'a: [\n  b, "c  d",\n  e: {f: g}\n]\nb: {c: 1,\n    d: [2,\n        3]}\n'
    )


def test_texts_of_several_lines_stay_as_they_are():
    text = (
        "paper:\n    b: |\n        one  \n\n          two\n"
        "    c: plain\n      goes on\n"
    )
    assert formatted(text) == (
        "paper:\n  b: |\n      one  \n\n        two\n  c: plain\n    goes on\n"
    )


def test_brackets_stay_open_behind_a_text_that_goes_on():
    text = "a: [b\n  c, d,\n  e]\nf:   1\n"
    assert formatted(text) == "a: [b\n    c, d,\n    e]\nf: 1\n"


@pytest.mark.thorough
def test_what_ships_is_formatted(capsys):
    assert main(["fmt", "--check", str(FOLDER)]) == 0, capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_a_second_time_changes_nothing(path):
    once = formatted(path.read_text("utf-8"))
    assert formatted(once) == once


@st.composite
def layouts(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a spec, and the same with blanks wherever YAML lets them be."""
    text = draw(st.sampled_from(SPECS)).read_text("utf-8")
    lines = lines_of(Source("spec.yaml", text))
    text = "\n".join(
        [each.text[: each.comment_column if each.comment else None] for each in lines]
    )
    random = draw(st.randoms(use_true_random=False))
    written = []
    for line in lines_of(Source("spec.yaml", text)):
        if line.is_kept or not line.tokens:
            written.append(line.text)
            continue
        words, before = "", ""
        for token in line.tokens:
            word = line.text[token.column : token.end]
            least = before in (",", "-", ":")
            may = before not in ("", "-") and token.kind != ":"
            most = random.choice([0, 0, 3]) if may else 0
            words += " " * (least + most) + word
            before = token.kind
        written.append(" " * line.indent + words + " " * random.choice([0, 2]))
    return text, "\n".join(written)


@pytest.mark.slow
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(layouts())
def test_the_layout_that_was_does_not_matter(both):
    text, other = both
    assert formatted(other) == formatted(text)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "good.yaml").write_text("name: a\ntable: {rows: []}\n")
    (tmp_path / "odd.yaml").write_text("name:   a\ntable: {rows: [ ]}\n")
    (tmp_path / "other.yaml").write_text("on:   [push]\n")
    return tmp_path


@pytest.mark.thorough
def test_a_folder_has_its_specs_formatted(folder, capsys):
    assert main(["fmt", "--check", str(folder)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{folder / 'odd.yaml'}: would be formatted",
        "1 of 2 files would be formatted",
    ]
    assert main(["fmt", "--diff", str(folder / "odd.yaml")]) == 1
    assert "-name:   a\n" in capsys.readouterr().out
    assert (folder / "odd.yaml").read_text().startswith("name:   a")
    assert main(["fmt", str(folder)]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == "1 of 2 files formatted"
    assert (folder / "odd.yaml").read_text() == "name: a\ntable: {rows: []}\n"
    assert (folder / "other.yaml").read_text() == "on:   [push]\n"
    assert main(["fmt", "--check", str(folder)]) == 0


def test_what_is_no_yaml_is_left_as_it_is(folder, capsys):
    bad = folder / "bad.yaml"
    bad.write_text("table: {rows: [}\nextends:   b\n")
    assert main(["fmt", str(folder)]) == 1
    assert "error[yaml-syntax]" in capsys.readouterr().err
    assert bad.read_text() == "table: {rows: [}\nextends:   b\n"
    assert (folder / "odd.yaml").read_text().startswith("name: a")


def test_a_folder_without_specs_is_refused(tmp_path, capsys):
    assert main(["fmt", str(tmp_path)]) == 2
    assert "there is no spec below" in capsys.readouterr().err
