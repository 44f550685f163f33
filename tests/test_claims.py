"""Printed cells beside computed ones: verdicts, errata, expectations."""

import pytest
from shipped import few_first

import archcompiler
from archcompiler import SpecError
from archcompiler.checking.checking import check, examine
from archcompiler.claims.conventions import default_convention
from archcompiler.claims.sizes import agrees_with_size
from archcompiler.language.loading.places import shipped_specs
from archcompiler.language.text.notation import read_printed

# A 3x3 convolution of 4 filters on 8x8x3: 108 weights and 4 biases at 36 positions.
CONVOLUTION = """\
name: small
input: 8x8x3
parameters: {{filters: 4}}
table:
  columns: [name, type, patch, filters, {column}]
  rows:
  - [conv, Conv2D, 3x3, <filters>, {cell}]
{more}
"""


@pytest.fixture
def audited(write_spec):
    """Audit the convolution with one printed cell."""

    def audit(column, cell, more=""):
        return examine(
            write_spec(CONVOLUTION.format(column=column, cell=cell, more=more))
        )

    return audit


def codes(checked):
    return [found.code for found in checked.diagnostics]


def judgements(checked):
    return [verdict.judgement for verdict in checked.audit.verdicts]


# Shipped specs --------------------------------------------------------------


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first(sorted(shipped_specs())))
def test_shipped_specs_pass_every_check(name):
    checked = check(name)
    assert not checked.diagnostics
    assert checked.architecture.outputs
    assert checked.audit.count("differs") == checked.audit.count("unstated") == 0


def test_googlenet_has_twenty_four_printed_counts_half_of_them_misprinted():
    verdicts = [v for v in examine("googlenet").audit.verdicts if v.row != "total"]
    counts = [v for v in verdicts if v.column in ("params", "ops")]
    assert len(counts) == 24
    excused = {
        (v.row, v.column): v.computed for v in counts if v.judgement == "excused"
    }
    assert excused == {
        ("conv1", "params"): "9.19K",
        ("conv1", "ops"): "118.0M",
        ("3b", "params"): "379.0K",
        ("4a", "params"): "366.8K",
        ("4a", "ops"): "73.6M",
        ("4b", "params"): "438.0K",
        ("4c", "params"): "497.5K",
        ("4d", "params"): "590.5K",
        ("4e", "params"): "847.0K",
        ("5a", "params"): "1018.0K",
        ("5a", "ops"): "51.1M",
        ("5b", "params"): "1409.0K",
    }
    assert all(v.judgement == "agrees" for v in verdicts if v not in counts)


@pytest.mark.thorough
def test_a_heading_that_a_parameter_chooses_is_tried_in_every_configuration():
    checked = check("resnet")
    assert (checked.configurations, checked.variants) == (5, 5)
    assert check("resnet", {"model": "18-layer"}).configurations == 1
    assert check("resnet50").configurations == 1


@pytest.mark.thorough
def test_resnets_flops_are_rounded_or_cut_off():
    names = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152")
    verdicts = [v for name in names for v in examine(name).audit.verdicts]
    totals = [v for v in verdicts if v.row == "total"]
    assert [v.computed for v in totals] == [
        "1.81G",
        "3.66G",
        "3.86G",
        "7.57G",
        "11.28G",
    ]
    assert {v.judgement for v in totals} == {"agrees"}


# Sizes ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shape", "agrees"),
    [
        ("28x28x192", (28, 28, 192), True),
        ("28x28x192", (28, 28, 191), False),
        ("28x28", (28, 28, 192), True),
        ("28x27", (28, 28, 192), False),
        ("1x1x1000", (1000,), True),
        ("1000", (1, 1, 1000), True),
        ("1x1", (1000,), True),
        ("1000", (1000,), True),
        ("1x1x1000", (2, 1, 1000), False),
        ("49x512", (49, 512), True),
        ("512x49", (49, 512), False),
    ],
)
def test_sizes_agree_as_papers_print_them(text, shape, agrees):
    assert agrees_with_size(text, shape) is agrees


