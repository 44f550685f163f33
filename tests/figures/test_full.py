"""The full figure: every layer of every row, without a fault of geometry."""

import re

import pytest
from figures.geometry import assert_uncrossed, faults
from figures.odd_tables import INSIDE, ROWS, WHOLE
from shipped import TABLES, few_first

from archcompiler import load
from archcompiler.figures.fonts import DEJAVU_SANS, HELVETICA
from archcompiler.figures.full import full
from archcompiler.figures.scene import Group, Line, Scene, Text
from archcompiler.language.loading.places import shipped_specs

SKIPPING = """
name: skipping
input: 8x8x4
table:
  columns: [name, type, from]
  rows:
  - [first, relu, ~]
  - [second, relu, ~]
  - [third, relu, ~]
  - [sum, add, [third, second, first]]
  - [head, relu, first]
  - [both, add, [head, sum]]
"""
CELLS = """
name: cells
input: 8x8x4
blocks:
  cell:
    inputs: [newer, older]
    sequence:
    - Conv2D: {name: a, patch: 1x1, filters: 4, from: newer}
    - Conv2D: {name: b, patch: 1x1, filters: 4, from: older}
    - add: {name: c, from: [a, b]}
    - add: {name: d, from: [a, c]}
    - add: {name: e, from: [b, c]}
    - add: {from: [d, e]}
table:
  columns: [name, type, from]
  rows:
  - [first, relu, ~]
  - [second, relu, ~]
  - [third, cell, [second, first]]
"""


def drawn(spec: str) -> Scene:
    """Return the figure of a spec; it is without fault."""
    scene = full(load(spec).expansion)
    assert not faults(scene, HELVETICA)
    assert not faults(scene, DEJAVU_SANS)
    return scene


def words(scene: Scene) -> list[str]:
    texts = [mark for mark in scene.walk() if isinstance(mark, Text)]
    return ["".join([run.text for run in text.runs]) for text in texts]


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first())
def test_the_figure_of_a_shipped_table_is_without_fault(name):
    assert_uncrossed(name, drawn(name))


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted({*shipped_specs()} - {*TABLES}))
def test_the_figure_of_a_shipped_variant_is_without_fault(name):
    assert_uncrossed(name, drawn(name))


@pytest.mark.thorough
@pytest.mark.parametrize(
    "text", (ROWS | WHOLE | INSIDE).values(), ids=ROWS | WHOLE | INSIDE
)
def test_the_figure_of_an_odd_table_is_without_fault(text, write_spec):
    drawn(write_spec(text))


def test_a_value_of_an_inner_repetition_is_called_by_its_number(write_spec):
    text = """
name: inner
input: 8x8x4
table:
  columns: [name, type, repeat, from]
  rows:
  - [a, relu, 3, ~]
  - [b, add, ~, [-1, -2]]
  - [c, add, ~, [-1, -3]]
"""
    told = [word for word in words(drawn(write_spec(text))) if "= a" in word]
    assert [word.split(" = ")[1] for word in told] == ["a, 2"], told


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first())
def test_every_layer_has_its_word_in_its_row(name):
    expansion = load(name).expansion
    scene = full(expansion)
    rows = [m for m in scene.marks if isinstance(m, Group) and m.id][
        -len(expansion.rows) :
    ]
    ran = [row for row in expansion.rows if row.ran]
    text = {}
    for row, group in zip(ran, rows[-len(ran) :], strict=True):
        assert group.title is not None
        assert group.title.startswith(row.name)
        text[row.index] = "\n".join(words(Scene(0, 0, (group,), "")))
    for node in expansion.graph:
        if node.op is not None and not node.op.is_padding:
            word = node.op.sign or node.op.in_figures()
            assert word in text[node.row], node


def brackets(scene: Scene) -> list[str]:
    return [word for word in words(scene) if re.fullmatch(r"×\d+", word)]


@pytest.mark.thorough
def test_repetitions_that_look_alike_stand_once_in_a_bracket():
    assert brackets(drawn("resnet50")) == ["×2", "×3", "×5", "×2"]
    scene = drawn("densenet")
    assert brackets(scene) == ["×6", "×12", "×24", "×16"]
    assert "concatenate, 96, …, 256" in words(scene)


def test_what_the_trunk_does_not_bring_is_led_to_its_name():
    found = words(drawn(SKIPPING))
    assert found.count("first") == 3  # the row, where it is led to, where it is taken
    assert found.count("second") == 3
    assert found.count("sum") == 3
    assert found.count("third") == 1


def test_what_is_no_tree_is_entered_by_name():
    found = words(drawn(CELLS))
    assert "older = first" in found
    assert found.count("newer") == 2  # where the trunk ends, and where it is taken


@pytest.mark.thorough
def test_values_that_stand_as_names_have_those_of_their_block():
    found = words(drawn("nasnet-mobile"))
    assert {"p", "h", "older", "newer"} <= {*found}
    assert not {"a", "b"} & {*found}


@pytest.mark.thorough
def test_a_legend_says_what_colours_and_strips_mean():
    found = words(drawn("nasnet-mobile"))
    for text in ("convolution", "depthwise, separable", "pooling", "merge", "dense"):
        assert text in found
    assert any("a strip hangs on its layer" in text for text in found)


def test_an_edited_cell_changes_its_row_alone(write_spec):
    one = full(load(write_spec(SKIPPING)).expansion)
    other = full(
        load(write_spec(SKIPPING.replace("third, relu", "third, elu"))).expansion
    )
    differing = [
        a.id
        for a, b in zip(one.marks, other.marks, strict=True)
        if a != b and isinstance(a, Group)
    ]
    assert differing == ["row-third"]


@pytest.mark.slow
def test_many_rows_take_near_linear_time(tmp_path):
    path = tmp_path / "long.yaml"
    rows = "".join([f"\n  - [row {at}, relu]" for at in range(3000)])
    head = "name: long\ninput: 8x8x4\ntable:\n  columns: [name, type]\n  rows:"
    path.write_text(head + rows)
    scene = full(load(path).expansion)
    assert len([mark for mark in scene.walk() if isinstance(mark, Line)]) >= 3000
