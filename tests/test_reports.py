"""Reports: the summary, the difference, the catalogue."""

import pytest

import archcompiler
from archcompiler.checking.checking import examine
from archcompiler.graph.memory import format_bytes
from archcompiler.reports.difference import compare, difference_report
from archcompiler.reports.summary import summary_report
from archcompiler.reports.text import format_pair
from archcompiler.tabular.form import Cell, Column, Table
from archcompiler.tabular.plain import text_lines
from archcompiler.tabular.report import report_text

SMALL = """\
name: small
input: 8x8x3
parameters: {width: 4}
blocks:
  conv:
    columns: [patch, filters]
    sequence: [Conv2D: {patch: <patch>, filters: <filters>}, BatchNormalization, relu]
table:
  columns: [name, type, patch, filters, output size, depth, params, ops]
  rows:
  - [conv 1, conv, 3x3, <width>,   6x6x4, 1, 108, 4K]
  - [conv 2, conv, 3x3, 8,         4x4x9, 2, 288, 4K]
  - [pool, GlobalAveragePooling2D]
claims: {params: {counts: weights}}
errata: {conv 2: {depth: misprinted}}
"""


def summary(spec, **options):
    checked = examine(spec)
    report = summary_report(checked.architecture, checked.audit, **options)
    return report_text(report)


# Summary --------------------------------------------------------------------


@pytest.mark.parametrize("name", ["googlenet", "mobilenet-v1", "resnet50"])
def test_summaries_of_shipped_specs(golden, name):
    golden(f"summary-{name}.txt", summary(name) + "\n")


def test_the_summary_marks_every_judgement(golden, write_spec):
    golden("summary-small.txt", summary(write_spec(SMALL), batch=2) + "\n")


def test_the_summary_per_layer(golden, write_spec):
    golden("summary-small-layers.txt", summary(write_spec(SMALL), layers=True) + "\n")


def test_a_bad_claim_does_not_keep_the_summary_back(write_spec, capsys):
    from archcompiler.cli import main

    assert main(["summary", write_spec(SMALL)]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("small\n\nrow ")
    assert "error[size-mismatch]" in err


def test_rows_add_up_to_the_totals():
    for name in ("googlenet-training", "efficientnet", "densenet"):
        architecture = archcompiler.load(name)
        totals = [architecture.totals(row) for row in architecture.rows]
        for what in ("parameters", "trainable", "macs", "activation_bytes"):
            rows = sum(getattr(total, what) for total in totals)
            assert rows == getattr(architecture, what), (name, what)


# Memory ---------------------------------------------------------------------


def test_memory_is_counted_in_float32(write_spec):
    architecture = examine(write_spec(SMALL)).architecture
    # conv 1: 6x6x4 three times; conv 2: 4x4x8 three times; pool: 8
    assert architecture.activation_bytes == 4 * (3 * 144 + 3 * 128 + 8)
    parameters = 112 + 16 + 296 + 32
    assert architecture.weight_bytes == 4 * parameters
    assert architecture.building_bytes == 4 * (parameters + 2 * 288)
    trained = parameters - 8 - 16
    assert architecture.training_bytes(3) == 4 * (parameters + 2 * trained) + (
        3 * architecture.activation_bytes
    )


def test_building_vgg16_is_estimated_as_it_was_measured():
    assert archcompiler.load("vgg16").building_bytes == pytest.approx(1357e6, rel=0.05)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (99_949, "99.9 kB"),
        (999_499, "999 kB"),
        (999_500, "1.0 MB"),
        (1_357_000_000, "1.4 GB"),
        (4 * 10**15, "4000 TB"),
    ],
)
def test_bytes_are_written_in_decimal_units(number, text):
    assert format_bytes(number) == text


# Difference -----------------------------------------------------------------


def difference(base, variant):
    return compare(archcompiler.load(base), archcompiler.load(variant))


@pytest.mark.parametrize(
    ("base", "variant"),
    [
        ("googlenet", "googlenet-cifar10"),
        ("vgg16", "vgg19"),
        ("inception-5x5-naive", "inception-5x5-reduced"),
        ("resnet50", "resnet101"),
    ],
)
def test_differences_of_shipped_specs(golden, base, variant):
    text = report_text(difference_report(difference(base, variant)))
    golden(f"diff-{base}-{variant}.txt", text + "\n")