@pytest.mark.parametrize(
    ("column", "cell", "judgement"),
    [
        ("input size", "8x8x3", "agrees"),
        ("input size", "8x8", "agrees"),
        ("output size", "6x6x<filters>", "agrees"),
        ("filter shape", "3x3x3x4", "agrees"),
        ("depth", "1", "agrees"),
        ("input size", "8x8x4", "differs"),
        ("output size", "6x6x<filters + 1>", "differs"),
        ("filter shape", "3x3x4x3", "differs"),
        ("filter shape", "3x3x3 dw", "differs"),
        ("depth", "2", "differs"),
    ],
)
def test_sizes_and_depths_are_judged(audited, column, cell, judgement):
    checked = audited(column, cell)
    assert judgements(checked) == [judgement]
    assert checked.ok is (judgement == "agrees")


def test_a_filter_shape_that_begins_with_no_number_is_a_note(audited):
    assert judgements(audited("filter shape", "Pool 7x7")) == []


def test_a_size_that_is_no_size_is_refused(audited):
    checked = audited("output size", "6 by 6")
    assert codes(checked) == ["bad-value"]
    assert "received `6 by 6`" in checked.diagnostics[0].message


def test_a_hole_that_fails_is_told_at_its_place(audited):
    (found,) = audited("output size", "6x6x<nobody>").diagnostics
    assert (found.span.line, found.span.column) == (7, 41)


def test_the_input_of_a_row_that_repeats_is_that_of_its_first_call(write_spec):
    spec = """\
    name: small
    input: 16x16x3
    table:
      columns: [type, patch, filters, repeat, input size, output size, depth, params]
      rows:
      - [Conv2D, 3x3/2, 3, 2, 16x16x3, 3x3x3, 2, 168]
    claims: {params: {counts: weights and biases}}
    """
    assert judgements(examine(write_spec(spec))) == ["agrees"] * 4


# Counts ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "count", "rounding", "agrees"),
    [
        ("159K", 159_500, "nearest", False),
        ("160K", 159_500, "nearest", True),
        ("159K", 159_499, "nearest", True),
        ("159K", 159_999, "down", True),
        ("2.7K", 2_712, "nearest", True),
        ("2.7K", 2_750, "nearest", False),
        ("2.7K", 2_799, "down", True),
        ("1,000K", 1_000_400, "nearest", True),
        ("12.4M", 12_443_648, "nearest", True),
        ("0.5", 1, "nearest", False),
        ("1.5B", 1_500_000_000, "nearest", True),
        ("1.5G", 1_500_000_000, "nearest", True),
        ("108", 108, "down", True),
    ],
)
def test_printed_numbers_are_compared_at_their_decimals(
    printed, count, rounding, agrees
):
    convention = default_convention("weights")._replace(rounding=rounding)
    assert convention.agrees(read_printed(printed), count) is agrees


@pytest.mark.parametrize(
    ("column", "cell", "convention", "judgement"),
    [
        ("params", "108", "{counts: weights}", "agrees"),
        ("params", "112", "{counts: weights}", "differs"),
        ("params", "112", "{counts: weights and biases}", "agrees"),
        ("params", "0.11K", "{counts: weights and biases}", "agrees"),
        ("params", "0.10K", "{counts: weights, K: 1024, rounding: down}", "agrees"),
        ("params", "0.10K", "{counts: weights, K: 1024}", "differs"),
        ("ops", '"3,888"', "{counts: multiply-adds}", "agrees"),
        ("ops", "7.8K", "{counts: 2 x multiply-adds}", "agrees"),
    ],
)
def test_counts_are_judged_by_the_stated_convention(
    audited, column, cell, convention, judgement
):
    checked = audited(column, cell, f"claims: {{{column}: {convention}}}")
    assert judgements(checked) == [judgement]


def test_weights_leave_out_biases_and_normalisation(write_spec):
    spec = """\
    name: small
    input: 8x8x3
    blocks:
      conv:
        sequence: [Conv2D: {patch: 3x3, filters: 4}, BatchNormalization]
    table:
      columns: [type, params]
      rows:
      - [conv, 108]
    claims: {params: {counts: weights}}
    """
    assert judgements(examine(write_spec(spec))) == ["agrees"]
    spec = spec.replace("108", "120").replace("weights", "weights and biases")
    assert judgements(examine(write_spec(spec))) == ["agrees"]


