"""Panels: one drawing for all calls of a block, optional steps dashed."""

from collections.abc import Iterable
from typing import get_args

import pytest
from shipped import TABLES, few_first

from archcompiler import load
from archcompiler.figures.figure import Kind
from archcompiler.figures.lines import lines_of
from archcompiler.figures.panels import panels_of
from archcompiler.figures.presence import optional_captions
from archcompiler.figures.scene import Text
from archcompiler.figures.wording import listed, size
from archcompiler.language.loading.places import shipped_specs


def captions(name: str) -> dict[str, tuple[str, ...]]:
    return {
        panel.drawing.block.name: panel.captions
        for panel in panels_of(load(name).expansion)
    }


def words(name: str, kind: Kind = "sheet") -> str:
    scene = load(name).plot(kind).scene
    texts = [mark for mark in scene.walk() if isinstance(mark, Text)]
    return "\n".join(["".join(run.text for run in text.runs) for text in texts])


def test_cells_are_named_by_the_headings_of_the_table():
    text = words("googlenet")
    for heading in ("#1x1", "#3x3 reduce", "#3x3", "#5x5 reduce", "#5x5", "pool proj"):
        assert f"\n{heading}\n" in text


@pytest.mark.thorough
def test_an_optional_step_is_told_by_where_it_is():
    found = captions("efficientnet-b0")["MBConv<t>, k<k>x<k>"]
    assert "dashed 1×1 conv: not in 2" in found
    assert "dashed +, (dropout): not in the first of each row" in found
    assert "s = 2: only in the first of 3–5, 7" in found
    (found,) = [told for name, told in captions("resnet50").items() if "repeat" in name]
    assert "dashed 1×1 conv /s: only in the first of each row" in found


@pytest.mark.thorough
def test_many_numbers_of_one_word_are_one_word():
    text = words("regnet-y-400mf")
    assert "\n6, 13, 26, 55 groups · BN · ReLU\n" in text
    assert not any("groups" in each for each in captions("regnet-y-400mf")["body"])


DECODER = """\
name: decoder
input: 8x8x4
blocks:
  dilated:
    columns: [d]
    branches:
    - []
    - - Conv2D: {patch: 3x1, filters: 4, dilation_rate: <d>x1, padding: same}
      - BatchNormalization
      - relu
    merge: add
  up:
    columns: [s]
    sequence:
    - Conv2DTranspose: {patch: 3x3/<s>, filters: 4, padding: same}
    - Conv2D: {patch: 1x1, filters: 4}
table:
  columns: [name, type, d, s]
  rows:
  - [a, dilated, 2]
  - [b, dilated, 4]
  - [c, dilated, 8]
  - [d, up, ~, 1]
  - [e, up, ~, 2]
  - [f, up, ~, 2]
"""
TWICE = """\
name: twice
input: 16x16x4
blocks:
  thinned:
    columns: [s]
    sequence:
    - Conv2D: {patch: 3x3/<s>, filters: 4, padding: same}
    - Conv2D: {patch: 1x1, filters: 4}
  both:
    branches:
    - [thinned: {repeat: 2, s: 2}]
    - [MaxPooling2D: {patch: 4x4}, thinned: {repeat: 2, s: 1}]
    merge: add
table:
  columns: [name, type]
  rows: [a: both, b: both]
"""


def test_a_stride_that_differs_within_rows_is_told_by_how_often(tmp_path):
    spec = tmp_path / "twice.yaml"
    spec.write_text(TWICE)
    assert "s = 2: in 4 of 8" in captions(str(spec))["thinned"]


def test_dilations_are_one_word_and_what_enlarges_is_told_by_its_factor(tmp_path):
    spec = tmp_path / "decoder.yaml"
    spec.write_text(DECODER)
    text = words(str(spec))
    assert "dilation 2×1, 4×1, 8×1 · BN · ReLU" in text
    assert "3×3 up-conv ×s" in text
    assert captions(str(spec))["up"] == ("d, e, f", "s = 2: not in d")


def test_a_list_of_vectors_has_its_length_as_its_size():
    assert [size(shape) for shape in ((7, 9, 64), (896, 16), (10,))] == [
        "7 × 9",
        "896",
        "",
    ]


def test_the_parts_of_a_split_are_told_apart():
    figure = load("shufflenet-v2").plot().to_svg()
    assert all(f"part {part} of 2" in figure for part in (1, 2))


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a", "b"], "a, b"),
        (["conv 1", "conv 2", "conv 3", "top"], "conv 1–3, top"),
        (["cell 2", "cell 4", "cell 5", "cell 6", "cell 9"], "cell 2, 4–6, 9"),
        (["up 2", "down 2", "down 1"], "up 2, down 2, 1"),
        (["fire2", "fire4"], "fire2, fire4"),
        (["cell 1", "cell 3", "3"], "cell 1, cell 3, 3"),
        (["1", "3", "4", "5"], "1, 3–5"),
    ],
)
def test_names_are_listed_in_short(names, told):
    assert listed(names) == told


def test_words_that_would_stand_at_two_places_are_told_apart():
    (found,) = captions("mobilenet-v3-large").values()
    assert "(ReLU): only in bneck 1–6" in spaced(found)  # of both strips that have it
    assert "dashed 1×1 conv exp size: not in bneck 1" in spaced(found)


