"""What a figure says is true of every call that it shows."""

from collections.abc import Iterable, Iterator
from itertools import permutations

import pytest
from shipped import few_first

from archcompiler import load
from archcompiler.architecture import Architecture
from archcompiler.cli import main
from archcompiler.figures.cells import Cell
from archcompiler.figures.extents import extent
from archcompiler.figures.figure import FigureError
from archcompiler.figures.panels import Panel, panels_of
from archcompiler.figures.places import Extent, around, grown
from archcompiler.figures.scene import Group, Line, Mark

HEAD = "name: tiny\ninput: 32x32x16\nblocks:\n"
UNIT = """
  unit:
    columns: [f: 16]
    sequence:
    - Conv2D: {patch: 3x3, filters: <f>, padding: same, use_bias: false}
    - BatchNormalization
    - relu
    - Conv2D: {patch: 1x1, filters: <f>}
"""


def drawn(blocks: str, columns: str, rows: str) -> dict[str, Panel]:
    text = f"{HEAD}{blocks}\ntable: {{columns: [{columns}], rows: [{rows}]}}\n"
    return {panel.letter: panel for panel in panels_of(load(text).expansion)}


def told(panel: Panel) -> list[tuple[str, str]]:
    return [(cell.title, cell.often) for cell in panel.diagram.cells]


def cell(panel: Panel, title: str) -> Cell:
    return next(each for each in panel.diagram.cells if each.title == title)


def test_calls_that_are_wired_otherwise_are_drawn_apart():
    panels = {panel.letter: panel for panel in panels_of(load("resnet50v2").expansion)}
    assert panels["A1"].captions == ("in the first of each row",)
    assert panels["A2"].captions == (
        "not in the first of each row",
        "dashed 1×1 max pool /2, s = 2: only in the last of conv2_x, conv3_x, conv4_x",
    )


def test_a_folded_block_that_some_calls_lack_is_dashed():
    block = (
        "  opt: {columns: [on], sequence: [unit: {when: <on == 1>, repeat: 3}, relu]}"
    )
    panels = drawn(UNIT + block, "type, on", "x1: [opt, 1], x2: [opt, 0]")
    assert panels["A"].captions == ("x1, x2", "dashed unit: only in x1")
    assert cell(panels["A"], "unit").second[0].text == "B ×3"


def test_a_call_that_repeats_unlike_tells_the_fewest_and_the_most():
    block = "  stage: {columns: [n], sequence: [unit: {repeat: <n>}, relu]}"
    rows = "s1: [stage, 2], s2: [stage, 5], s3: [stage, 1]"
    panels = drawn(UNIT + block, "type, n", rows)
    assert cell(panels["A"], "unit").second[0].text == "B ×1–5"


def test_a_layer_that_repeats_is_one_cell_and_nothing_hangs_on_all_of_it():
    block = """
  many:
    columns: [n]
    sequence:
    - Conv2D: {patch: 3x3, filters: 8, padding: same, repeat: <n>}
    - Dropout: {rate: 0.5}
    - Conv2DTranspose: {patch: 1x1, filters: 4}
"""
    panels = drawn(block, "type, n", "a: [many, 4]")
    assert told(panels["A"]) == [
        ("3×3 conv", "×3"),
        ("3×3 conv", ""),
        ("1×1 up-conv", ""),
    ]
    unlike = drawn(
        block.replace("    - Dropout: {rate: 0.5}\n", ""),
        "type, n",
        "a: [many, 4], b: [many, 2]",
    )
    assert told(unlike["A"])[0] == ("3×3 conv", "×2–4")


def test_a_folded_block_of_two_inputs_has_its_letter_and_its_number():
    blocks = (
        UNIT
        + """
  inner: {inputs: [p, q], sequence: [add: {from: [p, q]}, unit, unit]}
  outer: {sequence: [unit: {name: u}, inner: {from: [u, in], repeat: 3}]}
"""
    )
    panels = drawn(blocks, "type", "a: [outer]")
    titles = {panel.drawing.block.name: letter for letter, panel in panels.items()}
    second = cell(panels["A"], "inner").second[0].text
    assert second == f"{titles['inner']} ×3"


def test_a_word_that_differs_between_calls_has_its_calls_told():
    found = panels_of(load("mobilenet-v3-small").expansion)[0].captions
    assert "(hard swish): not in bneck\N{NO-BREAK SPACE}1–3" in [
        text.replace(" 1–3", "\N{NO-BREAK SPACE}1–3") for text in found
    ]


@pytest.mark.thorough
def test_zeros_are_drawn_before_the_layer_that_they_surround():
    panel = panels_of(load("resnet50").expansion, shows_padding=True)[0]
    assert [light.text for light in cell(panel, "3×3 conv valid").before] == ["pad 1"]
    texts = load("resnet50").plot(padding=True).to_svg()
    assert ">pad 3 · 7×7 conv /2 valid · BN · ReLU<" in texts


