"""Runs that are steered: set, for longer, begun anew, kept in part."""

import contextlib
import io
import json
import subprocess
import sys

import pytest

from archcompiler.cli import main
from archcompiler.training.folder import is_free

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation"),  # of TensorFlow's
]

SPEC = """\
name: steered
input: 8x8x1
table:
  columns: [name, type, patch, filters, activation, rate]
  rows:
  - [conv, Conv2D, 3x3, 8, relu]
  - [flat, Flatten]
  - drop: {type: Dropout, rate: 0.25}
  - out: {type: Dense, units: 10, activation: softmax}
training:
  optimizer: Adam
  schedule: {exponential: {factor: 0.9}}
  losses: categorical crossentropy
  batch size: 32
  epochs: 4
  limit: 100
variants:
  waiting: {training: {schedule: {plateau: {patience: 1, min_delta: 1}}}}
  averaging:
    training:
      optimizer: {Lion: {use_ema: true, gradient_accumulation_steps: 3}}
  rising: {training: {warm-up: 2}}
  cosine: {training: {schedule: cosine}}
  stopping: {training: {early stopping: {patience: 1, min_delta: 1}}}
"""


@pytest.fixture(scope="module")
def spec(tmp_path_factory, keras):
    """Return the path of a spec whose network is small."""
    del keras
    path = tmp_path_factory.mktemp("steered") / "steered.yaml"
    path.write_text(SPEC)
    return path


def train(*arguments):
    """Train in this process."""
    assert main(["train", *map(str, arguments)]) == 0


def refused(*arguments):
    """Return what is said of a command that fails."""
    with contextlib.redirect_stderr(io.StringIO()) as err:
        assert main(["train", *map(str, arguments)]) == 1
    return err.getvalue()


def left(run):
    """Return what a run left of weights, and how many checkpoints."""
    weights = [path.name for path in run.glob("*.weights.h5")]
    return sorted(weights), len([*run.glob("checkpoints/epoch-*")])


def results(run):
    """Return the bytes in which two equal runs are equal."""
    last = max(run.glob("checkpoints/epoch-*"))
    files = ("history.csv", "best.weights.h5", "last.weights.h5", last / "state.npz")
    return [(run / file).read_bytes() for file in files]


def record(run, file="run.json"):
    return json.loads((run / file).read_text())


# Longer ---------------------------------------------------------------------


@pytest.mark.parametrize("variant", ["", ":waiting", ":averaging", ":rising"])
def test_a_longer_run_is_that_of_as_many_epochs_from_the_start(spec, tmp_path, variant):
    whole, longer = tmp_path / "whole", tmp_path / "longer"
    train(f"{spec}{variant}", "--run", whole)
    train(f"{spec}{variant}", "--epochs", "2", "--run", longer)
    train("--resume", longer, "--epochs", "4")
    assert results(longer) == results(whole)
    assert record(longer)["recipe"] == record(whole)["recipe"]
    assert record(longer)["digest"] == record(whole)["digest"]


def test_a_longer_run_is_one_of_its_epochs_from_then_on(spec, tmp_path):
    run = tmp_path / "run"
    train(spec, "--epochs", "1", "--run", run)
    train("--resume", run, "--epochs", "2")
    train("--resume", run)
    assert main(["check", str(run)]) == 0
    said = refused("--resume", run, "--epochs", "1")
    assert "is at the end of epoch 2: it cannot end after 1" in said


def test_what_would_have_been_another_run_is_not_lengthened(spec, tmp_path):
    run = tmp_path / "run"
    train(f"{spec}:cosine", "--epochs", "1", "--run", run)
    said = refused("--resume", run, "--epochs", "2")
    assert "`cosine` spans all epochs: of 2, those that" in said
    assert f"`--init {run}`" in said
    assert record(run)["recipe"]["epochs"] == 1


def test_a_run_that_ended_early_stays_ended(spec, tmp_path):
    run = tmp_path / "run"
    train(f"{spec}:stopping", "--run", run)
    before = results(run)
    train("--resume", run, "--epochs", "9")
    assert results(run) == before
    assert record(run, "summary.json")["epochs"] == 2


