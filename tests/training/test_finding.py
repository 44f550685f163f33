"""A learning rate that is found: what is tried, told and drawn, and what is refused."""

import json
from itertools import pairwise
from pathlib import Path

import jsonschema
import pytest

from archcompiler.cli import main

FORMS = Path(__file__).parents[2] / "docs" / "json.schema.json"
SPEC = """\
name: tiny
input: 8x8x1
table:
  columns: [name, type, units]
  rows: [[flat, Flatten], [fc, Dense, 10], [out, softmax]]
training:
  optimizer: SGD
  losses: categorical crossentropy
  batch size: 64
  epochs: 1
"""


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--least", "0.1", "--most", "0.1"], "--least 0.1 is not below --most"),
        (["--least", "0"], "expected a rate above 0, received '0'"),
        (["--most", "high"], "expected a rate above 0, received 'high'"),
        (["--steps", "9"], "expected a number from 10 on"),
        (["-o", "rates.txt"], "a figure ends in .svg, .png or .pdf"),
        (["--head", "fc"], "--head says what begins anew beside --init"),
    ],
)
def test_bad_usage_is_explained(write_spec, capsys, options, said):
    spec = write_spec(SPEC)
    try:
        code = main(["rates", spec, *options])
    except SystemExit as error:
        code = error.code
    assert code == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.usefixtures("keras")
@pytest.mark.filterwarnings("ignore:__array__ implementation")
def test_losses_of_rising_rates_are_told_and_drawn(write_spec, capsys, tmp_path):
    spec = write_spec(SPEC)
    command = ["rates", spec, "--least", "1e-3", "--most", "100", "-f", "json"]
    found, figures = [], []
    for figure in (tmp_path / "one.svg", tmp_path / "two.svg"):
        assert main([*command, "--steps", "60", "-o", str(figure)]) == 0
        found.append(json.loads(capsys.readouterr().out))
        figures.append(figure.read_bytes())
    assert found[0] == found[1]
    assert figures[0] == figures[1]
    schema = json.loads(FORMS.read_text())
    jsonschema.validate(found[0], {**schema, "$ref": "#/$defs/rates"})
    trials = found[0]["trials"]
    assert trials[0]["rate"] == 1e-3
    factors = {round(b["rate"] / a["rate"], 6) for a, b in pairwise(trials)}
    assert factors == {round((100 / 1e-3) ** (1 / 59), 6)}
    assert trials[0]["mean"] == pytest.approx(trials[0]["loss"])
    best = min(trials, key=lambda trial: trial["mean"])
    assert found[0]["suggested"] == pytest.approx(best["rate"] / 10, rel=0.06)
    assert best["mean"] < 0.8 * trials[0]["mean"]
    assert not (tmp_path / "runs").exists()
    suggested = f"training.optimizer.learning_rate={found[0]['suggested']}"
    assert main(["check", spec]) == 0
    assert main(["train", spec, "--set", suggested, "--epochs", "1"]) == 0


@pytest.mark.slow
@pytest.mark.usefixtures("keras")
@pytest.mark.filterwarnings("ignore:__array__ implementation")
def test_a_loss_that_never_fell_is_no_finding(write_spec, capsys):
    command = ["rates", write_spec(SPEC), "--least", "1e3", "--most", "1e4"]
    assert main([*command, "--steps", "10"]) == 1
    assert "never fell from a rate of 1000 on: begin lower" in capsys.readouterr().err