@pytest.mark.parametrize(
    ("edit", "name"),
    [
        ("blocks: {act: {sequence: [swish]}}", "act"),
        ("cells: {p: {n: 3}}", "repeats"),
        (
            "blocks: {repeats: {columns: [n], sequence: [unit: {repeat: <n>}, tanh]}}",
            "t",
        ),
    ],
)
def test_a_panel_that_looks_otherwise_is_outlined(edit, name, tmp_path, capsys):
    base = tmp_path / "base.yaml"
    block = """
  act: {sequence: [relu]}
  cb: {columns: [f], sequence: [Conv2D: {patch: 3x3, filters: <f>, padding: same}, act]}
  tri: {sequence: [cb: {f: 8}, cb: {f: 9}, cb: {f: 16}]}
  repeats: {columns: [n], sequence: [unit: {repeat: <n>}, relu]}
"""
    rows = "table: {columns: [type, n], rows: [p: [repeats, 2], q: [tri]]}\n"
    base.write_text(f"{HEAD}{UNIT}{block}{rows}", "utf-8")
    variant = tmp_path / "variant.yaml"
    variant.write_text(f"name: variant\nextends: base.yaml\n{edit}\n", "utf-8")
    assert main(["plot", "--compare", str(base), str(variant)]) == 0
    printed = capsys.readouterr().out
    assert ">changed</text>" in printed, name
    assert "a dashed outline: changed" in printed


@pytest.mark.thorough
def test_what_changed_alike_in_several_rows_is_told_once(capsys):
    assert main(["plot", "--compare", "googlenet", "googlenet-bn"]) == 0
    printed = capsys.readouterr().out
    rows = "3a, 3b, 4a, 4b, 4c, 4d, 4e, 5a, 5b"
    assert f">{rows}: adds 20 layers, removes 6 layers</text>" in printed


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "round"},
        {"width": "wide"},
        {"kind": "strip", "block": "conv1"},
        {"kind": "strip", "padding": True},
        {"kind": "full", "width": "page"},
        {"block": "pool1"},
    ],
)
def test_what_cannot_be_drawn_is_a_figure_error(options):
    with pytest.raises(FigureError):
        load("googlenet").plot(**options)


@pytest.mark.parametrize("kind", ["sheet", "full"])
def test_a_difference_tells_its_operands_apart(kind):
    svgs = set()
    for order in ("in, -1", "-1, in"):
        block = "  minus: {sequence: [Conv2D: {patch: 1x1, filters: 16}, "
        block += f"subtract: {{from: [{order}]}}]}}"
        table = "table: {columns: [type], rows: [a: [minus]]}"
        svgs.add(load(f"{HEAD}{block}\n{table}\n").plot(kind).to_svg())
    assert len(svgs) == 2


@pytest.mark.parametrize("kind", ["sheet", "full"])
def test_a_concatenation_tells_the_order_of_its_operands(kind):
    svgs = set()
    for order in permutations(["in", "a", "b"]):
        block = f"""
  unlike:
    sequence:
    - Conv2D: {{name: a, patch: 3x3, filters: 16, padding: same}}
    - Conv2D: {{name: b, patch: 3x3, filters: 16, padding: same}}
    - concatenate: {{from: [{", ".join(order)}]}}
"""
        table = "table: {columns: [type], rows: [x: [unlike]]}"
        svgs.add(load(f"{HEAD}{block}\n{table}\n").plot(kind).to_svg())
    assert len(svgs) == 6


MERGES = """
  unlike:
    sequence:
    - Conv2D: {name: a, patch: 3x3, filters: 16, padding: same}
    - Conv2D: {name: b, patch: 3x3, filters: 16, padding: same}
    - Conv2D: {name: c, patch: 3x3, filters: 16, padding: same, from: a}
    - MERGE: {from: [in, a, b, a, c]}
"""


@pytest.mark.parametrize("merge", ["add", "multiply", "maximum", "concatenate"])
def test_a_merge_stands_once_with_all_that_it_takes(merge):
    table = "table: {columns: [type], rows: [x: [unlike]]}"
    text = f"{HEAD}{MERGES.replace('MERGE', merge)}\n{table}\n"
    assert entries(load(text))["cell-a-4"] == 5


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first())
def test_each_cell_of_a_panel_stands_once_with_all_that_it_takes(name):
    architecture = load(name)
    found = entries(architecture)
    for panel in panels_of(architecture.expansion):
        for drawn, feeds in zip(panel.diagram.cells, panel.diagram.feeds, strict=True):
            assert found.pop(drawn.id) == len(feeds), drawn.title
    assert not found


def entries(architecture: Architecture) -> dict[str, int]:
    """Return how many lines end in each cell of a sheet, each being drawn once."""
    scene = architecture.plot().scene
    tips = [mark.points[-1] for mark in scene.walk() if isinstance(mark, Line)]
    found: dict[str, int] = {}
    for id, room in cells_of(scene.marks):
        assert id not in found
        found[id] = sum(room.holds(around([tip])) for tip in tips)
    return found


def cells_of(
    marks: Iterable[Mark], x: float = 0, y: float = 0
) -> Iterator[tuple[str, Extent]]:
    """Yield each cell's id, and where it lies on the paper."""
    for group in [mark for mark in marks if isinstance(mark, Group)]:
        if group.id and group.id.startswith("cell-"):
            yield group.id, grown(extent(Group((group,), x=x, y=y)), 0.1)
        yield from cells_of(group.marks, x + group.x, y + group.y)
