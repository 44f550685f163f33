"""Repetition: how often, and what first, last, index and count say."""

import pytest
from tiny_specs import expand_text, layers, operands, table

from archcompiler.architecture import Architecture
from archcompiler.diagnostics import SpecError

STAGE = """
stage:
  columns: [stride: 1]
  sequence: [MaxPooling2D: {patch: 1x1/<stride if first else 1>}]
"""
COUNTED = """
drop:
  columns: [repeat: 1]
  sequence: [Dropout: {rate: <index / (2 * count)>}]
"""


def rates(spec: str) -> list[float]:
    return [node.op.rate for node in expand_text(spec).graph if node.op]  # type: ignore[attr-defined]


def test_nothing_strides_once_by_itself() -> None:
    graph = expand_text(table("a: [stage, 2, 3]", "type, stride, repeat", STAGE)).graph
    assert [node.shape[0] for node in graph] == [8, 4, 4, 4]


def test_first_and_last_are_true_of_a_single_call() -> None:
    blocks = "one: {sequence: [relu: {when: <first and last>}]}"
    assert layers(table("one", blocks=blocks)) == ["one"]


def test_first_and_last_in_a_row_speak_of_its_repetition() -> None:
    rows = "a: [Conv2D, <4 if first else 8 if last else 6>, 1x1, 3]"
    graph = expand_text(table(rows, "type, filters, patch, repeat")).graph
    assert [node.shape[-1] for node in graph] == [3, 4, 6, 8]


def test_first_in_a_step_that_repeats_speaks_of_that_step() -> None:
    blocks = """
    stem:
      sequence:
      - Conv2D: {repeat: 3, patch: 1x1, filters: <4 if first else 8>}
      - Conv2D: {patch: 1x1, filters: <16 if first else 32>}
    """
    graph = expand_text(table("stem: [stem, 2]", "type, repeat", blocks)).graph
    assert [node.shape[-1] for node in graph][1:] == [4, 8, 8, 16, 4, 8, 8, 32]


def test_a_column_may_set_the_repetition() -> None:
    blocks = "stage: {columns: [depth, repeat: <2 * depth>], sequence: [relu]}"
    assert len(layers(table("a: [stage, 2]", "type, depth", blocks))) == 4


def test_the_repeat_of_a_call_beats_that_of_its_block() -> None:
    blocks = "stage: {columns: [repeat: 3], sequence: [relu]}"
    assert len(layers(table("a: [stage, 2]", "type, n: repeat", blocks))) == 2


def test_index_counts_from_0_over_all_calls_of_the_block() -> None:
    rows = "a: [drop, 2]\nc: [drop, 3]"
    assert rates(table(rows, "type, repeat", COUNTED)) == [0, 0.1, 0.2, 0.3, 0.4]


def test_other_blocks_and_skipped_rows_do_not_count() -> None:
    rows = "a: [drop, 1]\nb: [drop, 7, false]\nc: [drop, 1]"
    assert rates(table(rows, "type, repeat, when", COUNTED)) == [0, 0.25]


def test_a_nested_block_sees_no_index() -> None:
    blocks = """
    drop: {sequence: [Dropout: {rate: <index / count>}]}
    stem: {sequence: [drop]}
    """
    with pytest.raises(SpecError, match="`index` has no value here"):
        expand_text(table("stem", blocks=blocks))


def test_index_in_what_a_step_repeats_numbers_its_repetitions() -> None:
    blocks = """
    drop: {sequence: [Dropout: {rate: <index / (2 * count)>}]}
    stem:
      sequence:
      - drop: {repeat: 2}
      - Dropout: {repeat: 4, rate: <index / (2 * count)>}
    """
    assert rates(table("a: stem\nb: stem", blocks=blocks)) == [
        *(0, 0.25, 0, 0.125, 0.25, 0.375),
        *(0, 0.25, 0, 0.125, 0.25, 0.375),
    ]


def test_a_fork_may_repeat() -> None:
    blocks = """
    stem:
      sequence:
      - {branches: [[], [relu]], merge: add, repeat: 2, name: residual}
    """
    assert layers(table("stem", blocks=blocks)) == [
        "stem_residual_1_relu",
        "stem_residual_1_add",
        "stem_residual_2_relu",
        "stem_residual_2_add",
    ]


@pytest.mark.parametrize("repeat", ["0", "-1", "1.5", "two", "1e9", "1000001"])
def test_repeat_is_a_whole_number_within_bounds(repeat: str) -> None:
    with pytest.raises(SpecError, match="`repeat` is"):
        expand_text(table(f"a: [relu, {repeat}]", "type, repeat"))


def test_blocks_with_one_counter_are_numbered_together() -> None:
    """Stochastic depth: the rate rises over all units, whatever their kind."""
    blocks = """
    fused:
      counter: units
      sequence: [Dropout: {rate: <index / count>}]
    plain: {counter: units, sequence: [Dropout: {rate: 0}]}
    alone: {sequence: [Dropout: {rate: <index / count>}]}
    """
    rows = "a: [fused, 2]\nb: [plain, 3]\nc: [alone, 2]\nd: [fused, 1]"
    found = rates(table(rows, "type, repeat", blocks))
    assert found == pytest.approx([0, 1 / 6, 0, 0, 0, 0, 1 / 2, 5 / 6])


SEVERAL = """
unit:
  columns: [n]
  sequence:
  - Conv2D: {name: conv, repeat: <n>, patch: 1x1, filters: 4}
  - concatenate: {from: [in, all conv], repeat: 2}
"""


def test_all_repetitions_are_taken_by_one_name() -> None:
    taken = operands(table("a: [unit, 3]\nb: [unit, 1]", "type, n", SEVERAL))
    convs = ("a_conv_1", "a_conv_2", "a_conv_3")
    assert taken["a_concatenate_1"] == ("input", *convs)
    assert taken["a_concatenate_2"] == ("a_concatenate_1", *convs)
    assert taken["b_concatenate_1"] == ("a_concatenate_2", "b_conv_1")


def test_a_repetition_is_taken_by_its_number_unless_a_row_is_called_so() -> None:
    rows = "a: {type: relu, repeat: 3}\nb: {type: add, from: [a 2, a]}"
    assert operands(table(rows))["b"] == ("a_2", "a_3")
    named = "z 2: tanh\na: {type: relu, repeat: 3}\nb: {type: add, from: [z 2, a]}"
    assert operands(table(named))["b"] == ("z_2", "a_3")


def test_calls_that_repeat_differently_have_no_source() -> None:
    text = table("a: [unit, 3]\nb: [unit, 2]", "type, n", SEVERAL)
    with pytest.raises(SpecError, match="calls repeat `conv` differently"):
        Architecture(expand_text(text)).to_source()