def test_an_architecture_does_not_differ_from_itself():
    assert not difference("googlenet", "googlenet")


PLAIN = """\
name: plain
input: 8x8x3
blocks:
  conv:
    columns: [patch, filters]
    sequence: [Conv2D: {patch: <patch>, filters: <filters>}, BatchNormalization, relu]
table:
  columns: [name, type, patch, filters, repeat, from]
  rows:
  - [conv 1, conv, 3x3, 8]
  - [conv 2, conv, 3x3, 8]
  - [conv 3, conv, 1x1, 8]
  - [sum, add, ~, ~, ~, [conv 2, conv 3]]
"""
EDITS = {
    "a cell": ("conv 1, conv, 3x3, 8", "conv 1, conv, 3x3, 9", "filters: 8 -> 9"),
    "a type": ("conv 2, conv", "conv 2, Conv2D", "type: conv -> Conv2D"),
    "a block": ("<patch>,", "<patch>, use_bias: false,", "use_bias: True -> False"),
    "a layer": ("BatchNormalization, relu", "relu", "removes conv_1_batch_"),
    "an order": ("BatchNormalization, relu", "relu, BatchNormalization", "other "),
    "an op": ("relu]", "Dropout: {name: relu, rate: 0.1}]", "op: Activation ->"),
    "a source": ("[conv 2, conv 3]", "[conv 2, conv 2]", "from: conv 2, conv 3 ->"),
    "repeats": ("conv 3, conv, 1x1, 8", "conv 3, conv, 1x1, 8, 2", "repeat: ~ -> 2"),
    "an input": ("8x8x3", "8x8x2", "inputs: input 8x8x3 -> input 8x8x2"),
    "a shape": ("8x8x3", "9x9x3", "output: 6x6x8 -> 7x7x8"),
    "an output": ("table:", "outputs: [sum, conv 3]\ntable:", "-> sum 4x4x8, conv 3"),
}  # fmt: skip


@pytest.mark.parametrize("edit", EDITS)
def test_every_kind_of_edit_is_told(write_spec, edit):
    old, new, told = EDITS[edit]
    assert old in PLAIN
    variant = PLAIN.replace(old, new, 1)
    if edit == "a source":
        variant += "outputs: [sum, conv 3]\n"
    found = difference(write_spec(PLAIN, "a.yaml"), write_spec(variant, "b.yaml"))
    assert found
    assert told in report_text(difference_report(found))


@pytest.mark.parametrize(
    ("base", "variant"),
    [
        ("googlenet", "googlenet-cifar10"),
        ("inception-5x5-naive", "inception-5x5-reduced"),
        ("efficientnet-b0", "efficientnet-b3"),
        ("resnet18", "resnet152"),
    ],
)
def test_the_deltas_of_rows_add_up(base, variant):
    found = difference(base, variant)
    for what in ("parameters", "macs", "activation_bytes"):
        delta = getattr(found.variant, what) - getattr(found.base, what)
        assert sum(getattr(change, what) for change in found.rows) == delta


@pytest.mark.thorough
def test_deltas_are_of_the_variant_against_the_base():
    found = difference("vgg16", "vgg19")
    added = {change.row: change for change in found.rows if change.kind == "+"}
    assert list(added) == ["conv3_4", "conv4_4", "conv5_4"]
    assert added["conv3_4"].parameters == 3 * 3 * 256 * 256 + 256
    assert sum(change.parameters for change in found.rows) == 143667240 - 138357544
    back = difference("vgg19", "vgg16")
    assert [change.kind for change in back.rows] == ["-"] * 3
    assert sum(change.macs for change in back.rows) == -sum(c.macs for c in found.rows)


# Text -----------------------------------------------------------------------


def test_columns_are_aligned_and_empty_ones_left_out():
    columns = [Column("name"), Column(""), Column("n", right=True)]
    one, two, all_ = Cell("1", "*"), Cell("10"), Cell("11")
    rows = [[Cell("a"), Cell(), one], [Cell("bcd"), Cell(), two]]
    lines = text_lines(Table(columns, rows, [Cell("sum"), Cell(), all_]))
    assert lines == ["name   n", "a      1 *", "bcd   10", "----------", "sum   11"]


def test_pairs_are_written_short():
    assert format_pair((7, 7)) == "7"
    assert format_pair((1, 7)) == "1x7"
    assert format_pair((0.5, 0.5)) == "0.5"
