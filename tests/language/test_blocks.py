"""Blocks: columns and defaults, branches, skipped steps."""

import pytest
from tiny_specs import expand_text, layers, operands, table

from archcompiler.diagnostics import SpecError


def test_columns_take_defaults_that_may_be_expressions() -> None:
    blocks = """
    conv:
      columns: [filters, reduced: <filters // 4>, patch: 1x1]
      sequence:
      - Conv2D: {patch: <patch>, filters: <reduced>}
      - Conv2D: {patch: <patch>, filters: <filters>}
    """
    graph = expand_text(table("a: [conv, 16]", "type, filters", blocks)).graph
    assert [node.shape for node in graph][1:] == [(8, 8, 4), (8, 8, 16)]


def test_a_column_may_be_called_op() -> None:
    blocks = """
    conv:
      columns: [op]
      sequence: [Conv2D: {patch: 1x1, filters: <op>}]
    """
    text = table("a: [conv, 16]", "type, op", blocks)
    assert expand_text(text).outputs[0].shape == (8, 8, 16)


def test_a_default_may_ask_for_the_input() -> None:
    blocks = """
    conv:
      columns: [filters: <2 * in.channels>]
      sequence: [Conv2D: {patch: 1x1, filters: <filters>}]
    """
    assert expand_text(table("conv", blocks=blocks)).outputs[0].shape == (8, 8, 6)


def test_a_default_may_ask_for_a_later_column_that_is_given() -> None:
    blocks = """
    conv:
      columns: [filters: <2 * width>, width]
      sequence: [Conv2D: {patch: 1x1, filters: <filters>}]
    """
    spec = table("a: [conv, 3]", "type, width", blocks)
    assert expand_text(spec).outputs[0].shape[-1] == 6


def test_a_block_may_stand_below_the_block_that_calls_it_and_leaves_its_default() -> (
    None
):
    blocks = """
    outer: {sequence: [relu, inner]}
    inner: {columns: [c: 2], sequence: [Conv2D: {patch: 1x1, filters: <c>}]}
    """
    assert expand_text(table("outer", blocks=blocks)).outputs[0].shape == (8, 8, 2)


def test_branches_begin_at_the_fork_and_then_goes_on_from_the_merge() -> None:
    blocks = """
    residual:
      branches:
      - []
      - [relu, softmax]
      merge: add
      then: [relu]
    """
    assert operands(table("before: relu\nres: residual", blocks=blocks)) == {
        "before": ("input",),
        "res_relu_1": ("before",),
        "res_softmax": ("res_relu_1",),
        "res_add": ("before", "res_softmax"),
        "res_relu_2": ("res_add",),
    }


def test_the_empty_branch_is_the_identity() -> None:
    blocks = """
    dense:
      branches: [[], [Conv2D: {patch: 1x1, filters: 4}]]
      merge: concatenate
    """
    assert expand_text(table("dense", blocks=blocks)).outputs[0].shape == (8, 8, 7)


def test_in_a_branch_relative_references_begin_at_the_fork_s_input() -> None:
    blocks = """
    block:
      sequence:
      - relu: {name: a}
      - branches: [[], [softmax, add: {from: [-1, -2]}]]
        merge: {concatenate: {name: both}}
    """
    found = operands(table("block", blocks=blocks))
    assert found["block_add"] == ("block_softmax", "block_a")
    with pytest.raises(SpecError, match="counts back beyond the beginning"):
        expand_text(table("block", blocks=blocks.replace("-2", "-3")))


def test_branches_may_nest() -> None:
    blocks = """
    block:
      branches:
      - []
      - - branches: [[relu], [softmax]]
          merge: add
      merge: add
    """
    assert layers(table("block", blocks=blocks)) == [
        "block_relu",
        "block_softmax",
        "block_add_1",
        "block_add_2",
    ]


def test_a_merge_may_be_named_and_a_block() -> None:
    blocks = """
    joined:
      inputs: [x, y]
      sequence: [add: {from: [x, y]}, relu]
    block:
      sequence:
      - {branches: [[], [softmax]], merge: {joined: {name: both}}}
      - add: {from: [both, in]}
    """
    found = operands(table("block", blocks=blocks))
    assert found["block_both_add"] == ("input", "block_softmax")
    assert found["block_add"] == ("block_both_relu", "input")


