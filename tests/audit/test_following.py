"""What follows from a mistake is counted with it, and what does not is told."""

import json
from collections.abc import Iterator

import pytest

import archcompiler
from archcompiler.checking.checking import check, examine
from archcompiler.claims.knobs import knobs
from archcompiler.cli.github import annotation
from archcompiler.diagnostics import Diagnostic
from archcompiler.language.loading.places import find_spec
from archcompiler.language.spec.spec import CLAIM_COLUMNS
from archcompiler.reports.records import check_record

GOOGLENET = find_spec("googlenet").path.read_text()
FORGOTTEN = GOOGLENET.replace("7x7/2, 112", "7x7,   112")

CHAIN = """\
name: chain
input: 16x16x3
expect: {{parameters: {parameters}}}
table:
  columns: [name, type, patch, filters, output size, params]
  rows:
  - [a, Conv2D, {a}, 8, 14x14x8, 224]
  - [b, Conv2D, 3x3, {b}, 12x12x4, {params}]
  - [c, Conv2D, 9x9, 2, 4x4x2, 650]
claims: {{params: {{counts: weights and biases}}}}
"""


def chain(a="3x3", b=4, params=292, parameters=1166):
    return CHAIN.format(a=a, b=b, params=params, parameters=parameters)


def line_of(spec: str, beginning: str) -> int:
    lines = spec.split("\n")
    return next(n for n, line in enumerate(lines, 1) if beginning in line)


def applied(spec: str, found: Diagnostic) -> str:
    """Apply the edits of a finding to a text."""
    lines = spec.split("\n")
    for edit in found.edits:
        line = lines[edit.span.line - 1]
        start, end = edit.span.column - 1, edit.span.end - 1
        lines[edit.span.line - 1] = line[:start] + edit.text + line[end:]
    return "\n".join(lines)


def places(spec: str) -> list[int | None]:
    return [found.line for found in check(spec).diagnostics]


# One mistake ----------------------------------------------------------------


def test_a_forgotten_stride_has_one_root_that_says_what_to_write():
    (root,) = check(FORGOTTEN).diagnostics
    assert root.line == line_of(FORGOTTEN, "- conv1:")
    assert root.follows > 20
    assert "`patch size/stride: 7x7/2` in row `conv1`" in root.help
    assert applied(FORGOTTEN, root).split() == GOOGLENET.split()


def test_load_tells_the_root_alone():
    with pytest.raises(archcompiler.SpecError) as refused:
        archcompiler.load(FORGOTTEN)
    assert len(refused.value.diagnostics) == 1


def test_the_chain_is_right():
    assert check(chain()).ok


def test_a_failure_follows_from_the_size_above_it():
    spec = chain(a="3x3/2")
    (root,) = check(spec).diagnostics
    assert (root.code, root.line) == ("size-mismatch", line_of(spec, "[a,"))
    assert root.follows == 2


def test_a_failure_that_the_printed_sizes_do_not_mend_is_told():
    spec = chain(a="3x3/2").replace("9x9", "13x13")
    assert [found.code for found in check(spec).diagnostics] == [
        "size-mismatch",
        "window-too-large",
    ]


def test_a_dropped_row_is_told_where_the_next_one_misses_it():
    spec = GOOGLENET.replace(
        "  - pool3: [max pool,        3x3/2, 14x14x480,     0]\n", ""
    )
    assert places(spec) == [line_of(spec, "[inception (4a)")]


def test_totals_follow_from_the_row_that_explains_them():
    spec = chain(b=5)
    (root,) = check(spec).diagnostics
    assert root.line == line_of(spec, "[b,")
    assert applied(spec, root) == chain()


# Two mistakes ---------------------------------------------------------------


def test_a_cell_that_is_wrong_by_itself_is_told_beside_the_root():
    spec = FORGOTTEN.replace("159K,  128M", "169K,  128M")
    assert places(spec) == [
        line_of(spec, "- conv1:"),
        line_of(spec, "[inception (3a)"),
    ]


