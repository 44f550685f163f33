"""`archc sweep` without training: tables, formats, bounds, and what it refuses."""

import csv
import io
import json
import subprocess
import sys
from math import prod

import pytest

import archcompiler
from archcompiler.cli import main

SPEC = """\
name: small
input: 8x8x1
parameters: {filters: 8}
table:
  columns: [name, type, patch, filters, activation]
  rows:
  - [conv, Conv2D, 3x3, <filters>, relu]
  - [flat, Flatten]
  - out: {type: Dense, units: 10, activation: softmax}
training:
  optimizer: Adam
  losses: categorical crossentropy
  batch size: 32
  epochs: 2
sweep:
  grid:
    parameters: {filters: [4, 2]}
    cells: {conv: {patch: [3x3, 9x9]}}
    training: {batch size: [16, 32], optimizer: [Adam, SGD: {learning_rate: 0.1}]}
"""


@pytest.fixture
def archc(capsys, write_spec):
    """Run a command beside the small spec: exit code, stdout, stderr."""
    write_spec(SPEC)

    def run(*arguments):
        code = main([*arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_the_table_is_as_it_was(archc, golden):
    code, out, err = archc("sweep", "small.yaml")
    assert (code, err) == (0, "")
    golden("sweep-small.txt", out)


@pytest.mark.thorough
def test_csv_and_json_hold_the_same(archc, golden):
    table = archc("sweep", "small.yaml", "--format", "csv", "--only", "batch-size=16")[
        1
    ]
    golden("sweep-small.csv", table)
    text = archc("sweep", "small.yaml", "--format", "json", "--only", "batch-size=16")[
        1
    ]
    golden("sweep-small.json", text)
    rows = list(csv.DictReader(io.StringIO(table)))
    for row, record in zip(rows, json.loads(text)["variants"], strict=True):
        assert row["name"] == record["name"]
        assert row["macs"] == str(record["macs"] or "")
        assert bool(row["refused"]) == bool(record["diagnostics"])


def test_bounds_and_order(archc):
    bounds = ("--max-macs", "2.8K", "--only", "filters=2", "--only", "patch=3x3")
    code, out, _ = archc("sweep", "small.yaml", "--sort", "params", *bounds)
    assert code == 2  # `patch` is the column, `conv.patch` the cell
    code, out, _ = archc("sweep", "small.yaml", "--max-parameters", "1K")
    assert code == 0
    assert out.startswith("small: 12 variants of 3 networks; 8 refused; 4 left out\n")


def test_where_nothing_can_be_the_exit_code_says_so(archc):
    code, out, _ = archc("sweep", "small.yaml", "--only", "conv.patch=9x9")
    assert code == 1
    assert "refused 8: small.yaml:18:33: error[window-too-large]" in out


@pytest.mark.thorough
def test_set_comes_last(archc):
    arguments = ("--set", "classes=20", "--only", "width=0.25", "--format", "csv")
    out = archc("sweep", "googlenet-digits", *arguments)[1]
    expected = archcompiler.load("googlenet-digits", classes=20).parameters
    assert [row["parameters"] for row in csv.DictReader(io.StringIO(out))] == [
        str(expected)
    ] * 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name a SPEC to sweep, or a sweep to `--resume`, one of the two"),
        (("small.yaml", "--resume", "x"), "one of the two"),
        (("small.yaml", "--epochs", "2"), "--epochs is for training: add --train"),
        (("small.yaml", "--only", "filters=3"), "has, 'filters=3': did you mean"),
        (("small.yaml", "--set", "filters=3"), "leave --set filters out"),
        (("small.yaml", "--train", "--set", "filters=3"), "varies 'filters'"),
        (("small.yaml", "--max-macs", "1e6"), "such as 500K, 1.5M or 2G, received"),
        (("small.yaml", "--max-memory", "-1"), "expected a number such as"),
        (("--resume", "x", "--limit", "3"), "as it began: leave --limit out"),
        (("--resume", "x", "--set", "filters=3"), "leave --set out"),
    ],
)
def test_bad_usage_is_explained(archc, arguments, said):
    code, out, err = archc("sweep", *arguments)
    assert (code, out) == (2, "")
    assert said in err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("googlenet",), "`googlenet` has no sweep"),
        (("--resume", "nowhere"), "`nowhere/sweep.json` cannot be read"),
        (("small.yaml", "--train", "--epochs", "0"), "`epochs` of `training` needs"),
        (("small.yaml", "--train", "--data", "nowhere"), "there is no data `nowhere`"),
        (("small.yaml", "--train", "--max-macs", "1"), "no variant is left to train"),
    ],
)
def test_what_cannot_be_trained_is_refused_before_anything_is_written(
    archc, arguments, said, tmp_path
):
    code, _, err = archc("sweep", *arguments)
    assert code == 1
    assert said in err
    assert not (tmp_path / "sweeps").exists()


def test_a_swept_key_of_the_recipe_is_not_set(archc, write_spec):
    write_spec(SPEC.replace("batch size: [16, 32]", "epochs: [1, 2]"))
    code, _, err = archc("sweep", "small.yaml", "--train", "--epochs", "3")
    assert code == 1
    assert "the sweep varies `epochs`: leave --epochs out" in err


def test_a_search_needs_a_grid(archc, write_spec):
    text = (
        SPEC.partition("  grid:")[0] + "  list: {narrow: {parameters: {filters: 2}}}\n"
    )
    write_spec(text)
    code, _, err = archc("sweep", "small.yaml", "--train", "--search", "3")
    assert code == 1
    assert "chooses among the values of a `grid`, not from a `list`" in err


def test_without_optuna_a_search_says_how_to_install_it(archc, monkeypatch):
    monkeypatch.delitem(sys.modules, "archcompiler.training.sweeping.search", False)
    monkeypatch.setitem(sys.modules, "optuna", None)
    code, _, err = archc("sweep", "small.yaml", "--train", "--search", "3")
    assert code == 2
    assert "needs Optuna, which is not installed: pip install 'archcompiler[sea" in err


@pytest.mark.slow
def test_a_large_sweep_goes_into_a_pipe_that_closes_early(write_spec):
    values = [list(range(1, 11)), list(range(1, 41)), list(range(1, 21))]
    grid = "{{parameters: {{filters: {}}}, training: {{seed: {}, epochs: {}}}}}"
    write_spec(f"{SPEC.partition('sweep:')[0]}sweep:\n  grid: {grid.format(*values)}\n")
    command = [sys.executable, "-m", "archcompiler", "sweep", "small.yaml"]
    whole = subprocess.run(command, capture_output=True, text=True, check=True)
    assert len(whole.stdout.splitlines()) == 3 + prod(map(len, values))
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as cut:
        cut.stdout.readline()
        cut.stdout.close()
        assert cut.stderr.read() == b""
        assert cut.wait() == 141
