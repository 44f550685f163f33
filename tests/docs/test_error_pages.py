"""docs/errors: each code has a page, whose example gives that code and is mended.

After a change that is meant, `pytest tests/docs --refresh-goldens` writes the output
of today, and the list of the pages.
"""

import re
from pathlib import Path

import pytest
from examples import Runner, read_examples, read_generated, refreshed

from archcompiler.cli import main
from archcompiler.cli.explain import pages_folder
from archcompiler.diagnostics import CODES, CODES_BY_SUBJECT

FOLDER = Path(__file__).parents[2] / "docs" / "errors"
INDEX = FOLDER / "README.md"

WITHOUT_EXAMPLE = {"memory", "build-mismatch"}
"""Codes that depend on the machine, or that no spec gives."""


def codes_list() -> str:
    """Return the list of the pages, in Markdown."""
    lines = []
    for subject, codes in CODES_BY_SUBJECT.items():
        lines += [f"\n## {subject[0].upper()}{subject[1:]}\n"]
        lines += [f"- [{code}]({code}.md): {told}" for code, told in codes.items()]
    return "\n".join([*lines, ""])


def test_the_list_of_the_pages_is_that_of_the_codes(
    request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    if request.config.getoption("--refresh-goldens"):
        listed = {"codes": codes_list()}
        INDEX.write_text(refreshed(INDEX.read_text(), Runner(tmp_path), listed))
    assert read_generated(INDEX.read_text())["codes"] == codes_list()


def test_each_code_has_a_page_and_each_page_a_code() -> None:
    assert pages_folder() == FOLDER
    assert {p.stem for p in FOLDER.glob("*.md")} == {*CODES, "README"}


@pytest.mark.thorough
@pytest.mark.parametrize("code", CODES)
def test_a_page_shows_its_code_and_how_it_is_mended(
    code: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    path = FOLDER / f"{code}.md"
    if request.config.getoption("--refresh-goldens"):
        folder = tmp_path / "refreshed"
        folder.mkdir()
        path.write_text(refreshed(path.read_text("utf-8"), Runner(folder), {}))
    text = path.read_text("utf-8")
    assert text.startswith(f"# {code}\n\n")
    runner = Runner(tmp_path)
    examples = [(e, runner.run(e)) for e in read_examples(text)]
    for example, printed in examples:
        assert printed == example.text, f"{path.name}:{example.line}"
    shown = [printed for example, printed in examples if example.kind == "console"]
    if code in WITHOUT_EXAMPLE:
        assert not shown
        return
    *wrong, mended = shown
    assert set(re.findall(r"error\[(.*?)\]", "".join(wrong))) == {code}
    assert "error" not in mended


def test_explain_prints_the_page_of_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    page = (FOLDER / "size-mismatch.md").read_text("utf-8")
    for spelled in ("size-mismatch", "error[size-mismatch]:"):
        assert main(["explain", spelled]) == 0
        assert capsys.readouterr().out == page


def test_explain_lists_all_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain"]) == 0
    told = dict(re.findall(r"^  (\S+) +(.*)$", capsys.readouterr().out, re.MULTILINE))
    assert told == CODES


def test_explain_refuses_what_is_no_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "size-mismtch"]) == 2
    said = "no error has the code `size-mismtch`; did you mean `size-mismatch`?"
    assert capsys.readouterr().err == f"archc: error: {said}\n"


def test_a_page_in_colours_has_its_words_without_the_marks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert main(["explain", "bad-value"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("\x1b[1mbad-value\x1b[0m\n\n")
    assert "```" not in out
    assert "\n    \x1b[31m-  - fc: [Dense, 10, sofmax]\x1b[0m\n" in out
