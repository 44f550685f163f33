"""Variants: edits that address the base's names, all at once."""

from collections.abc import Callable

import pytest
from tiny_specs import expand_text, layers, program_of, table, variant_of

from archcompiler.architecture import Architecture
from archcompiler.claims.claims import audit
from archcompiler.diagnostics import SpecError
from archcompiler.graph.expansion import expand
from archcompiler.language.loading.loading import load_program
from archcompiler.language.program.program import choose

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


def test_a_cell_may_be_an_argument_that_has_no_column() -> None:
    blocks = """
    conv:
      columns: [n, act: relu]
      sequence: [Conv2D: {patch: 1x1, filters: <n>}, Activation: {activation: <act>}]
    """
    text = table("a: [conv, 4]", "type, n", blocks)
    text += "variants: {mild: {cells: {a: {act: tanh}}}}"
    assert layers(text) == ["a_conv2d", "a_activation"]
    node = expand(variant_of(text, "mild")).outputs[0]
    assert node.op.activation == "tanh"


def test_dropped_totals_are_told() -> None:
    text = table("a: {type: Conv2D, patch: 1x1, filters: 4}\nb: relu")
    text += "claims: {params: {counts: weights}, total params: 12}\n"
    other = "other: {expect: {depth: 1}}"
    text += f"variants: {{bare: {{remove: [b]}}, same: {{outputs: [b]}}, {other}}}"
    notes = {name: _notes(text, name) for name in ("bare", "same", "other")}
    told = "printed claims are dropped, because of"
    assert notes == {
        "bare": (f"{told} `remove`",),
        "same": (f"{told} `outputs`",),
        "other": (),
    }


def _notes(text: str, variant: str) -> tuple[str, ...]:
    return Architecture(expand(variant_of(text, variant))).notes


BASE_FILE = """
name: base
input: 8x8x3
blocks:
  stage: {columns: [n], sequence: [Conv2D: {patch: 1x1, filters: <n>}]}
table: {columns: [type, n, rate], rows: [first: [stage, 4], dropout: [Dropout, ~, 0.5]]}
"""


def explain_variant(write_spec: Callable[..., str], edits: str) -> str:
    write_spec(BASE_FILE, "base.yaml")
    path = write_spec(f"name: small\nextends: base\n{edits}\n", "small.yaml")
    with pytest.raises(SpecError) as caught:
        expand(load_program(path))
    return str(caught.value)


def test_a_label_names_the_file_where_it_is_another(
    write_spec: Callable[..., str],
) -> None:
    steps = "Conv2D: {patch: 3x3, filters: 4}, add: {from: [-1, in]}"
    block = f"{{columns: [n], sequence: [{steps}]}}"
    text = explain_variant(write_spec, f"blocks:\n  stage: {block}")
    assert text.startswith("base.yaml:6:42: error[shape-mismatch]")
    assert "in `stage` > `add` (line 4 of small.yaml), of" in text
    block = "{columns: [n], sequence: [Conv2D: {patch: 3, filters: 4}]}"
    text = explain_variant(write_spec, f"blocks:\n  stage: {block}")
    assert text.startswith("small.yaml:4:52: error[bad-value]")
    assert "in row `first` (line 6 of base.yaml)" in text


@pytest.mark.parametrize(
    ("row", "help"),
    [
        ("{type: Dropout, rate: 0.4}", "`other name: {type: Dropout, rate: 0.4}`"),
        ("[Dropout, ~, 0.2]", "`other name: [...]`"),
        ("DROPOUT", "`other name: DROPOUT`"),
    ],
)
def test_the_row_of_the_variant_is_blamed_for_a_name_of_the_base(
    write_spec: Callable[..., str], row: str, help: str
) -> None:
    blocks = "blocks: {DROPOUT: {sequence: [Dropout: {rate: 0.1}]}}"
    edits = f"{blocks}\ninsert after: {{first: [{row}]}}"
    text = explain_variant(write_spec, edits)
    first = text.split("small.yaml:4:")[1]
    assert "is `dropout` in layer names, which is taken" in first
    assert "the first is on line 6 of base.yaml" in first
    assert f"help: put a name in front: {help}" in first


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
    assert expect.parameters.bound == ("", 12345)


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
    with pytest.raises(SpecError, match="`classes` is a number, as `10`"):
        program_of(EDITED, classes=True)
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
  - conv2: [~, Conv2D, Conv2D, ~, 4, 4]
  - act: relu
variants:
  tiny-b: {parameters: {model: B}}