# Set ------------------------------------------------------------------------


def test_a_run_keeps_every_key_that_was_set(spec, tmp_path, capsys):
    run, again = tmp_path / "run", tmp_path / "again"
    given = ["--set", "training.optimizer.beta_1=0.8", "--epochs", "1"]
    train(spec, *given, "--set", "training.seed=3", "--run", run)
    train("--resume", run)
    recipe = record(run)["recipe"]
    assert recipe["optimizer"]["Adam"]["beta_1"] == 0.8
    train(run, "--set", "training.epochs=2", "--run", again)
    assert record(again)["recipe"] == {**recipe, "epochs": 2}
    capsys.readouterr()
    assert main(["emit", str(run), "--training"]) == 0
    script = capsys.readouterr().out
    assert "beta_1=0.8" in script
    assert "SEED = 3" in script


# Begun anew, kept in part ---------------------------------------------------


@pytest.mark.parametrize(
    ("given", "weights", "checkpoints"),
    [
        ("best", ["best.weights.h5"], 0),
        ("last,1", ["last.weights.h5"], 1),
        ("0", ["best.weights.h5", "last.weights.h5"], 0),
        ("3", ["best.weights.h5", "last.weights.h5"], 3),
    ],
)
def test_what_is_kept_is_all_that_is_left(spec, tmp_path, given, weights, checkpoints):
    train(spec, "--keep", given, "--run", tmp_path / "run")
    assert left(tmp_path / "run") == (weights, checkpoints)


def test_a_run_that_kept_no_checkpoint_is_begun_anew(spec, tmp_path):
    run = tmp_path / "run"
    given = (spec, "--epochs", "1", "--run", run)
    train(*given, "--keep", "best")
    assert "is complete and kept no checkpoint" in refused("--resume", run)
    assert "or remove it and begin anew with `--overwrite`" in refused(*given)
    (run / "notes.txt").write_text("mine")
    train(*given, "--overwrite")
    assert left(run) == (["best.weights.h5", "last.weights.h5"], 1)
    assert (run / "notes.txt").exists()
    said = refused(run, "--run", run, "--overwrite")
    assert "is not overwritten by a run that reads from it" in said
    assert left(run) == (["best.weights.h5", "last.weights.h5"], 1)


def test_a_run_that_kept_nothing_does_not_block_its_name(spec, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    refused(spec, "--set", "training.optimizer.learning_rate=1e38")
    assert is_free(tmp_path / "runs" / "steered")
    train(spec, "--epochs", "1")
    assert [path.name for path in (tmp_path / "runs").iterdir()] == ["steered"]
    assert not is_free(tmp_path / "runs" / "steered")


# The environment ------------------------------------------------------------


def test_a_run_tells_what_it_ran_in(spec, tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["archc", "train", "a spec.yaml"])
    train(spec, "--epochs", "1", "--run", tmp_path / "run")
    train("--resume", tmp_path / "run", "--epochs", "2")
    told = record(tmp_path / "run", "environment.json")
    assert told["commit"] is None
    assert told["command"] == "archc train 'a spec.yaml'"
    assert told["processor"]
    assert told["packages"]["keras"]
    assert told["seconds"] == record(tmp_path / "run", "summary.json")["seconds"]
    (resumed,) = told["resumed"]
    assert resumed["started"] >= told["started"]


def test_the_commit_of_a_folder_says_whether_it_has_changed(tmp_path):
    from archcompiler.training.environment import commit_of

    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b.c"]
    for arguments in (["init", "-q"], ["commit", "-q", "--allow-empty", "-m", "a"]):
        subprocess.run([*git, *arguments], check=True)
    commit = commit_of(tmp_path)
    assert len(commit) == 40
    (tmp_path / "spec.yaml").write_text(SPEC)
    assert commit_of(tmp_path) == f"{commit}, changed"
