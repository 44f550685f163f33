"""Explanations: found where there is one, and refused where there can be none."""

import pytest
from audited_specs import audited_googlenet, one_row

from archcompiler.auditing.auditing import audit_fully
from archcompiler.auditing.edits import bits_of
from archcompiler.auditing.evidence import DEAREST, MOST_TRIED
from archcompiler.reports.audit_wording import edit_texts, explanation


def explained(full):
    return {found.row: found for found in full.explanations}


@pytest.mark.slow
def test_the_depthwise_separable_first_layer_is_found():
    found = explained(audited_googlenet())["conv1"]
    assert found.outcome == "explained"
    (candidate,) = found.candidates
    assert (candidate.parameters, candidate.macs) == (2712, 34_019_328)
    assert edit_texts(candidate) == [
        "conv: depthwise-separable 7x7 with multiplier 8",
        "params in units of 1,000",
    ]
    assert found.chance < 0.1


@pytest.mark.slow
def test_rows_whose_counts_contradict_each_other_are_not_searched():
    found = explained(audited_googlenet())
    contradictions = [r for r, f in found.items() if f.outcome == "contradiction"]
    assert contradictions == ["4c", "4d", "4e", "5b"]
    assert all(found[row].tried == 0 for row in contradictions)
    assert found["4c"].detail == (
        "463K weights at 196 positions are 92.9M to 93.1M multiply-adds, "
        "100M are printed"
    )


@pytest.mark.slow
def test_every_row_that_differs_is_spoken_of_and_no_other():
    found = explained(audited_googlenet())
    assert {row: f.outcome for row, f in found.items()} == {
        "conv1": "explained",
        "3b": "explained",
        "4a": "ambiguous",
        "4b": "unexplained",
        "4c": "contradiction",
        "4d": "contradiction",
        "4e": "contradiction",
        "5a": "ambiguous",
        "5b": "contradiction",
    }
    assert all(f.tried <= MOST_TRIED for f in found.values())


@pytest.mark.slow
def test_a_convention_of_its_own_may_explain_a_cell():
    (candidate,) = explained(audited_googlenet())["3b"].candidates
    assert candidate.edits == ()
    assert edit_texts(candidate) == [
        "params counting weights and biases, rounded to the nearest"
    ]


def explain_row(write_spec, **cells):
    full = audit_fully(write_spec(one_row(**cells)))
    (found,) = full.explanations
    return found


@pytest.mark.thorough
def test_another_kernel_is_found(write_spec):
    found = explain_row(
        write_spec, input="14x14x8", patch="1x1", params="6400", ops="640000"
    )
    assert found.outcome == "contradiction"  # 5x5 would leave 10x10, not 14x14
    same = one_row(input="14x14x8", patch="1x1", params="6400", ops="1254400")
    same = same.replace("columns: [name,", "columns: [name, padding,")
    same = same.replace("[conv, Conv2D", "[conv, same, Conv2D")
    (found,) = audit_fully(write_spec(same)).explanations
    assert found.outcome == "explained"
    (candidate,) = found.candidates
    assert [(e.where, e.new) for e in candidate.edits] == [("patch", "5x5")]


@pytest.mark.thorough
def test_no_edit_is_an_explanation_that_changes_what_the_row_gives(write_spec):
    found = explain_row(write_spec, params="4608", ops="903168")
    assert all(edit.meaning != "filters" for c in found.candidates for edit in c.edits)


@pytest.mark.thorough
def test_two_equal_edits_are_ambiguous(write_spec):
    spec = """\
    name: small
    input: 14x14x64
    blocks:
      two:
        columns: [left, right]
        branches:
        - - Conv2D: {name: l, patch: 1x1, filters: <left>}
          - Conv2D: {name: m, patch: 1x1, filters: 32}
        - - Conv2D: {name: r, patch: 1x1, filters: <right>}
          - Conv2D: {name: s, patch: 1x1, filters: 32}
        merge: concatenate
    table:
      columns: [type, left, right, output size, params, ops]
      rows:
      - [two, 64, 64, 14x14x64, 9216, 1806336]
    claims: {params: {counts: weights}, ops: {counts: multiply-adds}}
    """
    (found,) = audit_fully(write_spec(spec)).explanations
    assert found.outcome == "ambiguous"
    edits = [str(edit) for candidate in found.candidates for edit in candidate.edits]
    assert edits[:2] == ["left: 32 instead of 64", "right: 32 instead of 64"]


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("params", "outcome", "chance"),
    [("9.2K", "explained", 0.09), ("1.2K", "ambiguous", 0.16)],
)
def test_one_edit_explains_what_chance_would_hit_in_less_than_a_tenth(
    write_spec, params, outcome, chance
):
    found = explain_row(write_spec, params=params, ops="~")
    assert len(found.candidates) == 1
    assert (found.outcome, round(found.chance, 2)) == (outcome, chance)


@pytest.mark.thorough
def test_what_no_small_edit_gives_is_unexplained(write_spec):
    found = explain_row(write_spec, params="2310", ops="452760")
    assert found.outcome == "unexplained"
    (text,) = explanation(found)
    assert text.startswith(
        f"no edit of up to {DEAREST:g} bits fits; {found.tried:,} tried"
    )
    assert found.tried > 30


def test_rows_below_a_size_that_differs_are_not_explained(write_spec):
    row = "  - [conv, Conv2D, 3x3, 32, 14x14x32, 2304, 451584]\n"
    more = row.replace("conv,", "next,").replace("14x14x32", "12x12x32")
    spec = one_row(size="15x15x32").replace("451584]\n", f"451584]\n{more}")
    full = audit_fully(write_spec(spec))
    assert [cell.row for cell in full.cells if cell.judgement == "differs"] == [
        *("conv", "next", "next"),
    ]  # fmt: skip
    assert full.explanations == []


@pytest.mark.parametrize(
    ("number", "bits"), [(1, 0.0), (8, 2.0), (64, 2.8), (48, 5.5), (204, 12.9)]
)
def test_round_numbers_are_cheap(number, bits):
    assert round(bits_of(number), 1) == bits
