"""Requests of runs and sweeps: kept, read again, refused where they mean nothing."""

import io
import sys

import pytest

from archcompiler.checking.sweeping import weigh
from archcompiler.cli import main
from archcompiler.cli.recipe_arguments import OVERRIDES
from archcompiler.language.loading.loading import load_program
from archcompiler.language.variants.sweeps import points_of, sweep_of
from archcompiler.training.errors import TrainingError
from archcompiler.training.request import Request
from archcompiler.training.sweeping.children import LOG
from archcompiler.training.sweeping.loop import Listed, Loop
from archcompiler.training.sweeping.request import (
    SWEEP,
    SweepRequest,
    recorded_sweep,
    write_request,
)
from archcompiler.training.sweeping.runs import FAILURE, run_of

LISTED = """\
name: small
input: 8x8x1
parameters: {units: 8}
table:
  columns: [name, type, units, activation]
  rows:
  - [flat, Flatten]
  - [hidden, Dense, <units>, relu]
  - [out, Dense, 10, softmax]
training: {optimizer: Adam, losses: categorical crossentropy, batch size: 32, epochs: 2}
sweep:
  list:
    narrow: {parameters: {units: 2}}
    long: {training: {epochs: 3}}
    other: {training: {data: mnist}}
"""


def test_whole_paths_leave_names_of_data_sets_alone(tmp_path, monkeypatch):
    """A folder of that name beside the command means nothing to `--data mnist`."""
    monkeypatch.chdir(tmp_path)
    for name in ("mnist", "mine"):
        (tmp_path / name).mkdir()
    assert Request("x", data="mnist").with_whole_paths().data == "mnist"
    whole = Request("x", data="mine", init="mine", data_dir="there").with_whole_paths()
    assert whole.data == whole.init == str(tmp_path / "mine")
    assert whole.data_dir == str(tmp_path / "there")
    assert Request("x", init="ResNet50").with_whole_paths().init == "ResNet50"


def test_a_sweep_is_asked_for_again_as_it_was(tmp_path):
    request = SweepRequest(str(tmp_path / "x.yaml"), head=["out"], jobs=2)
    write_request(tmp_path, "x", request)
    assert recorded_sweep(tmp_path) == request


@pytest.mark.parametrize("record", ['{"name": "x"}', '{"request": {"sort": 1}}', "[]"])
def test_a_sweep_of_another_version_is_refused(record, tmp_path):
    (tmp_path / SWEEP).write_text(record)
    with pytest.raises(TrainingError, match="json` is of another version"):
        recorded_sweep(tmp_path)


@pytest.mark.parametrize("name", ["folder", "data", "init", "head", *OVERRIDES])
def test_what_is_for_training_is_refused_without_it(name, write_spec, capsys):
    flag = f"--{name.replace('_', '-')}"
    assert main(["sweep", write_spec(LISTED), flag, "x"]) == 2
    assert f"{flag} is for training: add --train" in capsys.readouterr().err


def test_a_parameter_that_a_list_varies_is_not_set(write_spec, capsys):
    assert main(["sweep", write_spec(LISTED), "--set", "units=3"]) == 2
    assert "varies 'units': leave --set units out" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--epochs", "9"), "the sweep varies `epochs`: leave --epochs out"),
        (("--data", "digits"), "the sweep varies `data`: leave --data out"),
    ],
)
def test_what_a_list_varies_is_not_set_for_all(arguments, said, write_spec, capsys):
    assert main(["sweep", write_spec(LISTED), "--train", *arguments]) == 1
    assert said in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("options", [("--train",), ("--search", "2")])
def test_an_unknown_variant_is_refused_whatever_is_asked(options, capsys):
    arguments = ("googlenet-digits", "--only", "widht=0.5", *options)
    assert main(["sweep", *arguments]) == 2
    assert "has, 'widht=0.5': did you mean `width=0.5`?" in capsys.readouterr().err


def test_a_log_that_cannot_be_written_ends_its_run_and_says_so(write_spec, tmp_path):
    base = load_program(write_spec(LISTED))
    narrow, *_ = weigh(base, points_of(sweep_of(base)))
    run = run_of(base, narrow, SweepRequest("small.yaml"), tmp_path)
    (run.folder / LOG).mkdir(parents=True)
    said = io.StringIO()
    endless = [sys.executable, "-c", "while True: print('epoch 1/2', flush=True)"]
    loop = Loop(Listed([run]), 1, lambda _: endless, lambda _: None, said)
    assert loop.run() == 1
    reason = f"`{run.folder / LOG}` cannot be written: Is a directory"
    assert said.getvalue().endswith(f"[1/1] narrow: failed: {reason}\n")
    assert (run.folder / FAILURE).read_text() == f"{reason}\n"