"""


def test_a_parameter_chooses_among_sub_headings() -> None:
    spec = CHOICE.replace("[~, Conv2D, Conv2D, ~, 4, 4]", "[~, relu, relu]")
    program = program_of(spec)
    assert layers(spec) == ["conv1", "act"]
    shapes = {}
    for choice in program.configurations:
        expansion = expand(choose(program, "model", choice))
        shapes[choice.text] = [row.output.shape[-1] for row in expansion.rows]
    assert shapes == {"A": [4, 4], "B": [8, 8, 8], "C": [16, 16, 16]}


def test_a_model_leaves_blank_what_its_op_does_not_take() -> None:
    row = "[~, Conv2D, MaxPooling2D, ~, 4, ~, 1x1]"
    program = program_of(CHOICE.replace("[~, Conv2D, Conv2D, ~, 4, 4]", row))
    types = {}
    for choice in program.configurations:
        rows = expand(choose(program, "model", choice)).rows
        types[choice.text] = [row.type for row in rows if row.ran]
    assert types["A"] == ["Conv2D", "relu"]
    assert types["B"] == ["Conv2D", "Conv2D", "relu"]
    assert types["C"] == ["Conv2D", "MaxPooling2D", "relu"]


def test_a_mistake_in_another_configuration_is_found_there() -> None:
    program = program_of(CHOICE)
    expand(program)
    with pytest.raises(SpecError, match="`Conv2D` needs `kernel_size`"):
        expand(choose(program, "model", program.configurations[1]))


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


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"classes": "ten"}, "`classes` is a number, as `10`, received `ten`"),
        ({"flag": "yes"}, "`flag` is `true` or `false`, as `true`, received `yes`"),
    ],
)
def test_a_setting_is_of_the_kind_of_its_parameter(
    setting: dict[str, str], message: str
) -> None:
    blocks = "head: {sequence: [Flatten, Dense: {units: <classes>, use_bias: <flag>}]}"
    head = "parameters: {classes: 10, flag: true}"
    with pytest.raises(SpecError) as caught:
        expand_text(table("head", blocks=blocks, head=head), **setting)
    assert message in str(caught.value)
    assert caught.value.diagnostics[0].span.source.name == "--set"


@pytest.mark.parametrize(
    ("size", "noted"),
    [("3x64x64", True), ("1x28x28", True), ("3x3x512", False), ("1x64x9", False)],
)
def test_an_input_with_its_channels_first_is_noted(size: str, noted: bool) -> None:
    text = table("a: {type: Conv2D, patch: 1x1, filters: 4}")
    text = text.replace("8x8x3", size)
    notes = Architecture(expand_text(text)).notes
    assert ["height x width x channels" in note for note in notes] == [True] * noted


# Names ----------------------------------------------------------------------

PATTERNS = """\
name: tiny
input: 8x8x3
blocks:
  module (<name>): {columns: [n], sequence: [Conv2D: {patch: 1x1, filters: <n>}]}
  <k>x<k> conv: {columns: [n], sequence: [Conv2D: {patch: <k>x<k>, filters: <n>}]}
  conv <k>: {columns: [n], sequence: [Conv2D: {patch: <k>x<k>, filters: <n>}]}
table:
  columns: [type, n]
  rows:
  - [module (3a), 4]
  - [3x3 conv, 4]
  - [conv 3, 4]
"""


@pytest.mark.parametrize("literal", ["module (3a)", "3x3 conv", "conv 3"])
def test_a_literal_block_takes_over_the_call_and_not_the_name(literal: str) -> None:
    body = "{columns: [n], sequence: [Conv2D: {patch: 1x1, filters: <2 * n>}]}"
    variant = f"variants:\n  other:\n    blocks:\n      {literal}: {body}\n"
    base = expand_text(PATTERNS)
    other = expand(variant_of(PATTERNS + variant, "other"))
    assert [row.name for row in other.rows] == [row.name for row in base.rows]
    assert [node.name for node in other.graph] == [node.name for node in base.graph]
    assert [node.shape for node in other.graph] != [node.shape for node in base.graph]


def test_a_table_of_a_variant_is_claimed_as_printed() -> None:
    table = "table: {rows: [only: [conv, 5, 8x8x20], classifier: [classifier, ~, 9]]}"
    text = f"{BASE}  other: {{parameters: {{width: 2}}, {table}}}\n"
    program = variant_of(text, "other")
    expansion = expand(program)
    assert [row.name for row in expansion.rows] == ["only", "classifier"]
    assert (program.edited, program.errata) == ("", {})
    verdicts = audit(Architecture(expansion)).verdicts
    assert [v.judgement for v in verdicts if v.column == "output size"] == [
        "differs"
    ] * 2