def spaced(texts: Iterable[str]) -> list[str]:
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text in texts]


@pytest.mark.parametrize("name", few_first())
def test_captions_say_of_each_word_one_place_and_of_equal_titles_which_is_which(name):
    assert_clear(name)


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*shipped_specs()} - {*TABLES}))
def test_captions_of_variants_are_as_clear(name):
    assert_clear(name)


def assert_clear(name: str) -> None:
    panels = panels_of(load(name).expansion)
    for panel in panels:
        diagram, calls = panel.drawing.diagram, panel.drawing.calls
        found = optional_captions(diagram, calls, panel.everywhere)
        words = [each for text in found for each in text.split(": ")[0].split(", ")]
        assert len({*words}) == len(words), panel.letter
    named = [(panel.drawing.block.name, panel.captions[0]) for panel in panels]
    assert len({*named}) == len(named)


@pytest.mark.thorough
def test_a_heading_that_reads_as_a_kernel_says_that_it_is_a_column():
    text = words("inception-v3")
    assert "column 7x7" in text
    assert "\n7x7\n" not in text


@pytest.mark.thorough
def test_a_formula_divides_as_the_table_writes_it():
    assert "in // 4" in words("efficientnet")
    assert "channels // 2" in words("u-net")


def test_a_formula_has_the_headings_that_are_words():
    assert "4·C" in words("convnext")
    assert "4·channels" not in words("convnext")
    spec = """
name: headed
input: 8x8x4
blocks:
  pair:
    columns: [n, m, o]
    sequence:
    - Conv2D: {patch: 1x1, filters: <n * 2>}
    - Conv2D: {patch: 1x1, filters: <m * 2>}
    - Conv2D: {patch: 1x1, filters: <in.channels + o>}
table:
  columns: [type, width: n, Output channels: m, in: o]
  rows: [a: [pair, 4, 5, 1], b: [pair, 6, 7, 2]]
"""
    (panel,) = panels_of(load(spec).expansion)
    seconds = [cell.second[0].text for cell in panel.diagram.cells]
    assert seconds == ["width·2", "m·2", "in + o"]


def test_a_title_has_a_sign_for_each_x_that_means_times():
    title = panels_of(load("resnet50").expansion)[0].title
    assert "".join([run.text for run in title]) == "[1×1, a; 3×3, b; 1×1, c] × repeat"


@pytest.mark.thorough
def test_padding_is_told_of_windows_where_it_is_asked_for():
    def shown(kind: Kind) -> str:
        marks = load("inception-v4").plot(kind, padding=True).scene.walk()
        texts = [mark for mark in marks if isinstance(mark, Text)]
        return "\n".join(["".join(run.text for run in text.runs) for text in texts])

    for kind in ("sheet", "full"):
        for text in ("3×3 conv /2 valid", "3×3 conv same", "3×3 max pool /2 valid"):
            assert f"{text}\n" in shown(kind)
        assert "1×1 conv same" not in shown(kind)
    assert "valid" not in words("inception-v4")


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first())
@pytest.mark.parametrize("kind", get_args(Kind))
def test_every_layer_has_its_word_in_each_figure(name, kind):
    text = words(name, kind)
    for node in load(name).layers:
        if node.op is not None and not node.op.is_padding:
            named = (node.op.in_figures(), node.op.sign or node.op.in_figures())
            assert any(word in text for word in named), node


def test_a_block_of_rows_and_of_other_blocks_has_its_letter_at_its_rows():
    spec = """
name: both
input: 32x32x3
blocks:
  one: {columns: [n], sequence: [Conv2D: {patch: 3x3, filters: <n>}]}
  pair: {columns: [n], sequence: [one: {n: <n>}, one: {n: 8}]}
  four: {columns: [n], sequence: [pair: {repeat: 2, n: <n>}, one: {n: 8}]}
table: {columns: [type, n], rows: [a: [pair, 4], b: [four, 8]]}
"""
    expansion = load(spec).expansion
    panels = panels_of(expansion)
    captions = {panel.letter: panel.captions for panel in panels}
    assert captions == {"A": ("a", "in four"), "B": ("b",)}
    assert [line.letter for line in lines_of(expansion, panels)] == ["", "A", "B"]


@pytest.mark.parametrize("name", few_first())
def test_each_row_is_a_line_fed_by_rows_before_it(name):
    expansion = load(name).expansion
    lines = lines_of(expansion, panels_of(expansion))
    ran = [row for row in expansion.rows if row.ran]
    assert [line.name for line in lines if not line.is_input] == [r.name for r in ran]
    for at, line in enumerate(lines):
        assert all(source < at for source in line.sources)
        assert line.sources or line.is_input


def test_a_row_that_two_panels_of_its_block_show_has_their_letter():
    expansion = load("resnet-v2").expansion
    lines = lines_of(expansion, panels_of(expansion))
    assert {line.name: line.letter for line in lines if line.letter} == {
        "conv2_x": "A",
        "conv3_x": "A",
        "conv4_x": "A",
        "conv5_x": "A",
        "head": "B",
    }
