"""Variants: edits that address the base's names, all at once."""

import pytest
from tiny_specs import expand_text, layers, program_of, table, variant_of

from archcompiler.diagnostics import SpecError
from archcompiler.graph.expansion import expand
from archcompiler.language.program import choose

BASE = """
name: tiny
input: 8x8x3
parameters: {width: 4, classes: 10}
blocks:
  conv: {columns: [n], sequence: [Conv2D: {patch: 1x1, filters: <width * n>}]}
  classifier: {sequence: [Flatten, Dense: {units: <classes>}]}
table:
  columns: [type, "#1x1": n, output size]
  rows:
  - conv1: [conv, 1, 8x8x4]
  - conv2: [conv, 2, 8x8x8]
  - classifier: [classifier, ~, 1x1x10]
expect: {parameters: 10000}
variants:
"""
EDITED = (
    BASE
    + """
  cells: {cells: {conv2: {"#1x1": 3}}}
  blank: {replace: {conv2: {type: relu}}}
  rows:
    remove: [conv1]
    replace: {conv2: [conv, 5]}
    insert before:
      conv1: [first: relu]
    insert after:
      conv1: [second: relu, third: relu]
  blocks:
    blocks:
      classifier: {sequence: [GlobalAveragePooling2D, Dense: {units: <classes>}]}
  classes: {parameters: {classes: 100}}
  fresh:
    parameters: {rate: 50%}
    insert before:
      classifier: [drop: {type: Dropout, rate: <rate>}]
  heads:
    insert after:
      classifier: [head: {type: classifier, from: conv1}]
    outputs: [classifier, head]
    expect: {parameters: 12345}
"""
)


def names(variant: str) -> list[str]:
    graph = expand(variant_of(EDITED, variant)).graph
    return [node.name for node in graph if node.op]


def test_cells_are_edited_by_heading_or_meaning() -> None:
    graph = expand(variant_of(EDITED, "cells")).graph
    assert graph["conv2"].shape[-1] == 12
    graph = expand(variant_of(EDITED.replace('{"#1x1": 3}', "{n: 3}"), "cells")).graph
    assert graph["conv2"].shape[-1] == 12


def test_a_replaced_row_keeps_its_name() -> None:
    assert names("blank")[:2] == ["conv1", "conv2"]


def test_all_edits_address_the_base_s_names_at_once() -> None:
    assert names("rows") == [
        "first",
        "second",
        "third",
        "conv2",
        "classifier_flatten",
        "classifier_dense",
    ]


def test_blocks_replace_whole() -> None:
    assert names("blocks")[-2:] == [
        "classifier_global_average_pooling2d",
        "classifier_dense",
    ]


def test_parameters_merge_by_key() -> None:
    program = variant_of(EDITED, "classes")
    assert program.values == {"width": 4, "classes": 100}


def test_a_variant_may_bring_parameters_for_its_own_text() -> None:
    assert "drop" in names("fresh")


def test_appended_heads_take_what_they_name() -> None:
    outputs = expand(variant_of(EDITED, "heads")).outputs
    assert [node.name for node in outputs] == ["classifier_dense", "head_dense"]


def test_expectations_are_never_inherited() -> None:
    assert program_of(EDITED).expect is not None
    assert variant_of(EDITED, "cells").expect is None
    expect = variant_of(EDITED, "heads").expect
    assert expect is not None
    assert expect.parameters is not None
    assert expect.parameters.text == "12345"


def test_an_edited_table_claims_nothing() -> None:
    assert all(row.claimed for row in program_of(EDITED).rows)
    for name in ("cells", "blocks", "classes", "heads"):
        program = variant_of(EDITED, name)
        assert program.edited
        assert not any(row.claimed for row in program.rows[:3])


def test_the_rows_that_a_variant_brings_are_its_own_claims() -> None:
    assert variant_of(EDITED, "heads").rows[3].claimed


def test_settings_come_last_and_assert_no_totals() -> None:
    program = program_of(EDITED, classes=5)
    assert program.values["classes"] == 5
    assert program.expect is None
    assert program.settings == ("classes=5",)
    assert expand(program).outputs[0].shape == (5,)


def test_a_setting_that_hits_nothing_is_an_error() -> None:
    with pytest.raises(SpecError) as error:
        program_of(EDITED, clases=5)
    assert str(error.value) == (
        "--set:1:1: error[bad-variant]: `tiny` has no parameter `clases`\n"
        "    1 | clases=5\n"
        "      | ^^^^^^\n"
        "  help: did you mean `classes`?"
    )


def test_a_setting_that_nothing_reads_is_an_error() -> None:
    spec = table("relu", head="parameters: {width: 4}")
    with pytest.raises(SpecError, match="nothing reads the parameter `width`"):
        expand_text(spec, width=8)


@pytest.mark.parametrize("value", ["", " ", "<width>", "a\nb"])
def test_a_setting_needs_a_value(value: str) -> None:
    with pytest.raises(SpecError, match="needs a number or a text"):
        program_of(EDITED, classes=value)


def test_settings_from_python_are_numbers_truths_or_texts() -> None:
    assert program_of(EDITED, classes=7).values["classes"] == 7
    assert program_of(EDITED, classes=0.5).values["classes"] == 0.5
    assert program_of(EDITED, classes=True).values["classes"] is True
    with pytest.raises(TypeError):
        program_of(EDITED, classes=[1])
    with pytest.raises(SpecError, match="needs a whole number"):
        expand_text(EDITED, classes=10**5000)


# Configurations -------------------------------------------------------------

CHOICE = """
name: tiny
input: 8x8x3
parameters: {model: A}
table:
  columns: [type: {model: [A, B, C]}, filters: {model: [A, B, C]}, patch]
  rows:
  - conv1: [Conv2D, Conv2D, Conv2D, 4, 8, 16, 1x1]
  - conv2: [~, Conv2D, relu, ~, 4]
  - act: relu
variants:
  tiny-b: {parameters: {model: B}}
"""


def test_a_parameter_chooses_among_sub_headings() -> None:
    spec = CHOICE.replace("[~, Conv2D, relu, ~, 4]", "[~, relu, relu]")
    program = program_of(spec)
    assert layers(spec) == ["conv1", "act"]
    shapes = {}
    for choice in program.configurations:
        expansion = expand(choose(program, choice))
        shapes[choice.text] = [row.output.shape[-1] for row in expansion.rows]  # type: ignore[union-attr]
    assert shapes == {"A": [4, 4], "B": [8, 8, 8], "C": [16, 16, 16]}


def test_a_mistake_in_another_configuration_is_found_there() -> None:
    program = program_of(CHOICE)
    expand(program)
    with pytest.raises(SpecError, match="`Conv2D` needs `kernel_size`"):
        expand(choose(program, program.configurations[1]))


def test_a_name_means_the_current_value_where_a_configuration_lacks_the_row() -> None:
    rows = "a: [relu, relu]\nb: [~, softmax]\nc: [add, add, [b, a]]"
    columns = "type: {model: [A, B]}, from"
    head = "parameters: {model: A}"
    graph = expand_text(table(rows, columns, head=head)).graph
    assert graph["c"].inputs == ("a", "a")
    graph = expand_text(table(rows, columns, head=head), model="B").graph
    assert graph["c"].inputs == ("b", "a")


def test_choosing_a_configuration_keeps_the_claims() -> None:
    assert variant_of(CHOICE, "tiny-b").edited == ""
    assert program_of(CHOICE, model="B").edited == ""
