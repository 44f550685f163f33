"""What `from` names, and what `in` means."""

import pytest
from tiny_specs import expand_text, operands, table

from archcompiler.diagnostics import SpecError


def test_a_row_takes_the_output_before_it() -> None:
    assert operands(table("a: relu\nb: relu")) == {"a": ("input",), "b": ("a",)}


def test_a_row_takes_what_it_names() -> None:
    rows = "a: relu\nb: [relu, input]\nc: [add, [a, b]]"
    assert operands(table(rows, "type, from"))["c"] == ("a", "b")


def test_operands_keep_their_order_and_may_be_equal() -> None:
    rows = "a: relu\nb: [add, [input, a]]\nc: [add, [b, b]]"
    found = operands(table(rows, "type, from"))
    assert found["b"] == ("input", "a")
    assert found["c"] == ("b", "b")


def test_relative_references_count_back_from_the_last_output() -> None:
    rows = "a: relu\nb: relu\nc: [add, [-1, -2]]\nd: [add, [-1, -4]]"
    found = operands(table(rows, "type, from"))
    assert found["c"] == ("b", "a")
    assert found["d"] == ("c", "input")


def test_repetitions_count_as_outputs() -> None:
    rows = "a: [relu, 3]\nb: [add, ~, [-1, -2]]"
    found = operands(table(rows, "type, repeat, from"))
    assert found["b"] == ("a_3", "a_2")


def test_relative_references_are_resolved_anew_in_each_repetition() -> None:
    """Cells of two inputs: each takes the two outputs before it."""
    rows = "a: relu\nb: [add, [-1, -2], 3]"
    found = operands(table(rows, "type, from, repeat"))
    assert found["b_1"] == ("a", "input")
    assert found["b_2"] == ("b_1", "a")
    assert found["b_3"] == ("b_2", "b_1")


def test_named_operands_stay_but_the_first_becomes_the_repetition_before() -> None:
    rows = "a: relu\nb: [add, [input, a], 2]"
    found = operands(table(rows, "type, from, repeat"))
    assert found["b_1"] == ("input", "a")
    assert found["b_2"] == ("b_1", "a")


def test_a_named_row_means_its_last_repetition() -> None:
    rows = "a: [relu, ~, 2]\nb: relu\nc: [add, [a, b]]"
    assert operands(table(rows, "type, from, repeat"))["c"] == ("a_2", "b")


def test_a_skipped_row_means_the_current_value() -> None:
    rows = "a: relu\nb: [softmax, false]\nc: relu\nd: [add, ~, [b, c]]"
    found = operands(table(rows, "type, when, from"))
    assert found["c"] == ("a",)
    assert found["d"] == ("a", "c")


def test_a_skipped_row_is_no_output() -> None:
    rows = "a: relu\nb: [softmax, false, input]\nc: [add, ~, [-1, -2]]"
    found = operands(table(rows, "type, when, from"))
    assert found["c"] == ("a", "input")


def test_a_skipped_row_leaves_the_current_value_whatever_it_would_have_taken() -> None:
    rows = "a: relu\nb: [softmax, false, input]\nc: relu\nd: [add, ~, [b, c]]"
    found = operands(table(rows, "type, when, from"))
    assert found["c"] == ("a",)
    assert found["d"] == ("a", "c")


def test_inside_a_block_relative_references_begin_at_its_input() -> None:
    blocks = "pair: {sequence: [relu, add: {from: [-1, -2]}]}"
    found = operands(table("before: relu\npair: pair", blocks=blocks))
    assert found["pair_add"] == ("pair_relu", "before")


def test_repetitions_of_a_step_count_as_its_block_counts_steps() -> None:
    """As those of a row do, of which `test_repetitions_count_as_outputs` speaks."""
    blocks = "pair: {sequence: [relu: {repeat: 3}, add: {from: [-1, -2, -4]}]}"
    found = operands(table("before: relu\npair: pair", blocks=blocks))
    assert found["pair_add"] == ("pair_relu_3", "pair_relu_2", "before")


