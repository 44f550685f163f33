"""Which tool's rule a printed column of multiply-adds fits."""

import json

import pytest

import archcompiler
from archcompiler.auditing.auditing import audit_fully
from archcompiler.cli import main
from archcompiler.counting.naming import rules
from archcompiler.language.loading.places import shipped_folder
from archcompiler.reports.audit_wording import conventions

SPECS = sorted(shipped_folder().glob("*.yaml"))

TABLE = """\
name: small
input: <size>x<size>x3
parameters: {size: 32}
blocks:
  conv bn:
    columns: [patch, filters]
    sequence:
    - Conv2D: {patch: <patch>, filters: <filters>, padding: same, use_bias: false}
    - BatchNormalization
    - relu
  head:
    sequence: [GlobalAveragePooling2D, Dense: {units: 10}]
table:
  columns: [name, type, patch, filters]
  rows:
  - [stem, conv bn, 7x7/2, 16]
  - [pool, MaxPooling2D, 3x3/2]
  - [body, conv bn, 3x3/1, 32]
  - [norm, BatchNormalization]
  - [head, head]
variants:
"""
SIZES = (32, 48, 64, 96)


def small(write_spec, *claimed, table=TABLE):
    """Write a table of which each variant claims a total."""
    lines = [
        f"  s{size}: {{parameters: {{size: {size}}}, claims: {{total ops: {total}}}}}\n"
        for size, total in zip(SIZES, claimed, strict=False)
    ]
    return write_spec(table + "".join(lines))


def counts(write_spec, rule, sizes=SIZES):
    """Return what a rule makes of each variant."""
    path = write_spec(TABLE + "  none: {}\n")
    return [archcompiler.load(path, size=size).count(rule) for size in sizes]


def ops(spec):
    """Return what the audit says of the column of multiply-adds, and its words."""
    full = audit_fully(spec, explaining=False)
    (recovery,) = [each for each in full.recoveries if each.column == "ops"]
    return recovery.who, "\n".join(conventions(recovery))


def names(ways):
    """Return rules by their names."""
    return [way.convention.rule.name for way in ways]


@pytest.mark.parametrize("rule", [rule.name for rule in rules()])
def test_printed_to_the_unit_a_column_fits_the_rule_that_made_it(write_spec, rule):
    who, _ = ops(small(write_spec, *counts(write_spec, rule)))
    (reading,) = who.readings
    assert rule in names(reading.rules)
    assert len(reading.cells) == len(SIZES)
    assert who.identified == (len(reading.rules) == 1 and not reading.rivals)


def test_the_one_rule_that_is_left_is_identified_with_its_tools(write_spec):
    who, words = ops(small(write_spec, *counts(write_spec, "thop-2020-01")))
    assert who.identified
    tool = "thop 0.0.31.post2001170342"
    assert f"identified: 4 of 4 fit thop-2020-01 ({tool}), and no other" in words
    assert "these are no multiply-adds: batch normalisation" in words
    assert "a fault of thop-2020-01: dense layers count twice" in words


def test_tools_of_one_rule_are_named_together(write_spec):
    _, words = ops(small(write_spec, *counts(write_spec, "mmengine")))
    assert "fvcore 0.1.5.post20221221; mmengine 0.10.7" in words


@pytest.mark.thorough
def test_a_use_of_a_tool_is_found(write_spec):
    used = "fvcore in training without the head"
    who, words = ops(small(write_spec, *counts(write_spec, used)))
    assert who.identified
    assert "fvcore (in training without the head)" in words


@pytest.mark.thorough
def test_an_identified_rule_judges(write_spec):
    path = small(write_spec, *counts(write_spec, "thop"))
    full = audit_fully(path, explaining=False)
    assert full.ok
    assert {cell.judgement for cell in full.cells} == {"agrees"}
    _, words = ops(path)
    assert words.startswith("thop (not stated; found): 4 of 4\nidentified: 4 of 4")
    assert "none of" not in words


