"""Conventions that a spec states, a command asks for, or code does."""

import csv
import json
import re
from itertools import permutations

import pytest

import archcompiler
from archcompiler.checking.checking import examine
from archcompiler.cli import main
from archcompiler.counting.conventions import read_convention
from archcompiler.counting.naming import rule_names, rules
from archcompiler.counting.rules import UnknownConventionError
from archcompiler.tabular.report import Facts, Report, report_text

SPEC = """\
name: small
input: 8x8x3
blocks:
  conv bn:
    sequence: [Conv2D: {patch: 3x3, filters: 4}, BatchNormalization, relu]
table:
  columns: [name, type, ops]
  rows:
  - [stem, conv bn, 4.5K]
  - [pool, GlobalAveragePooling2D, 148]
  - [head, Dense: {units: 2}]
claims: {ops: {counts: thop}, CLAIMS}
"""
MACS = 36 * 4 * 27 + 8


def spec(claims):
    """Return a small table with claims."""
    text = SPEC.replace("CLAIMS", claims).replace("  - [head, Dense: {units: 2}]\n", "")
    head = "  head:\n    sequence: [Dense: {units: 2}]\n"
    text = text.replace("table:\n", f"{head}table:\n")
    return text.replace("148]\n", "148]\n  - [head, head]\n")


def judged(write_spec, claims):
    """Return what became of the claims."""
    checked = examine(write_spec(spec(claims)))
    assert not checked.diagnostics, checked.diagnostics
    return {(v.row, v.column): v for v in checked.audit.verdicts}


def test_a_column_counts_as_a_tool_does(write_spec):
    verdicts = judged(write_spec, f"total ops: {MACS + 4 * 144 + 148}")
    assert {verdict.judgement for verdict in verdicts.values()} == {"agrees"}


@pytest.mark.parametrize(
    ("convention", "count"),
    [
        ("multiply-adds", MACS),
        ("2 x multiply-adds", 2 * MACS),
        ("torch-flop-counter", 2 * MACS),
        ("fvcore", MACS + 2 * 144 + 144),
        ("mmengine", MACS + 2 * 144 + 144),
        ("fvcore in training", MACS + 5 * 144 + 144),
        ("fvcore in training without the head", MACS - 8 + 5 * 144 + 144),
        ("thop with global average pooling as functions", MACS + 4 * 144),
        ("ptflops", MACS + 144 + 2 + 2 * 144 + 2 * 144 + 2 * 144),
        ("ptflops with ReLU in stem as functions", MACS + 146 + 5 * 144),
        ("onnx-tool", MACS + 146 + 144 + 144 + 144 + 16),
    ],
)
def test_a_total_says_how_it_was_counted(write_spec, convention, count):
    total = f"total ops: {{printed: {count}, counts: {convention}}}"
    assert judged(write_spec, total)["total", "ops"].judgement == "agrees"
    architecture = archcompiler.load(write_spec(spec(total)))
    assert architecture.count(convention) == count
    assert (
        sum(architecture.count(convention, row) for row in architecture.rows) == count
    )


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("convention", "count"),
    [
        ("weights", 116),
        ("weights and biases", 116 + 6 + 8),
        ("weights and biases with moving averages", 116 + 6 + 16),
        ("weights without the head", 108),
        ("weights and biases without the head", 108 + 4 + 8),
    ],
)
def test_parameters_are_counted_with_and_without(write_spec, convention, count, capsys):
    total = f"total params: {{printed: {count}, counts: {convention}}}"
    assert judged(write_spec, total)["total", "params"].judgement == "agrees"
    path = write_spec(spec("depth: 2"))
    architecture = archcompiler.load(path)
    assert architecture.count(convention) == count
    rows = architecture.rows
    assert sum(architecture.count(convention, row) for row in rows) == count
    main(["summary", path, "--counting", convention, "--format", "json"])
    told = json.loads(capsys.readouterr().out)
    assert told["counts"] == {convention: count}
    assert sum(told["charges"][convention]["of"].values()) == count


@pytest.mark.parametrize(
    ("column", "counts", "told"),
    [
        ("params", "thop", "is one of weights, "),
        ("ops", "weights", "no convention is called `weights`"),
        ("params", "weights without head", "`without head` says nothing of how"),
    ],
)
def test_weights_are_no_operations(write_spec, column, counts, told):
    total = f"total {column}: {{printed: 1, counts: {counts}}}"
    (found,) = examine(write_spec(spec(total))).diagnostics
    assert found.message.startswith(f"`counts` of `{column}`")
    assert told in found.message
    assert "weights" in found.help or "multiply-adds" in found.help


@pytest.mark.parametrize("row", ["stem and body", "stem and ReLU6 too", "in and out"])
def test_a_row_may_have_and_in_its_name(write_spec, row):
    path = write_spec(spec("depth: 2").replace("[stem,", f"[{row},"))
    network = archcompiler.load(path)
    both = f"ptflops with ReLU in {row} and global average pooling as functions"
    assert str(read_convention(both)) == both
    assert network.count("ptflops") - network.count(both) == 144 + 144


def test_a_total_that_differs_says_by_which_convention(write_spec):
    checked = examine(write_spec(spec("total ops: {printed: 1, counts: fvcore}")))
    told = "printed 1, computed 4,328 (4,328 fvcore, rounded to the nearest)"
    (found,) = checked.diagnostics
    assert found.message == f"`ops` in total: {told}"


