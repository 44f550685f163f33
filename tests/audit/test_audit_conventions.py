"""Conventions: found where they are not stated, tied where nothing tells them apart."""

import pytest
from audited_specs import SPECS, audited_googlenet, one_row, without_conventions

from archcompiler.auditing.auditing import audit_fully
from archcompiler.auditing.recovery import conventions_of
from archcompiler.checking.checking import check, examine
from archcompiler.claims.conventions import (
    ROUNDINGS,
    default_convention,
    powers_of,
    read_conventions,
)
from archcompiler.counting.rules import PLAIN
from archcompiler.language.text.notation import read_printed
from archcompiler.reports.audit_wording import conventions, describe

WITH_CONVENTIONS = [
    *("googlenet", "resnet", "mobilenet-v1", "squeezenet", "vgg", "efficientnet"),
    *("mobilenetv2", "xception", "alexnet", "densenet", "resnext", "inception-v3"),
]


@pytest.mark.thorough
@pytest.mark.parametrize("name", WITH_CONVENTIONS)
def test_a_convention_that_is_hidden_is_found_again(write_spec, name):
    stated = read_conventions(examine(name).architecture.program, [])
    full = audit_fully(write_spec(without_conventions(name)), explaining=False)
    assert full.recoveries
    for recovery in full.recoveries:
        assert recovery.stated is None
        told = stated[recovery.column]
        found = [describe(fit.convention, recovery.cells) for fit in recovery.best]
        if recovery.who is not None and told.counts not in PLAIN:
            (reading,) = recovery.who.readings
            assert told.counts in [str(way.convention) for way in reading.rules]
        else:
            assert describe(told, recovery.cells) in found


@pytest.mark.slow
def test_googlenets_biases_are_a_tie():
    params, ops = audited_googlenet().recoveries
    assert [fit.convention.counts for fit in params.best] == [
        "weights",
        "weights and biases",
    ]
    assert {fit.convention.units["K"] for fit in params.best} == {1024}
    assert [len(fit.cells) for fit in params.best] == [3, 3]
    (best,) = ops.best
    assert (best.convention.rounding, len(best.cells)) == ("nearest", 9)
    assert any("a tie with weights and biases" in line for line in conventions(params))


@pytest.mark.slow
def test_cells_that_fit_another_convention_are_told_from_those_that_fit_none():
    params, ops = audited_googlenet().recoveries
    assert [fit.cells[0].row for fit in params.elsewhere] == ["3b"]
    assert [count.row for count in params.orphans] == [
        *("conv1", "4a", "4b", "4c", "4d", "4e", "5a", "5b"),
    ]  # fmt: skip
    assert [fit.cells[0].row for fit in ops.elsewhere] == ["4a"]
    assert [count.row for count in ops.orphans] == ["conv1", "5a"]


@pytest.mark.thorough
def test_a_cell_is_read_by_the_most_common_convention_that_it_fits(write_spec):
    text = (SPECS / "googlenet.yaml").read_text()
    said = "counts: weights, K: 1024"
    spec = write_spec(text.replace(said, "counts: weights, K: 1000"))
    params, _ = audit_fully(spec, explaining=False).recoveries
    read = {fit.cells[0].row: key_of(fit.convention) for fit in params.elsewhere}
    for row in ("conv2", "linear"):
        fitted = cells_fitted(params, row)
        assert set(fitted.values()) == {2, 3}
        assert fitted[read[row]] == 3


def key_of(convention):
    return convention.counts, convention.rounding, convention.units["K"]


def cells_fitted(recovery, row):
    """Return, of the conventions that a row's cell fits, how many cells each fits."""
    fitted = {}
    for way in conventions_of(recovery.column, recovery.cells):
        rows = [
            cell.row
            for cell in recovery.cells
            if way.agrees(cell.printed, cell.number(way.counts))
        ]
        if row in rows:
            fitted[key_of(way)] = len(rows)
    return fitted


@pytest.mark.thorough
def test_resnets_flops_fit_no_single_rounding():
    (ops,) = audit_fully("resnet").recoveries
    assert [fit.convention.rounding for fit in ops.best] == ["nearest", "down"]
    assert [fit.cells[0].part for fit in ops.elsewhere] == ["resnet34", "resnet50"]
    assert {fit.convention.rounding for fit in ops.elsewhere} == {"down"}


@pytest.mark.thorough
def test_cells_are_judged_by_the_convention_that_was_found(write_spec):
    full = audit_fully(write_spec(without_conventions("googlenet")), explaining=False)
    found = {(c.row, c.column): c.judgement for c in full.cells}
    assert found["3a", "params"] == "agrees"
    assert found["4c", "params"] == "excused"
    assert full.count("differs") == 0


