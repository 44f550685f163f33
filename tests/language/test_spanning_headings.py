"""Headings that span a cell for each model, and rows that some models lack."""

import pytest
from tiny_specs import expand_text, layers, table

from archcompiler.diagnostics import SpecError

CHOOSER = "parameters: {model: A}"
CONV = (
    "conv: {columns: [channels, stride: 1], "
    "sequence: [Conv2D: {patch: 1x1/<stride>, filters: <channels>}]}"
)
SPANNED = 'name, type, "#Channels": {channels: {model: [A, B]}}, stride'


def channels(text: str, model: str) -> list[int]:
    return [node.shape[-1] for node in expand_text(text, model=model).graph]


def test_a_heading_as_printed_may_span_the_cells_of_its_meaning() -> None:
    text = table("[a, conv, 8, 16]\n[b, conv, 24, 32]", SPANNED, CONV, CHOOSER)
    assert channels(text, "A") == [3, 8, 24]
    assert channels(text, "B") == [3, 16, 32]


@pytest.mark.parametrize("spanned", ["{channels: {}}", "{channels: {model: A}}"])
def test_a_heading_that_spans_no_cells_is_told_both_forms(spanned: str) -> None:
    columns = SPANNED.replace("{channels: {model: [A, B]}}", spanned)
    with pytest.raises(SpecError, match=r"meaning: \{parameter: \[choice, choice\]"):
        expand_text(table("[a, conv, 8]", columns, CONV, CHOOSER))


def test_a_blank_in_any_spanned_column_means_that_the_model_lacks_the_row() -> None:
    text = table("[a, conv, 8, 16]\n[b, conv, 24, ~, 2]", SPANNED, CONV, CHOOSER)
    assert layers(text, model="A") == ["a", "b"]
    assert layers(text, model="B") == ["a"]


def test_a_model_lacks_a_row_where_all_of_its_spanned_cells_are_blank() -> None:
    columns = f"{SPANNED}, n: {{repeat: {{model: [A, B]}}}}"
    text = table(
        "[a, conv, 8, 16, 1, ~, ~]\n[b, conv, ~, 32, 1, ~, 2]", columns, CONV, CHOOSER
    )
    assert layers(text, model="A") == ["a"]
    assert layers(text, model="B") == ["a", "b_1", "b_2"]


def test_a_row_that_no_model_fills_is_lacked_by_none() -> None:
    text = table("[a, conv, 8, 16]\n[b, relu]", SPANNED, CONV, CHOOSER)
    assert layers(text, model="B") == ["a", "b"]


def test_a_claim_that_one_model_does_not_print_takes_no_row_from_it() -> None:
    columns = "name, type, patch, filters, output size: {model: [A, B]}"
    text = table("[a, Conv2D, 1x1, 4, 8x8x4, ~]", columns, head=CHOOSER)
    assert layers(text, model="B") == ["a"]


@pytest.mark.parametrize("settings", [{}, {"model": "B"}, {"width": 2}])
def test_a_parameter_that_nothing_reads_is_told_whatever_is_set(
    settings: dict[str, object],
) -> None:
    head = "parameters: {model: A, width: 1, classes: 10}"
    rows = '[a, conv, "<8 * width>", 16]\n[b, conv, 24, ~]'
    with pytest.raises(SpecError) as caught:
        expand_text(table(rows, SPANNED, CONV, head), **settings)
    messages = [found.message for found in caught.value.diagnostics]
    assert messages == ["nothing reads the parameter `classes`"]


@pytest.mark.parametrize("when", ["false", "<model == 'B'>"])
def test_a_row_that_parameters_leave_out_needs_no_arguments(when: str) -> None:
    rows = f'[a, conv, 8, 16]\nb: {{type: Conv2D, when: "{when}"}}'
    text = table(rows, SPANNED, CONV, CHOOSER)
    assert layers(text) == ["a"]


@pytest.mark.parametrize("when", ["false", "<model == 'B'>"])
def test_a_step_that_parameters_leave_out_needs_no_arguments(when: str) -> None:
    unit = f'unit: {{sequence: [Conv2D: {{when: "{when}"}}, relu]}}'
    text = table("[a, conv, 8, 16]\nb: unit", SPANNED, f"{CONV}\n{unit}", CHOOSER)
    assert layers(text) == ["a", "b_relu"]


def test_a_step_that_parameters_let_run_needs_its_arguments() -> None:
    unit = "unit: {sequence: [Conv2D: {when: <model == 'B'>}, relu]}"
    text = table("[a, conv, 8, 16]\nb: unit", SPANNED, f"{CONV}\n{unit}", CHOOSER)
    with pytest.raises(SpecError, match="`Conv2D` needs `filters`"):
        expand_text(text, model="B")


def test_a_step_that_may_run_needs_its_arguments() -> None:
    blocks = "unit: {sequence: [Conv2D: {when: <in.height > 99>}, relu]}"
    with pytest.raises(SpecError, match="`Conv2D` needs `filters`"):
        expand_text(table("unit", blocks=blocks))