def test_a_rule_has_one_name_for_all_its_tools():
    names = [name for rule in rules() for name in rule.names]
    assert len(names) == len(set(names)) == len(rule_names())
    assert all(rule.tools for rule in rules())


@pytest.mark.thorough
def test_zeros_around_an_image_are_no_input_of_the_pool_that_reads_them():
    network = archcompiler.load("resnet50")
    arriving = network.features(read_convention("ptflops"))["max pooling"]["inputs"]
    assert arriving == 112 * 112 * 64


@pytest.mark.parametrize(
    ("name", "message", "help"),
    [
        ("thopp", "no convention is called `thopp`", "did you mean `thop`?"),
        ("pycls in training", "what `pycls` counts in training is not known", ""),
        ("thop with conv as functions", "no work is called `conv`", "convolution"),
        ("weights in training", "`weights` are as many in training", "leave out"),
        (
            "weights with ReLU as functions",
            "`weights` are no work that could be written as a function",
            "",
        ),
        (
            "weights without embeddings",
            "`without embeddings` leaves nothing out: no op of a table is one",
            "",
        ),
        ("thop with ReLU in stm as functions", "the table has no row `stm`", "stem"),
        ("", "a convention has a name", ""),
        ("thop with ReLU", "`with ReLU` says nothing of how `thop` was used", "as f"),
        ("fvcore in training in training", "`in training` is said twice", ""),
    ],
)
def test_what_is_not_known_is_said(write_spec, name, message, help):
    network = archcompiler.load(write_spec(spec("depth: 2")))
    with pytest.raises(UnknownConventionError) as refused:
        network.count(name)
    assert refused.value.message == message
    assert help in refused.value.help
    assert refused.value.help in str(refused.value)
    assert isinstance(refused.value, archcompiler.UnknownConventionError)


@pytest.mark.parametrize("what", [None, ["thop"], 3])
def test_what_is_no_text_is_no_convention(what):
    told = f"a convention is a text, `thop` say, received `{type(what).__name__}`"
    with pytest.raises(TypeError, match=re.escape(told)):
        archcompiler.load("squeezenet").count(what)


USES = (" in training", " without the head", " with ReLU in stem as functions")


@pytest.mark.parametrize("uses", list(permutations(USES)))
def test_how_a_tool_was_used_is_said_in_any_order(uses):
    assert str(read_convention(f"fvcore{''.join(uses)}")) == f"fvcore{''.join(USES)}"


def test_work_of_one_kind_is_written_as_function():
    one, more = (read_convention(f"thop with ReLU as function{s}") for s in ("", "s"))
    assert one == more


def test_a_label_that_reaches_the_margin_has_a_line_of_its_own():
    facts = Facts([("short", ["1"]), ("sixsix", ["2", "3"]), ("longest", ["4"])], 6)
    said = report_text(Report("t", [facts])).splitlines()[2:]
    assert said == ["short 1", "sixsix", "      2", "      3", "longest", "      4"]


@pytest.mark.parametrize(
    "claims",
    ["total ops: 4.6K", "cells: {stem: {ops: {counts: COUNTS}}}", "total ops: TOTAL"],
)
def test_a_row_that_is_not_there_is_told_once_where_it_is_named(write_spec, claims):
    counts = "thop with ReLU in conv9 as functions"
    total = f"{{printed: 4.6K, counts: {counts}}}"
    text = spec(claims.replace("COUNTS", counts).replace("TOTAL", total))
    if counts not in text:
        text = text.replace("{counts: thop}", f"{{counts: {counts}}}")
    (found,) = examine(write_spec(text)).diagnostics
    assert found.message == "`counts` of `ops`: the table has no row `conv9`"
    line = text.splitlines()[found.span.line - 1]
    assert line[found.span.column - 1 : found.span.end - 1] == counts


@pytest.mark.thorough
def test_a_summary_counts_as_tools_do(write_spec, capsys):
    path = write_spec(spec("depth: 2"))
    assert main(["summary", path, "--counting", "thop", "--counting", "fvcore"]) == 0
    text = capsys.readouterr().out
    assert "\nthop             4,620\n" in text
    assert "batch normalisation 576" in text
    main(["summary", path, "--counting", "thop", "--format", "json"])
    assert json.loads(capsys.readouterr().out)["counts"] == {"thop": 4620}
    main(["summary", path, path, "--counting", "thop", "--format", "csv"])
    assert capsys.readouterr().out.splitlines()[1].count("4620") == 1


@pytest.mark.thorough
@pytest.mark.parametrize("more", [[], ["--layers"]])
def test_every_format_has_a_column_for_each_tool(more, capsys):
    command = ["summary", "resnet18", "--counting", "thop", *more, "--format"]
    main([*command, "csv"])
    rows = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    assert sum(int(row["thop"]) for row in rows) == archcompiler.load("resnet18").count(
        "thop"
    )
    for form in ("text", "markdown", "latex", "html", "json"):
        main([*command, form])
        assert "thop" in capsys.readouterr().out


def test_a_summary_refuses_a_tool_that_is_not_known(capsys):
    assert main(["summary", "googlenet", "--counting", "thopp"]) == 2
    told = "--counting: no convention is called `thopp`: did you mean `thop`?"
    assert told in capsys.readouterr().err