def test_a_skipped_step_leaves_the_current_value_and_its_name_means_that() -> None:
    blocks = """
    block:
      sequence:
      - relu: {name: a}
      - softmax: {name: b, when: false}
      - relu: {name: c}
      - add: {from: [b, c]}
    """
    assert operands(table("block", blocks=blocks))["block_add"] == (
        "block_a",
        "block_c",
    )


def test_a_skipped_step_is_no_output() -> None:
    blocks = """
    block:
      sequence:
      - relu: {name: a}
      - softmax: {when: false, from: in}
      - add: {from: [-1, -2]}
    """
    assert operands(table("block", blocks=blocks))["block_add"] == ("block_a", "input")


def test_a_lone_from_makes_an_earlier_value_the_current_one() -> None:
    blocks = """
    block:
      sequence:
      - relu: {name: a}
      - from: in
      - softmax
      - add: {from: [-1, a]}
    """
    found = operands(table("block", blocks=blocks))
    assert found["block_softmax"] == ("input",)
    assert found["block_add"] == ("block_softmax", "block_a")


def test_a_lone_from_may_carry_a_name_and_a_condition() -> None:
    blocks = """
    block:
      sequence:
      - relu: {name: a}
      - softmax: {name: b}
      - {from: a, name: c, when: <in.channels == 3>}
      - add: {from: [b, c]}
    """
    assert operands(table("block", blocks=blocks))["block_add"] == (
        "block_b",
        "block_a",
    )


def test_a_condition_may_ask_for_a_named_step() -> None:
    blocks = """
    block:
      sequence:
      - Conv2D: {name: project, patch: 1x1, filters: 3}
      - add: {when: <in.channels == project.channels>, from: [in, project]}
    """
    assert layers(table("block", blocks=blocks)) == ["block_project", "block_add"]


def test_a_list_is_an_argument() -> None:
    blocks = "cut: {sequence: [Reshape: {target_shape: [4, 16, <in.channels>]}]}"
    assert expand_text(table("cut", blocks=blocks)).outputs[0].shape == (4, 16, 3)


def test_a_block_may_take_a_claim_column_as_an_argument() -> None:
    blocks = """
    convolution:
      columns: [output size]
      sequence: [Conv2D: {patch: 1x1, filters: <output size.channels>}]
    """
    spec = table("conv1: [convolution, 8x8x64]", "type, output size", blocks)
    assert expand_text(spec).outputs[0].shape == (8, 8, 64)


def test_a_column_may_be_given_twice_only_by_position_or_by_meaning() -> None:
    rows = """
    a: [Conv2D, 4, 1x1]
    b: {type: Conv2D, n: 4, patch: 1x1}
    c: {type: Conv2D, filters: 4, patch: 1x1, use_bias: false}
    """
    graph = expand_text(table(rows, "type, n: filters, patch")).graph
    assert [node.parameters for node in graph] == [0, 16, 20, 16]


def test_mistakes_of_blocks_that_nothing_calls_are_found() -> None:
    blocks = "unused: {sequence: [Conv2D: {patch: 3x3, filters: <oops>}]}"
    with pytest.raises(SpecError, match="`oops` is no parameter"):
        expand_text(table("relu", blocks=blocks))


@pytest.mark.parametrize(
    "join",
    [
        "add: {name: z, from: [-1, x], when: <go>}",
        "add: {name: z, from: [x, y], when: <go>}",
        "relu: {name: z, from: x, when: <go>}",
        "add: {name: z, from: [in, x]}",
        "add: {from: [in, x], when: <go>}\n      - relu: {name: z}",
    ],
)
def test_a_join_that_leaves_an_operand_may_be_named(join: str) -> None:
    blocks = f"""
    split:
      columns: [go]
      sequence:
      - relu: {{name: x}}
      - softmax: {{name: y}}
      - {join}
      - add: {{from: [z, y]}}
    """
    assert layers(table("a: [split, true]", "type, go", blocks))


@pytest.mark.parametrize(
    "later", ["add: {from: [z, y]}", "Conv2D: {patch: 1x1, filters: <z.channels>}"]
)
def test_a_join_that_leaves_no_operand_may_not_be_referred_to(later: str) -> None:
    blocks = f"""
    split:
      columns: [go]
      branches:
      - - relu: {{name: x}}
        - softmax: {{name: y}}
        - add: {{name: z, from: [in, x], when: <go>}}
        - {later}
      - []
      merge: concatenate
    """
    with pytest.raises(SpecError, match="skipped, `z` would be the current value"):
        expand_text(table("a: [split, true]", "type, go", blocks))
