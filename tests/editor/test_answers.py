"""What is told of a place in a document, and what may be typed there."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from archcompiler.checking.checking import load
from archcompiler.editor.completion import complete
from archcompiler.editor.documents import Document, Documents, View
from archcompiler.editor.hints import hints
from archcompiler.editor.hovering import hover
from archcompiler.editor.layout import layout
from archcompiler.editor.lookup import definitions, names_in
from archcompiler.editor.outline import folds, symbols
from archcompiler.editor.positions import Position
from archcompiler.editor.renaming import RenameError, renamable
from archcompiler.language.loading.places import shipped_folder

INVALID = Path(__file__).parent.parent / "invalid"
TYPED = ("", "[", "}", ": ", "<", "a, ", "- x: {y", "\t", "\N{SNOWMAN}", "'")
GOOGLENET = shipped_folder() / "googlenet.yaml"


def view_of(text: str, path: Path = GOOGLENET) -> View:
    """Return what is known of a text that is open at a path."""
    documents = Documents()
    documents.open(Document(path.as_uri(), path, text))
    return _view(documents, path)


@pytest.fixture(scope="module")
def googlenet() -> View:
    return view_of(GOOGLENET.read_text())


def position_of(view: View, line: str, word: str) -> Position:
    """Return the position within a word of the first line that holds a text."""
    at = next(n for n, text in enumerate(view.lines) if line in text)
    start = view.lines[at].index(line)
    return Position(at, view.lines[at].index(word, start) + 1)


@pytest.mark.parametrize(
    ("line", "word", "told"),
    [
        ("[inception (3a)", "3a", ["28x28x256", "163,696", "128M", "= agrees"]),
        ("[inception (3a)", "28x28", ["**3a**"]),
        ("[inception (3a)", "nception", ["block **inception", "called by `3a`, `3b`"]),
        ("[conv: {name: 1x1", "filters", ["column `filters` of the block conv"]),
        ("[conv: {name: 1x1", "<1x1>", ["`1x1` = **64** in `3a`"]),
        ("MaxPooling2D: {", "padding", ["unless given", "one of `valid`, `same`"]),
        ("MaxPooling2D: {", "MaxP", ["pool_size", "Largest value"]),
        ("Dense: {units", "<classes>", ["`classes` = **1000**"]),
        ("columns: [type, patch size", "depth", ["what the paper prints of a row"]),
        ("columns: [type, patch size", "#1x1", ["a column of `inception (<name>)`"]),
        ("claims:", "claims", ["What the paper's numbers count"]),
        ("counts: weights", "counts", ["What the number counts"]),
        ("1x1x<classes>", "classes", ["`classes` = **1000** in `linear`"]),
    ],
)
def test_hovering_tells(googlenet: View, line: str, word: str, told: list[str]) -> None:
    found = hover(googlenet, position_of(googlenet, line, word))
    assert found is not None
    for text in told:
        assert text in found.text


@pytest.mark.parametrize(
    ("line", "word", "defined"),
    [
        ("[inception (3a)", "nception", "  inception (<name>):"),
        ("[conv: {name: 1x1", "onv", "  conv: "),
        ("[conv: {name: 1x1", "filters", "    columns: [patch, filters]"),
        ("filters: <1x1>}]", "1x1>", "    columns: [1x1,"),
        ("Dense: {units: <classes>", "classes", "parameters: {classes"),
    ],
)
def test_what_is_named_is_found(
    googlenet: View, line: str, word: str, defined: str
) -> None:
    spans = definitions(googlenet, position_of(googlenet, line, word))
    assert [googlenet.lines[span.line - 1].startswith(defined) for span in spans] == [
        True
    ]


def test_a_variant_finds_its_base_and_what_stands_there() -> None:
    text = "name: mine\nextends: googlenet\nremove: [3a]\n"
    view = view_of(text, GOOGLENET.parent / "mine.yaml")
    (base,) = definitions(view, position_of(view, "extends", "googlenet"))
    assert base.source.name == str(GOOGLENET)
    (row,) = definitions(view, position_of(view, "remove", "3a"))
    assert row.source.line(row.line).lstrip().startswith("- [inception (3a)")


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("  - [ince", ["inception (<name>)", "Conv2D", "relu", "max pool"]),
        ("  - new: {type: Conv2D, pad", ["padding", "patch", "from"]),
        ("  - {type: Conv2D, padding: sa", ["valid", "same"]),
        ("  - {type: concatenate, from: [", ["3a", "conv1", "input"]),
        ("  - [softmax, ~, 1x1x<cla", ["classes", "conv1"]),
        ("outputs: [", ["3a", "softmax"]),
        ("varian", ["variants", "claims", "training"]),
        ("training: {optimizer: ", ["SGD", "Adam"]),
        ("variants: {a: {cells: {3a: {", ["#3x3", "params"]),
        ("variants: {a: {repl", ["replace", "insert after"]),
    ],
)
def test_what_may_stand_there_is_offered(typed: str, offered: list[str]) -> None:
    lines = GOOGLENET.read_text().split("\n")
    end = next(n for n, line in enumerate(lines) if line.startswith("  - [softmax"))
    lines[end + 1 :] = typed.split("\n")
    view = view_of("\n".join(lines))
    at = Position(len(lines) - 1, len(lines[-1]))
    labels = [item.label for item in complete(view, at).items]
    assert set(offered) <= set(labels), labels


def test_a_step_is_offered_what_its_block_has(googlenet: View) -> None:
    at = position_of(googlenet, "[conv: {name: 1x1", "<1x1>")
    labels = [item.label for item in complete(googlenet, at).items]
    assert {"1x1", "pool proj", "3x3 reduce", "classes", "floor"} <= set(labels)
    at = position_of(googlenet, "Dense: {units", "nits")
    assert "kernel_initializer" in [i.label for i in complete(googlenet, at).items]


def test_extends_offers_what_ships_and_what_stands_beside() -> None:
    view = view_of("name: mine\nextends: \n", GOOGLENET.parent / "mine.yaml")
    labels = [item.label for item in complete(view, Position(1, 9)).items]
    assert {"googlenet", "resnet50"} <= set(labels)


@pytest.mark.slow
def test_what_shipped_specs_name_is_defined() -> None:
    """Rows and blocks of each spec that ships are found where the graph has them."""
    for path in sorted(shipped_folder().glob("*.yaml")):
        view = view_of(path.read_text(), path)
        if "extends" in view.root.entries:
            continue
        architecture = load(path)
        found = names_in(view)
        rows = {n.name.text for n in found if n.name.kind == "row" and n.defines}
        assert {row.name for row in architecture.rows} <= rows, path.name
        blocks = {n.name.text for n in found if n.name.kind == "block" and n.defines}
        used = [name for each in architecture.program.used for name in each.blocks]
        assert architecture.program.blocks.keys() - {*used} <= blocks, path.name
        for each in found:
            if each.defines and each.name.kind in ("column", "step", "parameter"):
                assert each.name.text in each.span.source.line(each.span.line)


WITH_VARIANTS = """\
name: small
input: 8x8x3
table:
  columns: [name, type, patch, filters]
  rows:
  - [conv1, Conv2D, 3x3, 4]
  - [conv2, Conv2D, 3x3, 4]