@pytest.mark.thorough
def test_one_rule_that_misses_a_cell_is_not_identified_and_judges_nothing(write_spec):
    first, *others = counts(write_spec, "thop")
    path = small(write_spec, first + 1, *others)
    who, words = ops(path)
    assert not who.identified
    assert "all but s32 fit only thop; not identified, as s32 does not" in words
    assert "no convention of papers explains any of 4" in words
    assert "none of the 2 conventions of papers fits s32, s48, s64, s96" in words
    assert not audit_fully(path, explaining=False).ok


def test_one_cell_is_told_to_be_too_little(write_spec):
    _, words = ops(small(write_spec, *counts(write_spec, "thop")[:1]))
    assert "the cell fits only thop; one cell is too little to tell" in words


def test_one_cell_of_two_digits_names_no_tool(write_spec):
    (count, *_) = counts(write_spec, "thop")
    who, words = ops(small(write_spec, f"{count / 1e6:.1f}M"))
    assert not who.identified
    assert "not identified: the cell fits" in words


def test_a_mixed_column_is_told_as_mixed_and_where_it_changes(write_spec):
    two, others = counts(write_spec, "pycls"), counts(write_spec, "fvcore")
    who, words = ops(small(write_spec, *two[:2], *others[2:]))
    first, second = who.readings
    assert [cell.part for cell in first.cells] == ["s32", "s48"]
    assert [cell.part for cell in second.cells] == ["s64", "s96"]
    assert not who.identified
    assert "mixed: s32, s48 fit " in words
    assert "; s64, s96 fit fvcore" in words


@pytest.mark.thorough
def test_few_rules_are_told_apart_by_what_they_charge(write_spec):
    _, words = ops(small(write_spec, *counts(write_spec, "ptflops-0.7")))
    assert "fit ptflops-modules, ptflops-0.7, ptflops-0.6" in words
    printed = [f"{count / 1e6:.3f}M" for count in counts(write_spec, "thop-0.0.31")]
    _, words = ops(small(write_spec, *printed))
    assert " differs from " in words


def test_what_lies_below_every_rule_is_another_network_or_a_slip(write_spec):
    macs = counts(write_spec, "multiply-adds")
    claims = [f"{count / 1e6 * 0.9:.2f}M" for count in macs[:1]] + macs[1:]
    who, words = ops(small(write_spec, *claims))
    assert [cell.part for cell in who.below] == ["s32"]
    assert "s32 (" in words
    assert "below the multiply-adds (" in words
    assert "identified: 3 of 3 fit multiply-adds" in words


@pytest.mark.thorough
def test_what_no_rule_fits_is_searched_as_few_prices(write_spec, capsys):
    write_spec("like: multiply-adds\nprices: {ReLU: {outputs: 3}}", "nobody.yaml")
    path = small(write_spec, *counts(write_spec, "nobody.yaml"))
    who, words = ops(path)
    assert who.searched.outcome == "explained"
    assert not who.identified
    found = "few prices fit all 4: multiply-adds and 3 x outputs of ReLU"
    assert found in words
    assert "0.00 hits of a column to be expected by chance" in words
    main(["audit", path, "--format", "json"])
    (column,) = json.loads(capsys.readouterr().out)["conventions"]
    told = column["who_counted"]["few_prices"]
    assert told["outcome"] == "explained"
    assert told["found"][0]["prices"] == [["ReLU", "outputs", 3]]


def test_few_digits_are_no_few_prices(write_spec):
    write_spec("like: multiply-adds\nprices: {ReLU: {outputs: 3}}", "nobody.yaml")
    exact = counts(write_spec, "nobody.yaml")
    who, words = ops(small(write_spec, *[f"{count / 1e6:.1f}M" for count in exact]))
    assert who.searched is None or who.searched.outcome != "explained"
    assert "few prices fit" not in words


@pytest.mark.parametrize("kind", ["ReLU", "max pooling", "global average pooling"])
def test_whatever_a_tool_does_not_see_may_be_a_function(write_spec, kind):
    used = f"ptflops with {kind} as functions"
    who, _ = ops(small(write_spec, *counts(write_spec, used)))
    assert used in [str(way.convention) for way in who.readings[0].rules]