def test_without_a_convention_a_count_is_not_judged(audited):
    checked = audited("params", "9.9K")
    assert judgements(checked) == ["unstated"]
    assert checked.audit.verdicts[0].computed == "0.11K"
    assert checked.ok


@pytest.mark.parametrize(
    ("claims", "message"),
    [
        ("{params: {counts: wieghts}}", "is one of weights, weights and biases"),
        ("{params: {counts: multiply-adds}}", "is one of weights, weights and biases"),
        (
            "{params: {counts: weights, rounding: up}}",
            "`rounding` is one of nearest, down",
        ),
        ("{params: {counts: weights, K: 0}}", "`K` is a whole number above 0"),
    ],
)
def test_a_convention_that_is_none_is_refused(audited, claims, message):
    (found,) = audited("params", "108", f"claims: {claims}").diagnostics
    assert found.code == "bad-value"
    assert message in found.message


# Messages -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "column", "cell", "more"),
    [
        ("size-mismatch", "output size", "5x5x4", ""),
        ("filter-mismatch", "filter shape", "5x5x3x4", ""),
        ("claim-mismatch", "params", "9.3K", "claims: {params: {counts: weights}}"),
        ("depth-mismatch", "depth", "3", ""),
        ("total-mismatch", "depth", "1", "claims: {depth: 7}"),
        ("expectation-failed", "depth", "1", "expect: {parameters: 113, macs: 3888}"),
        ("erratum-untrue", "depth", "1", "errata: {conv: {depth: misprint}}"),
        ("erratum-unknown-row", "depth", "1", "errata: {convv: {depth: misprint}}"),
    ],
)  # fmt: skip
def test_messages(audited, golden, name, column, cell, more):
    checked = audited(column, cell, more)
    golden(f"claims-{name}.txt", "\n".join(map(str, checked.diagnostics)) + "\n")


# Errata ---------------------------------------------------------------------


def test_an_erratum_excuses_a_cell_that_differs(audited):
    checked = audited("depth", "2", "errata: {conv: {depth: misprinted}}")
    assert judgements(checked) == ["excused"]
    assert checked.audit.verdicts[0].reason == "misprinted"
    assert checked.ok


def test_an_erratum_that_says_what_is_printed_excuses_that_text_alone(audited):
    more = "errata: {conv: {depth: {printed: 3, reason: misprinted}}}"
    assert judgements(audited("depth", "3", more)) == ["excused"]
    assert codes(audited("depth", "1", more)) == ["erratum-untrue"]
    assert codes(audited("depth", "2", more)) == ["claim-mismatch", "erratum-untrue"]


@pytest.mark.parametrize(
    ("errata", "code"),
    [
        ("{conv: {depth: misprint}}", "erratum-untrue"),
        ("{nobody: {depth: misprint}}", "bad-reference"),
        ("{conv: {params: misprint}}", "bad-reference"),
        ("{conv: {width: misprint}}", "bad-reference"),
        ("{total: {ops: misprint}}", "bad-reference"),
        ("{conv: {patch: misprint}}", "missing-key"),
        ("{conv: {patch: {printed: 3x3, reason: misprint}}}", "erratum-untrue"),
    ],
)
def test_errata_about_nothing_are_refused(audited, errata, code):
    assert codes(audited("depth", "1", f"errata: {errata}")) == [code]


def test_an_erratum_on_an_argument_documents_what_was_mended(audited):
    more = "errata: {conv: {patch: {printed: 5x5, reason: the next row fits 3x3}}}"
    assert audited("depth", "1", more).ok


# Expectations and totals ----------------------------------------------------


@pytest.mark.parametrize(
    ("total", "value"),
    [
        ("parameters", 112),
        ("trainable", 112),
        ("non-trainable", 0),
        ("macs", 3888),
        ("depth", 1),
    ],
)
def test_expected_totals_are_exact(audited, total, value):
    assert audited("depth", "1", f"expect: {{{total}: {value}}}").ok
    checked = audited("depth", "1", f"expect: {{{total}: {value + 1}}}")
    (found,) = checked.diagnostics
    assert found.code == "expectation-failed"
    assert f"expected {value + 1:,}, computed {value:,}" in found.message