variants:
  wide:
    cells:
      conv1: {filters: 16}
    replace:
      conv2: [conv2, Conv2D, 1x1, 2]
    insert after:
      conv2:
      - [conv3, Conv2D, 3x3, 5]
  flat: {remove: [conv2], cells: {conv1: {filters: 9}}}
  wrong:
    cells:
      conv1: {patch: 9x9}
"""


def told_beside(view: View, word: str) -> list[str]:
    """Return the hints of the last line that holds a text."""
    at = max(n for n, line in enumerate(view.lines) if word in line)
    return [h.text for h in hints(view, at, at) if h.position.line == at]


def test_rows_of_a_variant_are_told_as_the_variant_makes_them(tmp_path: Path) -> None:
    (tmp_path / "small.yaml").write_text(WITH_VARIANTS)
    view = view_of(WITH_VARIANTS, tmp_path / "small.yaml")
    wide = load(f"{tmp_path / 'small.yaml'}:wide")
    rows = {
        row.name: f"{wide.totals(row).parameters:,} parameters" for row in wide.rows
    }
    words = ("conv1: {filters: 16}", "[conv2, Conv2D, 1x1", "[conv3")
    for name, word in zip(rows, words, strict=True):
        (text,) = told_beside(view, word)
        assert rows[name] in text
    (total,) = told_beside(view, "wide:")
    assert f"{wide.parameters:,} parameters" in total
    (total,) = told_beside(view, "flat:")  # its row shares the line
    assert "252 parameters" in total
    assert told_beside(view, "wrong:") == told_beside(view, "9x9") == []


def test_a_variant_keeps_its_hints_while_the_text_is_broken() -> None:
    documents, path = Documents(), GOOGLENET.with_name("small.yaml")
    documents.open(Document(path.as_uri(), path, WITH_VARIANTS))
    (before,) = told_beside(_view(documents, path), "[conv3")
    broken = WITH_VARIANTS.replace("input:", "# new\ninput: [")
    documents.change(path.as_uri(), broken, None)
    assert told_beside(_view(documents, path), "[conv3") == [before]


def _view(documents: Documents, path: Path) -> View:
    view = documents.view(path.as_uri())
    assert view is not None
    return view


@pytest.mark.slow
def test_whatever_stands_there_every_question_has_an_answer(campaign: int) -> None:
    """Texts broken at random places, asked everything at random places."""
    chance = random.Random(3)
    paths = sorted([*shipped_folder().glob("*.yaml"), *INVALID.glob("*.yaml")])
    for path in chance.choices(paths, k=60 * campaign):
        lines = path.read_text("utf-8", errors="replace").split("\n")
        documents = Documents()
        documents.open(Document(path.as_uri(), path, "\n".join(lines)))
        for _ in range(4):
            view = documents.view(path.as_uri())
            if view is not None:
                _ask_everything(view, chance)
            line = chance.randrange(len(lines))
            at, end = sorted(chance.choices(range(len(lines[line]) + 1), k=2))
            lines[line] = f"{lines[line][:at]}{chance.choice(TYPED)}{lines[line][end:]}"
            documents.change(path.as_uri(), "\n".join(lines), None)


def _ask_everything(view: View, chance: random.Random) -> None:
    layout(view)
    symbols(view)
    folds(view)
    hints(view, 0, len(view.lines))
    for _ in range(12):
        line = chance.randrange(len(view.lines))
        position = Position(line, chance.randint(0, len(view.lines[line])))
        hover(view, position)
        definitions(view, position)
        complete(view, position)
        with suppress(RenameError):
            renamable(view, position)