def test_a_repeated_step_counts_back_anew_in_each_repetition() -> None:
    blocks = "pair: {sequence: [relu, add: {from: [-1, -2, in], repeat: 3}]}"
    found = operands(table("before: relu\npair: pair", blocks=blocks))
    assert found["pair_add_1"] == ("pair_relu", "before", "before")
    assert found["pair_add_2"] == ("pair_add_1", "pair_relu", "before")
    assert found["pair_add_3"] == ("pair_add_2", "pair_add_1", "before")


def test_repetitions_of_a_block_within_a_block_and_of_a_fork_count() -> None:
    blocks = """
    act: {sequence: [relu, tanh]}
    pair:
      sequence:
      - act: {repeat: 2}
      - {branches: [[relu], []], merge: add, repeat: 2}
      - add: {name: sum, from: [-1, -2, -3, -4, -5]}
    """
    found = operands(table("before: relu\npair: pair", blocks=blocks))
    forks = ("pair_2_add", "pair_1_add")
    acts = ("pair_act_2_tanh", "pair_act_1_tanh")
    assert found["pair_sum"] == (*forks, *acts, "before")


def test_in_is_the_block_s_input_and_never_the_step_s() -> None:
    blocks = """
    block:
      sequence:
      - Conv2D: {patch: 1x1, filters: 16}
      - Conv2D: {patch: 1x1, filters: <2 * in.channels>}
      - Conv2D: {patch: 1x1, filters: <2 * in.channels>}
    """
    graph = expand_text(table("block", blocks=blocks)).graph
    assert [node.shape[-1] for node in graph] == [3, 16, 6, 6]


def test_in_is_anew_the_input_of_each_repetition() -> None:
    blocks = "wider: {sequence: [Conv2D: {patch: 1x1, filters: <2 * in.channels>}]}"
    rows = "wider: [wider, 3]"
    graph = expand_text(table(rows, "type, repeat", blocks)).graph
    assert [node.shape[-1] for node in graph] == [3, 6, 12, 24]


def test_in_is_the_row_s_input_in_the_cells_of_a_row() -> None:
    rows = "a: [Conv2D, 16, 1x1]\nb: [Conv2D, <2 * in.channels>, 1x1, input]"
    rows += "\nc: [concatenate, ~, ~, [a, b]]"
    graph = expand_text(table(rows, "type, filters, patch, from")).graph
    assert graph["b"].shape[-1] == 6


def test_a_cell_may_ask_for_an_earlier_row() -> None:
    rows = "a: [Conv2D, 16, 1x1]\nb: [Conv2D, <a.channels // 4>, 1x1]"
    assert expand_text(table(rows, "type, filters, patch")).outputs[0].shape[-1] == 4


def test_blocks_of_several_inputs() -> None:
    blocks = """
    shortcut:
      inputs: [x, skip]
      sequence: [relu: {when: <x.channels == skip.channels>}, add: {from: [-1, skip]}]
    """
    rows = "a: relu\nb: relu\nend: [shortcut, [b, a]]"
    found = operands(table(rows, "type, from", blocks))
    assert found["end_relu"] == ("b",)
    assert found["end_add"] == ("end_relu", "a")


def test_a_spec_of_several_inputs() -> None:
    spec = """
    name: tiny
    inputs: {left: 8x8x3, right: 8x8x3}
    table:
      columns: [type, from]
      rows:
      - act: [relu, left]
      - sum: [add, [-1, right]]
    """
    assert operands(spec)["sum"] == ("act", "right")
    assert [node.name for node in expand_text(spec).inputs] == ["left", "right"]


def test_outputs_are_an_ordered_list() -> None:
    spec = table("a: relu\nb: relu") + "outputs: [b, a]\n"
    assert [node.name for node in expand_text(spec).outputs] == ["b", "a"]


def test_the_last_row_is_the_output_where_none_is_listed() -> None:
    assert [node.name for node in expand_text(table("a: relu\nb: relu")).outputs] == [
        "b"
    ]


def test_a_value_that_leads_nowhere_is_an_error() -> None:
    with pytest.raises(SpecError, match="leads nowhere"):
        expand_text(table("a: relu\nb: [relu, input]", "type, from"))