@pytest.mark.parametrize(
    ("budget", "holds"),
    [("<= 112", True), ("<= 0.111K", False), ("< 112", False), ('">= 0.1K"', True),
     ('">112"', False), ('"> 111"', True)],
)  # fmt: skip
def test_a_budget_bounds_a_total(audited, budget, holds):
    checked = audited("depth", "1", f"expect: {{parameters: {budget}}}")
    assert checked.ok == holds
    if not holds:
        (found,) = checked.diagnostics
        assert found.code == "expectation-failed"
        assert found.span.part(0, 99).end - found.column == len(budget)


def test_total_claims_are_judged(audited):
    more = """\
claims: {params: {counts: weights}, depth: 1, total params: 108, total ops: 3.9K}
"""
    checked = audited("depth", "1", more)
    assert judgements(checked) == ["agrees", "agrees", "agrees", "unstated"]


def test_load_raises_what_the_audit_finds(write_spec):
    spec = write_spec(CONVOLUTION.format(column="depth", cell="2", more=""))
    with pytest.raises(SpecError) as error:
        archcompiler.load(spec)
    assert [found.code for found in error.value.diagnostics] == ["claim-mismatch"]


# Variants and settings ------------------------------------------------------


def test_a_setting_drops_the_claims_and_says_so(audited):
    spec = audited("depth", "2", "expect: {parameters: 112}").spec
    architecture = archcompiler.load(spec, filters=8)
    assert architecture.parameters == 224
    assert architecture.notes == (
        "printed claims are dropped, because of --set filters=8",
        "totals are reported, not asserted, because of --set filters=8",
    )


def test_choosing_a_configuration_keeps_the_claims_of_rows():
    architecture = archcompiler.load("densenet", model="DenseNet-169")
    assert architecture.notes == (
        "totals are reported, not asserted, because of --set model=DenseNet-169",
    )
    assert examine("densenet", {"model": "DenseNet-169"}).audit.count("agrees") == 13


def test_a_variant_claims_the_cells_that_it_prints_itself():
    checked = examine("inception-5x5-reduced")
    claims = {(v.row, v.column, v.printed) for v in checked.audit.verdicts}
    assert ("5x5", "ops", "10.0M") in claims
    assert ("5x5", "output size", "28x28x32") not in claims
    assert "dropped" in checked.architecture.notes[0]


CONFIGURATIONS = """\
name: small
input: 8x8x3
parameters: {{size: small}}
blocks:
  conv<n>:
    sequence: [Conv2D: {{patch: 3x3, filters: <n>}}]
table:
  columns: [name, output size, type: {{size: [small, large]}}]
  rows:
  - [conv, {cell}, conv4, {large}]
{more}
"""


def test_a_mistake_of_another_configuration_is_found_and_named(write_spec):
    spec = CONFIGURATIONS.format(cell="6x6x4", large="conv8", more="")
    checked = check(write_spec(spec))
    (found,) = checked.diagnostics
    assert found.code == "size-mismatch"
    assert found.message.startswith("with size=large: ")
    assert examine(checked.spec).ok


def test_an_erratum_may_hold_in_another_configuration_only(write_spec):
    more = "errata: {conv: {output size: misprint}}"
    spec = CONFIGURATIONS.format(cell="6x6x4", large="conv8", more=more)
    assert check(write_spec(spec)).ok
    spec = CONFIGURATIONS.format(cell="6x6", large="conv8", more=more)
    assert codes(check(write_spec(spec))) == ["erratum-untrue"]


def test_check_finds_the_mistakes_of_variants(write_spec):
    more = "variants: {big: {parameters: {size: large}, expect: {depth: 9}}}"
    spec = CONFIGURATIONS.format(cell="6x6", large="conv8", more=more)
    checked = check(write_spec(spec))
    assert codes(checked) == ["expectation-failed"]
    assert checked.architecture is not None