def test_a_column_that_no_convention_explains_differs(write_spec):
    spec = one_row(params="9.9K", ops="9M").split("claims:")[0]
    full = audit_fully(write_spec(spec), explaining=False)
    assert [recovery.best for recovery in full.recoveries] == [(), ()]
    assert [c.judgement for c in full.cells] == ["agrees", "differs", "differs"]
    assert "no convention tried explains any of 1" in next(
        conventions(full.recoveries[0])
    )


@pytest.mark.parametrize("text", ["159K", "2.7K", "0.5M", "22", "1,000K", "0", "3.99G"])
@pytest.mark.parametrize("base", [1000, 1024])
@pytest.mark.parametrize("rounding", ROUNDINGS)
def test_the_window_of_a_printed_number_holds_just_what_agrees(text, base, rounding):
    plain = default_convention("weights")
    convention = plain._replace(rounding=rounding, units=powers_of(base))
    printed = read_printed(text)
    low, high = convention.window(printed)
    assert low <= high
    for number in (low, high, (low + high) // 2):
        assert convention.agrees(printed, number)
    assert not convention.agrees(printed, high + 1)
    assert low == 0 or not convention.agrees(printed, low - 1)


# Conventions of single cells ------------------------------------------------


CLAIMS = "claims: {params: {counts: weights}, ops: {counts: multiply-adds}}"


def test_a_cell_may_be_read_otherwise_than_its_column(write_spec):
    spec = one_row(params="2.34K")
    assert codes(examine(write_spec(spec))) == ["claim-mismatch"]
    cells = "cells: {conv: {params: {counts: weights and biases}}}"
    spec = spec.replace(CLAIMS, f"{CLAIMS[:-1]}, {cells}}}")
    assert codes(examine(write_spec(spec))) == []
    down = spec.replace("2.34K", "2.33K").replace("biases}", "biases, rounding: down}")
    assert codes(examine(write_spec(down))) == []


def codes(checked):
    return [found.code for found in checked.diagnostics]


@pytest.mark.parametrize(
    ("cells", "code", "message"),
    [
        ("{convv: {params: {rounding: down}}}", "bad-reference", "the row `convv`"),
        ("{conv: {depth: {rounding: down}}}", "bad-reference", "which counts nothing"),
        ("{total: {ops: {rounding: down}}}", "bad-reference", "does not state"),
        ("{conv: {params: {rounding: up}}}", "bad-value", "is one of nearest, down"),
        ("{conv: {params: {counts: macs}}}", "bad-value", "is one of weights"),
        ("{conv: {params: {K: 0}}}", "bad-value", "a whole number above 0"),
        ("{conv: {params: {round: down}}}", "unknown-key", "has no key `round`"),
    ],
)
def test_a_cells_convention_that_is_none_is_refused(write_spec, cells, code, message):
    spec = one_row().replace(CLAIMS, f"{CLAIMS[:-1]}, cells: {cells}}}")
    (found,) = examine(write_spec(spec)).diagnostics
    assert found.code == code
    assert message in found.message


def test_a_cells_convention_says_what_it_counts_where_its_column_does_not(write_spec):
    claims = "claims: {cells: {conv: {params: {rounding: down}}}}"
    spec = one_row().split("claims:")[0] + claims
    (found,) = examine(write_spec(spec)).diagnostics
    assert found.code == "missing-key"
    spec = spec.replace("rounding: down", "counts: weights")
    assert examine(write_spec(spec)).audit.count("agrees") == 2


def test_totals_may_be_read_otherwise_and_variants_do_not_inherit_it(write_spec):
    more = "variants: {wide: {cells: {conv: {filters: 64}}, claims: {total ops: 903K}}}"
    total = "total ops: 451K, cells: {total: {ops: {rounding: down}}}"
    spec = one_row(more=more).replace(CLAIMS, f"{CLAIMS[:-1]}, {total}}}")
    assert codes(check(write_spec(spec))) == []
    spec = spec.replace("total ops: 903K", "total ops: 903.168K")
    assert codes(check(write_spec(spec))) == []
    spec = spec.replace("903.168K", "902K")
    assert codes(check(write_spec(spec))) == ["claim-mismatch"]


def test_other_configurations_lack_the_total_and_its_convention(write_spec):
    spec = """\
    name: small
    input: 8x8x3
    parameters: {size: small}
    blocks:
      conv<n>:
        sequence: [Conv2D: {patch: 3x3, filters: <n>}]
    table:
      columns: [name, type: {size: [small, large]}]
      rows:
      - [one, conv14, conv8]
    claims:
      params: {counts: weights, rounding: down}
      total params: 0.4K
      cells: {total: {params: {rounding: nearest}}}
    """
    checked = check(write_spec(spec))
    assert (checked.diagnostics, checked.configurations) == ((), 2)
    assert codes(check(write_spec(spec.replace("nearest", "down")))) == [
        "claim-mismatch"
    ]
