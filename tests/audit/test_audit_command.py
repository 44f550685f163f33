"""`archc audit`: its outputs, its exit codes, and what it shows on a terminal."""

import io
import json

import pytest
from audited_specs import GOOGLENET, audited_googlenet, one_row
from pseudo_terminal import plain

from archcompiler.auditing.auditing import audit_fully
from archcompiler.cli import main
from archcompiler.cli.audit import _Progress
from archcompiler.reports.audit_records import audit_record
from archcompiler.reports.audit_report import audit_report
from archcompiler.tabular.report import report_markdown, report_text

pytestmark = pytest.mark.slow

WRONG = GOOGLENET.replace("28x28x256,     2,  64,  96,", "28x28x256,     2,  64,  97,")


def test_googlenets_audit(golden):
    full = audited_googlenet()
    golden("audit-googlenet.txt", report_text(audit_report(full)) + "\n")
    golden("audit-googlenet.md", report_markdown(audit_report(full)))
    golden("audit-googlenet.json", json.dumps(audit_record(full), indent=2) + "\n")


def test_the_audit_of_a_family(golden):
    full = audit_fully("resnet")
    golden("audit-resnet.txt", report_text(audit_report(full)) + "\n")


def test_the_audit_of_a_mistake(golden, write_spec):
    full = audit_fully(write_spec(WRONG), explaining=False)
    golden("audit-mistake.txt", report_text(audit_report(full)) + "\n")


def test_the_record_has_cells_and_explanations():
    record = audit_record(audited_googlenet())
    assert record.keys() == {
        *("name", "spec", "ok", "partial", "cells", "conventions"),
        *("explanations", "suspects", "diagnostics"),
    }
    assert {tuple(cell) for cell in record["cells"]} == {
        ("variant", "row", "column", "printed", "computed", "verdict", "difference",
         "reason", "line", "read"),
    }  # fmt: skip
    assert {cell["verdict"] for cell in record["cells"]} == {"agrees", "excused"}
    first = record["explanations"][0]
    assert (first["row"], first["parameters"], first["macs"]) == (
        "conv1",
        2712,
        34_019_328,
    )
    assert "depthwise-separable" in first["edits"][0]
    assert all(
        {"row", "edits", "parameters", "macs"} <= {*e} for e in record["explanations"]
    )


def test_the_record_names_the_suspects(write_spec):
    (suspect,) = audit_record(audit_fully(write_spec(WRONG), explaining=False))[
        "suspects"
    ]
    assert suspect == {
        "row": "3a",
        "column": "#3x3 reduce",
        "stands": "97",
        "mended": "96",
        "mends_all": True,
        "line": 46,
    }


@pytest.mark.parametrize(
    ("spec", "code"),
    [
        (one_row(), 0),
        (one_row(params="2305"), 1),
        (one_row(params="2305", more="errata: {conv: {params: misprint}}"), 0),
        (one_row(more="errata: {conv: {params: misprint}}"), 1),
        (one_row(more="expect: {parameters: 1}"), 1),
        (one_row(patch="20x20"), 1),
        ("name: broken\n", 1),
    ],
)
@pytest.mark.parametrize("form", ["text", "json"])
def test_exit_codes(write_spec, capsys, spec, code, form):
    assert main(["audit", write_spec(spec), "--no-explain", "--format", form]) == code
    printed = capsys.readouterr()
    if form == "json":
        assert json.loads(printed.out)["ok"] is (code == 0)
    else:
        assert ("error[" in printed.err) is (code == 1)


@pytest.mark.parametrize("wrong", [["--format", "xml"], ["--bogus"], []])
def test_bad_usage_exits_with_2(wrong, capsys):
    assert main(["audit", *(["googlenet"] if wrong else []), *wrong]) == 2
    assert "usage: archc" in capsys.readouterr().err


def test_settings_choose_what_is_audited(capsys):
    arguments = ["audit", "densenet", "--set", "model=DenseNet-169", "--format", "json"]
    assert main(arguments) == 0
    cells = json.loads(capsys.readouterr().out)["cells"]
    assert {cell["verdict"] for cell in cells} == {"agrees"}


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):  # noqa: D102
        return True


@pytest.mark.parametrize(
    ("variable", "value", "coloured"),
    [("NO_COLOR", "1", False), ("TERM", "dumb", False), ("TERM", "xterm", True)],
)
def test_colour_is_for_terminals_that_want_it(
    write_spec, monkeypatch, variable, value, coloured
):
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv(variable, value)
    stream = Terminal()
    monkeypatch.setattr("sys.stdout", stream)
    assert main(["audit", write_spec(one_row())]) == 0
    assert ("\x1b[32m=\x1b[0m" in stream.getvalue()) is coloured


def test_colour_changes_nothing_but_colour(monkeypatch, capsys):
    monkeypatch.delenv("NO_COLOR", raising=False)
    shown = []
    for forced in ("0", "1"):
        monkeypatch.setenv("FORCE_COLOR", forced)
        assert main(["audit", "resnet", "--no-explain"]) == 0
        shown.append(capsys.readouterr().out)
    assert shown[1] != shown[0] == plain(shown[1])


def test_progress_is_told_on_a_terminal_alone(monkeypatch):
    for stream, told in ((io.StringIO(), False), (Terminal(), True)):
        monkeypatch.setattr("sys.stderr", stream)
        progress = _Progress()
        for tried in range(250):
            progress.tell("4a", tried)
        progress.finish()
        assert ("explaining 4a: 200 edits" in stream.getvalue()) is told
        assert not stream.getvalue().endswith("edits")


def test_what_a_file_says_reaches_markdown_escaped(write_spec):
    errata = 'errata: {conv: {params: "a | b <i> *c*"}}'
    full = audit_fully(write_spec(one_row(params="9", more=errata)), explaining=False)
    assert "a \\| b \\<i> \\*c\\*" in report_markdown(audit_report(full))
