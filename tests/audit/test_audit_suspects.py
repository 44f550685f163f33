"""Suspects: an argument that was changed is named, wherever it is noticed."""

from collections import Counter

import pytest
from audited_specs import GOOGLENET, one_row

from archcompiler.auditing.auditing import audit_fully
from archcompiler.checking.checking import examine
from archcompiler.claims.knobs import knobs
from archcompiler.claims.suspects import find_suspects

pytestmark = pytest.mark.slow

ARCHITECTURE = examine("googlenet").architecture


def changed(knob, value):
    """Return GoogLeNet's spec with another number in one cell."""
    lines = GOOGLENET.splitlines()
    cell = knob.cell
    line = lines[cell.line]
    lines[cell.line] = line[: cell.column] + knob.text(value) + line[cell.end :]
    return "\n".join(lines) + "\n"


def counts_change(full):
    """Whether sizes or counts are others than those of the spec that ships."""
    if full.partial:
        return True
    now, then = (
        [a.parameters, a.macs, a.depth, *(row.output.shape for row in a.rows)]
        for a in (full.architecture, ARCHITECTURE)
    )
    return now != then


KINDS = ("conv1", "pool1", "conv2", "3a", "4c", "5b", "pool5")
"""A row of each kind; a campaign takes all rows."""


def test_a_mutation_of_any_argument_is_caught_and_named_among_the_suspects(
    write_spec, campaign
):
    noticed = Counter()
    for row in ARCHITECTURE.rows:
        if campaign == 1 and row.name not in KINDS:
            continue
        for at, knob in enumerate(knobs(row)):
            value = knob.value + (1 if at % 2 else -1)
            if knob.meaning == "type" or value < 1:
                continue
            if (row.name, knob.value) == ("conv1", 112):
                continue  # the size that it prints, which it does not take
            spec = write_spec(changed(knob, value))
            full = audit_fully(spec, explaining=False)
            if not counts_change(full):
                continue
            assert not full.ok, (row.name, knob)
            found = [(s.row, s.cell.line, s.cell.column) for s in full.suspects]
            place = (row.name, knob.cell.line, knob.cell.column)
            assert place in found, (row.name, knob, value)
            noticed[full.diagnostics[0].code] += 1
    assert noticed.total() > (20 if campaign == 1 else 55)
    assert noticed.keys() == {"claim-mismatch", "size-mismatch", "expectation-failed"}


def test_a_spec_without_mistakes_has_no_suspects():
    audited = examine("googlenet")
    assert find_suspects(audited.architecture, audited.audit) == []


def test_a_suspect_says_what_stands_and_what_would_mend_it(write_spec):
    spec = one_row(filters=31, size="14x14x32")
    (filters,) = audit_fully(write_spec(spec)).suspects
    assert (filters.row, filters.column) == ("conv", "filters")
    assert (filters.cell.text, filters.mended) == ("31", "32")
    assert filters.mends_all


def test_the_number_that_mends_a_later_row_is_found_above_it(write_spec):
    pool = "  - [pool, MaxPooling2D, 2x2, ~, 7x7x33]\n"
    row = "  - [conv, Conv2D, 3x3, 32, ~, ~, ~]\n"
    spec = one_row().replace(
        "  - [conv, Conv2D, 3x3, 32, 14x14x32, 2304, 451584]\n", row + pool
    )
    suspects = audit_fully(write_spec(spec)).suspects
    assert [(s.row, s.column, s.mended) for s in suspects] == [
        ("conv", "filters", "33")
    ]


def test_what_mends_all_hides_what_mends_the_row_alone(write_spec):
    spec = GOOGLENET.replace("28x28x256,     2,  64,", "28x28x256,     2,  65,")
    suspects = audit_fully(write_spec(spec), explaining=False).suspects
    assert [(s.column, s.mended) for s in suspects] == [
        ("#1x1", "64"),
        ("pool proj", "31"),
    ]


def test_a_hole_of_a_type_may_be_the_suspect(write_spec):
    spec = """\
    name: small
    input: 8x8x3
    blocks:
      conv<k>-<n>:
        sequence: [Conv2D: {patch: <k>x<k>, filters: <n>}]
    table:
      columns: [type, output size, params]
      rows:
      - one: [conv3-8, 6x6x16, 432]
    claims: {params: {counts: weights}}
    """
    suspects = audit_fully(write_spec(spec)).suspects
    assert [(s.column, s.mended) for s in suspects] == [("type", "conv3-16")]


def test_a_printed_number_below_zero_is_told_and_no_crash(write_spec):
    spec = write_spec(
        """\
        name: below
        input: 8x8x3
        table:
          columns: [name, type, patch, filters, depth]
          rows:
          - [a, Conv2D, 3x3, 8, -1]
        claims: {depth: -1}
        """
    )
    found = audit_fully(spec).diagnostics
    assert [each.code for each in found] == ["claim-mismatch"] * 2
