"""Names: of rows, and the layers' that grow from them."""

import pytest
from tiny_specs import expand_text, layers, table

from archcompiler.diagnostics import SpecError
from archcompiler.language.expressions.naming import slug, snake_case

CONV = """
conv:
  columns: [n]
  sequence: [Conv2D: {patch: 1x1, filters: <n>}]
"""
INCEPTION = """
conv: {columns: [n], sequence: [Conv2D: {patch: 1x1, filters: <n>}]}
inception (<name>):
  columns: [5x5 reduce]
  branches:
  - [conv: {name: 5x5 reduce, n: <5x5 reduce>}]
  - [conv: {n: 4}, conv: {n: 8}]
  merge: concatenate
"""


@pytest.mark.parametrize(
    ("text", "name"),
    [("5x5 reduce", "5x5_reduce"), ("Dense Block (1)", "dense_block_1"), ("é", "")],
)
def test_slugs(text: str, name: str) -> None:
    assert slug(text) == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("MaxPooling2D", "max_pooling2d"), ("Conv2D", "conv2d"), ("ReLU", "re_lu")],
)
def test_ops_are_named_as_keras_names_its_layers(text: str, name: str) -> None:
    assert snake_case(text) == name


def test_a_row_s_name_comes_from_the_front_the_column_the_hole_or_the_type() -> None:
    rows = """
    in front: {type: inception (3a), 5x5 reduce: 4, label: labelled}
    [inception (3b), 4, labelled]
    [inception (3c), 4]
    [softmax]
    """
    columns = "type, 5x5 reduce, label: name"
    placed = expand_text(table(rows, columns, INCEPTION)).rows
    names = [row.name for row in placed]
    assert names == ["in front", "labelled", "3c", "softmax"]


def test_layers_are_called_after_row_and_steps() -> None:
    assert layers(table("[inception (3a), 4]", "type, 5x5 reduce", INCEPTION)) == [
        "inception_3a_5x5_reduce",
        "inception_3a_conv_1",
        "inception_3a_conv_2",
        "inception_3a_concatenate",
    ]


def test_a_lone_call_adds_nothing_to_the_name() -> None:
    assert layers(table("conv1: [conv, 4]", "type, n", CONV)) == ["conv1"]


def test_a_slug_that_begins_with_a_digit_takes_the_heading_first() -> None:
    rows = "[1, relu]\n[2, softmax]"
    assert layers(table(rows, "Stage: name, type")) == ["stage_1", "stage_2"]


def test_a_slug_that_begins_with_a_digit_takes_the_type_first() -> None:
    assert layers(table("1st: relu")) == ["relu_1st"]


def test_inserting_a_row_renames_no_other() -> None:
    rows = "conv1: [conv, 4]\nconv3: [conv, 8]"
    before = layers(table(rows, "type, n", CONV))
    rows = "conv1: [conv, 4]\nconv2: [conv, 4]\nconv3: [conv, 8]"
    after = layers(table(rows, "type, n", CONV))
    assert before == [name for name in after if name != "conv2"]


def test_inserting_a_step_renames_only_calls_of_its_word() -> None:
    one = "stem: {sequence: [relu, Flatten, Dense: {units: 4}]}"
    two = "stem: {sequence: [relu, softmax, Flatten, Dense: {units: 4}]}"
    before, after = layers(table("stem", blocks=one)), layers(table("stem", blocks=two))
    assert before == [name for name in after if name != "stem_softmax"]


@pytest.mark.parametrize("times", [1, 2])
def test_a_repeated_call_is_numbered_whatever_its_count(times: int) -> None:
    rows = f"act: [relu, {times}]"
    expected = [f"act_{number + 1}" for number in range(times)]
    assert layers(table(rows, "type, repeat")) == expected


def test_a_call_without_a_count_is_not_numbered() -> None:
    rows = "one: [relu, 1]\ntwo: [relu]"
    assert layers(table(rows, "type, repeat")) == ["one_1", "two"]


def test_repetitions_of_a_block_stand_between_row_and_step() -> None:
    blocks = "<repeat> x pair: {sequence: [relu, softmax]}"
    assert layers(table("stage: 2 x pair", blocks=blocks)) == [
        "stage_1_relu",
        "stage_1_softmax",
        "stage_2_relu",
        "stage_2_softmax",
    ]


def test_slugs_are_unique_ignoring_case() -> None:
    with pytest.raises(SpecError, match="is `a_b` in layer names, which is taken"):
        expand_text(table("a b: relu\nA_B: relu"))
