"""What a help proposes is done by a machine, and must help."""

import shutil
from pathlib import Path

import pytest
from executing import apply_edits, execute

from archcompiler.checking.checking import check
from archcompiler.diagnostics import Diagnostic, Edit, Source, Span, suggest, write
from archcompiler.reports.records import diagnostic_record

INVALID = Path(__file__).parent.parent / "invalid"


@pytest.fixture(scope="module")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("help") / "invalid"
    shutil.copytree(INVALID, folder)
    return folder


@pytest.mark.thorough
def test_what_the_invalid_specs_are_told_helps(
    copies: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(copies)
    executed = 0
    for path in sorted(copies.glob("*.yaml")):
        found = check(path.name).diagnostics
        if not any(finding.edits for finding in found[:1]):
            continue
        done = execute(path, found)
        assert done is not None
        assert not done.wrong, f"{path.stem}: {found[0]}\n{done.wrong}"
        executed += 1
    assert executed >= 60


def test_a_help_that_proposes_a_text_carries_its_edit() -> None:
    source = Source("small.yaml", "name: tiny\nimput: 8x8x3")
    span = Span(source, 2, 1, 6)
    found = Diagnostic("unknown-key", "", span, help=suggest("imput", ["input"]))
    assert found.help == "did you mean `input`?"
    assert found.edits == (Edit(span, "input"),)
    assert apply_edits(source.text, found.edits) == "name: tiny\ninput: 8x8x3"


def test_an_edit_of_an_empty_place_inserts() -> None:
    source = Source("small.yaml", "[a b]")
    found = Diagnostic("bad-value", "", help=write(",", Span(source, 1, 2, 3).after))
    assert apply_edits(source.text, found.edits) == "[a, b]"


def test_texts_that_go_on_in_the_next_line_have_no_edit() -> None:
    span = Span(Source("small.yaml", "a\nb"), 1, 1, 2, goes_on=True)
    assert Diagnostic("bad-value", "", span, help=write("x")).edits == ()


def test_a_proposed_text_is_quoted_where_yaml_wants_it() -> None:
    span = Span(Source("small.yaml", "#1x2"), 1, 1, 5)
    for name, written in (("#1x1", '"#1x1"'), ("a, b", '"a, b"'), ("in -1", "in -1")):
        found = Diagnostic("bad-value", "", span, help=suggest(name, [name]))
        assert found.edits == (Edit(span, written),)


def test_json_carries_the_edit() -> None:
    span = Span(Source("small.yaml", "imput: 8x8x3"), 1, 1, 6)
    found = Diagnostic("unknown-key", "", span, help=suggest("imput", ["input"]))
    place = {"file": "small.yaml", "line": 1, "column": 1, "end": 6}
    assert diagnostic_record(found)["edits"] == [{**place, "text": "input"}]


def test_of_two_words_that_are_as_near_none_is_chosen() -> None:
    words = ["categorical crossentropy", "binary crossentropy"]
    help = suggest("cross entropy", words)
    assert help == f"did you mean `{words[0]}` or `{words[1]}`?"
    assert Diagnostic("bad-value", "", help=help).edits == ()