def test_a_mistyped_cell_takes_nothing_along():
    spec = GOOGLENET.replace("28x28x192, ", "28x29x192, ")
    (root,) = check(spec).diagnostics
    assert root.follows == 0


def test_two_mistaken_rows_are_both_told():
    spec = FORGOTTEN.replace(
        "pool4: [max pool,        3x3/2", "pool4: [max pool, 3x3/3"
    )
    assert places(spec) == [line_of(spec, "- conv1:"), line_of(spec, "- pool4:")]


def test_a_wrong_total_is_told_where_the_mended_row_does_not_explain_it():
    spec = chain(b=5, parameters=1167)
    assert places(spec) == [line_of(spec, "[b,"), line_of(spec, "expect:")]


# Configurations -------------------------------------------------------------


@pytest.mark.thorough
def test_a_root_that_many_configurations_have_is_told_once():
    resnet = find_spec("resnet").path.read_text()
    spec = resnet.replace("7x7, 64, stride 2", "7x7, 64, stride 1")
    assert spec != resnet
    (root,) = check(spec).diagnostics
    assert root.message.startswith("in 5 configurations: `output size` of row `conv1`")


COLUMNS = """\
name: columns
input: 8x8x4
parameters: {model: a}
table:
  columns: [type: {model: [a, b, c]}, filters, patch]
  rows:
  - conv1: [Conv2D, Conv2D, Conv2D, 4, 3x3]
  - pool: [~, POOL, MaxPooling2D, ~, 2x2]
  - conv2: {type: Conv2D, filters: 4, patch: 1x1}
  - sum: {type: add, from: [conv2, conv1]}
"""


@pytest.mark.parametrize(
    ("cell", "told"),
    [("MaxPooling2D", "with model=b and another: "), ("~", "with model=c: ")],
)
def test_what_the_chosen_configuration_lacks_names_one_that_has_it(cell, told):
    (found,) = check(COLUMNS.replace("POOL", cell)).diagnostics
    assert found.message.startswith(f"{told}`Add` needs equal shapes")


# Reports --------------------------------------------------------------------


def test_text_json_and_github_say_what_follows():
    checked = check(chain(a="3x3/2"))
    (root,) = checked.diagnostics
    assert "  note: 2 more findings follow from it" in str(root)
    assert "note: 2 more findings follow from it" in annotation(root, "chain")
    record = json.loads(json.dumps(check_record(checked)))
    assert record["diagnostics"][0]["follows"] == 2


# Many mistakes, one at a time -----------------------------------------------


def mutants(name: str) -> Iterator[tuple[int, str]]:
    """Yield texts of a spec with one number of a row changed, and the row's line."""
    architecture = examine(name).architecture
    assert architecture is not None
    source = architecture.program.files[-1]
    lines = source.text.split("\n")
    for row in architecture.rows:
        for knob in knobs(row):
            cell = knob.cell
            if knob.meaning in CLAIM_COLUMNS or cell.source is not source:
                continue
            value = knob.value + 2 if knob.window and knob.value > 1 else knob.value * 2
            line = lines[cell.line - 1]
            start, end = cell.column - 1, cell.end - 1
            edited = line[:start] + knob.text(value) + line[end:]
            at = cell.line
            yield at, "\n".join([*lines[: at - 1], edited, *lines[at:]])


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("name", "every", "told_there", "told_shortly"),
    [
        ("googlenet", 4, 0.95, 0.99),
        ("mobilenet-v1", 2, 0.9, 0.99),
        ("nin", 2, 0.7, 0.99),
    ],
)
def test_a_wrong_number_is_told_first_and_nearly_alone(
    name, every, told_there, told_shortly
):
    there = few = tried = 0
    for line, spec in [*mutants(name)][::every]:
        found = check(spec).diagnostics
        if not found:
            continue
        tried += 1
        first = found[0]
        there += line in (first.line, *(edit.span.line for edit in first.edits))
        few += len(found) <= 2
    assert there / tried >= told_there
    assert few / tried >= told_shortly
