"""Renaming in every file that has the name, or in none."""

import shutil
from pathlib import Path

import pytest

from archcompiler.checking.checking import load
from archcompiler.editor.documents import Document, Documents
from archcompiler.editor.positions import Position
from archcompiler.editor.renaming import RenameError, applied, rename
from archcompiler.language.loading.places import shipped_folder

VARIANT = """\
name: variant
extends: googlenet
blocks:
  conv:
    columns: [patch, filters]
    sequence: [Conv2D: {patch: <patch>, filters: <filters>, padding: same}, relu]
cells: {3a: {"#3x3": 96}}
remove: [dropout]
insert after: {5b: [again: {type: "inception (9)", 1x1: 8, 3x3 reduce: 8, 3x3: 8,
  5x5 reduce: 8, 5x5: 8, pool proj: 8}]}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with GoogLeNet and a variant."""
    shutil.copy(shipped_folder() / "googlenet.yaml", tmp_path)
    (tmp_path / "variant.yaml").write_text(VARIANT)
    assert load(tmp_path / "variant.yaml").parameters > 0
    return tmp_path


def renamed(folder: Path, file: str, line: str, word: str, new: str) -> dict[str, str]:
    """Return the texts of the files that change where a word is renamed."""
    documents = Documents()
    path = folder / file
    documents.open(Document(path.as_uri(), path, path.read_text()))
    view = documents.view(path.as_uri())
    assert view is not None
    at = next(n for n, text in enumerate(view.lines) if line in text)
    column = view.lines[at].index(word, view.lines[at].index(line))
    position = Position(at, column + 1)
    edits = rename(view, position, new, documents.texts())
    sources = {edit.span.source for edit in edits}
    return {
        Path(source.name).name: applied(
            source.text, [edit for edit in edits if edit.span.source == source]
        )
        for source in sources
    }


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("line", "word", "new", "inside", "beside"),
    [
        ("conv:", "conv", "unit", "  unit:  ", "  unit:\n    columns"),
        ("[inception (3a)", "3a", "x", "[inception (x)", "cells: {x: {"),
        ("- dropout:", "dropout", "drop", "- drop: [", "remove: [drop]"),
        ("inception (<", "inception", "mixed <name>", "[mixed 3a,", "type: mixed 9"),
        ("columns: [patch, filters]", "filters", "n", "filters: <n>", ""),
        ("columns: [1x1", "3x3 reduce", "narrow", "<narrow>", "narrow: 8"),
        ("[softmax,", "softmax", "p", "- p: [softmax,", ""),
        ("parameters:", "classes", "kinds", "1x1x<kinds>", ""),
    ],
)
def test_a_name_is_changed_in_each_file(
    folder: Path, line: str, word: str, new: str, inside: str, beside: str
) -> None:
    before = load(folder / "variant.yaml")
    changed = renamed(folder, "googlenet.yaml", line, word, new)
    assert inside in changed["googlenet.yaml"]
    assert beside in changed.get("variant.yaml", "")
    for name, text in changed.items():
        (folder / name).write_text(text)
    assert load(folder / "variant.yaml").macs == before.macs


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("line", "word", "new", "why"),
    [
        ("- pool1:", "pool1", "pool2", "there is a row `pool2` already"),
        ("  max pool:", "max pool", "conv", "there is a block `conv` already"),
        ("  max pool:", "max pool", "ReLU", "needs a name of its own"),
        ("inception (<", "inception", "mixed", "the holes .* are to be kept: `<name>`"),
        ("columns: [1x1", "3x3 reduce", "3x3", "there is a (column|heading) `3x3`"),
        ("columns: [patch", "patch", "window", "is a word of the language"),
        ("- pool1:", "pool1", "a: b", ""),
        ("name: googlenet", "googlenet", "other", "no row, block, column"),
    ],
)
def test_a_name_that_would_change_more_is_refused(
    folder: Path, line: str, word: str, new: str, why: str
) -> None:
    if not why:
        assert (
            '"a: b":'
            in renamed(folder, "googlenet.yaml", line, word, new)["googlenet.yaml"]
        )
        return
    with pytest.raises(RenameError, match=why):
        renamed(folder, "googlenet.yaml", line, word, new)


def test_what_stands_elsewhere_is_not_renamed_from_here(tmp_path: Path) -> None:
    (tmp_path / "variant.yaml").write_text(VARIANT)
    with pytest.raises(RenameError, match="another folder"):
        renamed(tmp_path, "variant.yaml", "remove:", "dropout", "drop")


def test_shared_blocks_are_renamed_in_the_specs_that_use_them(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    blocks = "blocks:\n  unit:\n    columns: [n]\n    sequence: [Dense: {units: <n>}]\n"
    (tmp_path / "parts" / "mine.yaml").write_text(blocks)
    (tmp_path / "net.yaml").write_text(
        "name: net\ninput: 4\nuse: [parts/mine]\n"
        "table: {columns: [type, n], rows: [a: [unit, 3], b: [unit, 2]]}\n"
    )
    changed = renamed(tmp_path, "parts/mine.yaml", "unit:", "unit", "layer")
    assert "  layer:" in changed["mine.yaml"]
    assert "rows: [a: [layer, 3], b: [layer, 2]]" in changed["net.yaml"]
