"""Every report in every format."""

import csv
import io
import json

import pytest

from archcompiler.cli import main
from archcompiler.cli.arguments import parser
from archcompiler.tabular import FORMATS
from archcompiler.tabular.record import VERSION

SWEPT = """\
name: small
input: 8x8x1
parameters: {width: 4}
table:
  columns: [name, type, patch, filters, activation]
  rows:
  - [conv, Conv2D, 3x3, <width>, relu]
  - [flat, Flatten]
  - out: {type: Dense, units: 10, activation: softmax}
training: {optimizer: Adam, losses: categorical crossentropy, batch size: 32, epochs: 2}
sweep: {grid: {parameters: {width: [2, 4]}}}
"""
BEGINS = {
    "text": "",
    "markdown": "# ",
    "csv": "",
    "latex": "% in the preamble",
    "json": "{",
    "html": "<",
}


@pytest.fixture
def printed(capsys, write_spec):
    """Run a command, with `small.yaml` beside it, and return what it prints."""
    write_spec(SWEPT)

    def run(command, form):
        code = main([*command.split(), "-f", *form.split()])
        out, err = capsys.readouterr()
        assert err == ""
        return code, out

    return run


def test_a_command_that_prints_a_report_takes_every_format():
    """`-f` says it everywhere; what has no report has formats of its own."""
    own = {"check", "export", "plot"}
    (commands,) = parser()._subparsers._group_actions
    for name, command in commands.choices.items():
        for action in command._actions:
            if action.dest == "format" and action.const == "json":
                assert action.option_strings == ["-j", "--json"], name
            elif action.dest == "format":
                assert action.option_strings == ["-f", "--format"], name
                assert ("-j" in command._option_string_actions) is (
                    "json" in action.choices
                ), name
                assert (tuple(action.choices) == FORMATS) is (name not in own), name


@pytest.mark.thorough
@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("summary googlenet", 0),
        ("summary small.yaml --layers", 0),
        ("summary vgg16 vgg19", 0),
        ("diff vgg16 vgg19", 1),
        ("diff vgg16 vgg16", 0),
        ("sweep small.yaml", 0),
        ("audit resnet --no-explain", 0),
    ],
)
def test_every_report_has_every_format(printed, command, code, form):
    got, out = printed(command, form)
    assert got == code
    assert out.startswith(BEGINS[form])
    assert out.endswith("\n")
    if form == "csv":
        lines = list(csv.reader(io.StringIO(out)))
        assert len({len(line) for line in lines}) == 1
        assert len(set(lines[0])) == len(lines[0])
    if form == "json":
        assert next(iter(json.loads(out).items())) == ("version", VERSION)
        assert printed(command, "text -j") == (code, out)


LONG = "a-name-of-more-letters-than-any-column-of-eighty-has-room-for"
WIDE = f"""\
name: wide
input: 8x8x1
blocks: {{{LONG}: {{sequence: [relu]}}}}
table: {{columns: [name, type], rows: [[first, {LONG}]]}}
"""


@pytest.mark.thorough
@pytest.mark.parametrize("form", FORMATS)
def test_nothing_is_cut_where_no_terminal_is(capsys, write_spec, form):
    assert main(["summary", write_spec(WIDE), "-f", form]) == 0
    assert LONG in capsys.readouterr().out.replace("{}", "")


def test_shares_add_up_and_are_numbers_for_programs(printed):
    record = json.loads(printed("summary googlenet", "json")[1])
    for what in ("parameters", "macs"):
        shares = [row[f"{what}_percent"] or 0 for row in record["rows"]]
        assert sum(shares) == pytest.approx(100, abs=0.1)
        whole = sum(row[what] for row in record["rows"])
        assert whole == record["total"][what]
    assert record["rows"][0]["printed parameters verdict"] == "excused"


@pytest.mark.thorough
def test_several_specs_are_compared_by_their_totals(printed):
    _, out = printed("summary vgg16 vgg19 small.yaml", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [row["name"] for row in rows] == ["vgg16", "vgg19", "small"]
    assert rows[0]["parameters"] == rows[0]["trainable"] == "138357544"
    assert (rows[2]["rows"], rows[2]["claims"]) == ("3", "")


def test_the_difference_has_both_totals_for_programs(printed):
    record = json.loads(printed("diff vgg16 vgg19", "json")[1])
    grown = record["variant"]["macs"] - record["base"]["macs"]
    assert record["total"]["macs"] == grown
    assert [row["kind"] for row in record["rows"]] == ["+", "+", "+"]


def test_layers_are_of_one_spec(capsys):
    assert main(["summary", "vgg16", "vgg19", "--layers"]) == 2
    assert "--layers is of one SPEC" in capsys.readouterr().err
