"""Every file of tests/invalid holds one mistake; beside it stands its explanation."""

import re
from pathlib import Path

import pytest

from archcompiler.checking.checking import check
from archcompiler.diagnostics import CODES, Diagnostic, render

INVALID = Path(__file__).parent.parent / "invalid"
SPECS = sorted(INVALID.glob("*.yaml"))

NOT_OF_SPECS = {
    "memory",
    "stale-source",
    "edited-source",
    "unsupported-source",
    "build-mismatch",
}
"""Codes about a machine or an emitted file, which no spec alone can cause."""


@pytest.mark.thorough
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_an_invalid_spec_is_explained(
    path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(INVALID)
    found = check(path.name).diagnostics
    text = render(found) + "\n"
    expected = path.with_suffix(".txt")
    if request.config.getoption("--refresh-goldens"):
        expected.write_text(text)
    assert text == expected.read_text()
    assert path.stem.split("--")[0] in {diagnostic.code for diagnostic in found}
    for diagnostic in found:
        _check_place(diagnostic)


def _check_place(diagnostic: Diagnostic) -> None:
    span = diagnostic.span
    assert span is not None
    line = span.source.line(span.line)
    assert 1 <= span.line <= span.source.text.count("\n") + 1
    assert 1 <= span.column <= len(line) + 1
    assert span.column < span.end
    assert (diagnostic.line, diagnostic.column) == (span.line, span.column)


def test_a_diagnostic_without_a_place_has_no_line() -> None:
    diagnostic = Diagnostic("memory", "the model cannot fit this machine")
    assert (diagnostic.line, diagnostic.column) == (None, None)


def test_every_code_that_a_spec_can_cause_has_an_invalid_spec() -> None:
    shown = {path.stem.split("--")[0] for path in SPECS}
    assert shown == CODES.keys() - NOT_OF_SPECS


def test_every_invalid_spec_is_named_after_a_situation() -> None:
    for path in SPECS:
        assert re.fullmatch(r"[a-z-]+--[a-z0-9-]+", path.stem)


def test_no_expected_text_is_left_over() -> None:
    texts = {path.stem for path in INVALID.glob("*.txt")}
    assert texts == {path.stem for path in SPECS}