def test_a_rule_of_ones_own_is_laid_beside_the_column_that_states_it(write_spec):
    write_spec("like: multiply-adds\nprices: {ReLU: {outputs: 3}}", "nobody.yaml")
    exact = counts(write_spec, "nobody.yaml")
    stated = "claims: {ops: {counts: nobody.yaml}}\nvariants:\n"
    who, words = ops(
        small(write_spec, *exact, table=TABLE.replace("variants:\n", stated))
    )
    assert who.identified
    assert "identified: 4 of 4 fit nobody.yaml, and no other rule" in words


@pytest.mark.thorough
def test_a_long_column_is_cut_and_that_is_told(write_spec):
    rows = "".join(f"  - [r{at}, conv bn, 3x3, {16 + at}, 1M]\n" for at in range(70))
    table, _ = TABLE.split("  - [stem")
    table = table.replace("filters]\n  rows", "filters, ops]\n  rows")
    who, words = ops(write_spec(f"{table}{rows}".replace("variants:\n", "")))
    assert len(who.cells) == 64
    assert "of 70 cells, the first 64 are laid beside rules" in words


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("unread", "left"),
    [
        ("all", 4),
        ("total ops", 4),
        ("[total ops, depth]", 4),
        ("[ops, total params]", 0),
    ],
)
def test_cells_that_nobody_read_in_the_paper_are_marked(
    write_spec, capsys, unread, left
):
    macs = counts(write_spec, "multiply-adds")
    paper = f"paper: {{title: None, unread: {unread}}}\ninput:"
    path = small(write_spec, *macs, table=TABLE.replace("input:", paper, 1))
    assert audit_fully(path).unread == left
    main(["audit", path, "--format", "json"])
    cells = json.loads(capsys.readouterr().out)["cells"]
    assert [cell["read"] for cell in cells] == [not left] * 4
    main(["audit", path])
    told = "4 of them nobody read in the paper itself"
    assert (told in capsys.readouterr().out) == bool(left)


@pytest.mark.parametrize(
    "path", [p for p in SPECS if "not read" in p.read_text()], ids=lambda p: p.stem
)
def test_a_spec_whose_cells_were_not_read_says_so_to_programs(path):
    assert "unread: " in path.read_text()


@pytest.mark.thorough
def test_the_record_names_all_rules(write_spec, capsys):
    path = small(write_spec, *counts(write_spec, "thop-2020-01"))
    main(["audit", path, "--format", "json"])
    (column,) = json.loads(capsys.readouterr().out)["conventions"]
    told = column["who_counted"]
    assert told["identified"] is True
    (reading,) = told["readings"]
    assert reading["rules"] == [{"counts": "thop-2020-01", "rounding": "nearest"}]
    assert reading["cells"][0] == {
        "variant": "s32",
        "row": "total",
        "printed": str(counts(write_spec, "thop-2020-01")[0]),
    }


@pytest.mark.thorough
def test_efficientnets_column_is_one_rule_but_for_what_no_rule_explains():
    who, words = ops("efficientnet")
    assert [cell.part for cell in who.below] == ["efficientnet-b4", "efficientnet-b5"]
    (reading,) = who.readings
    assert (reading.rules[0].convention.rule.name, reading.rules[0].use) == (
        "automl",
        "",
    )
    assert all(way.use.endswith("rounded down") for way in reading.rules[1:])
    assert "all but efficientnet-b7 fit automl" in words


@pytest.mark.thorough
def test_resnets_column_is_one_rule_where_all_is_cut():
    who, _ = ops("resnet")
    (reading,) = who.readings
    assert len(reading.cells) == len(who.cells) == 5
    assert all(way.use.endswith("rounded down") for way in reading.rules)
    assert "multiply-adds" not in names(reading.rules)


@pytest.mark.thorough
def test_moving_averages_explain_what_weights_do_not():
    full = audit_fully("efficientnet", explaining=False)
    words = "\n".join(conventions(full.recoveries[0]))
    fits = "efficientnet-b2 (9.2M) fits weights and biases with moving averages"
    assert fits in words


def test_checks_read_no_rules():
    rules.cache_clear()
    archcompiler.load("googlenet")
    assert rules.cache_info().misses == 0
