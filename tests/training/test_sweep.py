"""Sweeps that train: killed, interrupted and resumed, they come to the same.

Everything is real: processes, kills, images. What need not start a process does not.
"""

import contextlib
import csv
import io
import json
import re
import signal
import subprocess
import sys
import time

import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.cli.exits import BUSY
from archcompiler.training.folder import locked
from archcompiler.training.recipe import read_recipe

pytestmark = pytest.mark.slow

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
  losses: categorical crossentropy
  batch size: 32
  epochs: 25
  limit: 200
sweep:
  grid:
    parameters: {filters: [many, 2, 4]}
    training: {optimizer: {SGD: {learning_rate: [0.05, 1e38]}}}
"""

KEPT = """\
name: kept
extends: small
parameters: {filters: 2}
training: {epochs: 1, optimizer: {SGD: {learning_rate: 0.05}}}
sweep:
  grid:
    training: {freeze: [[], up to conv]}
"""

CHOSEN = ("--only", "learning_rate=0.05", "--only", "filters=2 learning_rate=1e38")
"""Two that learn, one whose loss is lost, one that is refused."""

GOOD = ["filters=2 learning_rate=0.05", "filters=4 learning_rate=0.05"]
LOST = "filters=2 learning_rate=1e38"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with the small spec."""
    folder = tmp_path_factory.mktemp("sweeps")
    (folder / "small.yaml").write_text(SPEC)
    return folder


def begin(*arguments):
    """Begin a sweep in a process of its own."""
    command = [sys.executable, "-m", "archcompiler", "sweep", *map(str, arguments)]
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def sweep(*arguments):
    """Sweep in this process; return the exit code and what was said."""
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        code = main(["sweep", *map(str, arguments)])
    return code, said.getvalue()


@pytest.fixture(scope="module")
def whole(folder):
    """Return the folder of a sweep that nobody disturbed, and what it said."""
    place = folder / "whole"
    arguments = ("--train", "--folder", place, "--jobs", "2", *CHOSEN)
    process = begin(folder / "small.yaml", *arguments)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 1, said  # one of them failed
    return place, said


def ranked(place):
    """Return the leaderboard without the seconds."""
    with open(place / "leaderboard.csv") as file:
        return [
            {k: v for k, v in row.items() if k != "seconds"}
            for row in csv.DictReader(file)
        ]


def histories(place):
    return {
        path.parent.name: path.read_bytes()
        for path in sorted(place.glob("runs/*/history.csv"))
    }


def wait_for_epoch(process, epoch):
    """Read what a sweep says until a run ends this epoch."""
    for line in process.stdout:
        if re.search(rf": epoch +{epoch}/25 ", line):
            return
    raise AssertionError(f"no epoch {epoch}")


def wait_until_free(place, seconds=120):
    """Wait until no process trains in any run of a sweep."""
    until = time.monotonic() + seconds
    for run in place.glob("runs/*"):
        while (run / "lock").exists():
            try:
                with locked(run):
                    break
            except archcompiler.training.errors.TrainingError:
                assert time.monotonic() < until, f"{run} is still trained in"
                time.sleep(0.1)


# What a sweep leaves --------------------------------------------------------


def test_a_sweep_leaves_runs_leaderboard_and_plot(whole):
    place, _ = whole
    assert sorted(path.name for path in place.iterdir()) == [
        *("accuracy-against-cost.png", "accuracy-against-cost.svg"),
        *("leaderboard.csv", "leaderboard.txt", "lock", "runs", "spec", "sweep.json"),
    ]
    assert sorted(path.name for path in place.glob("runs/*")) == [
        "filters=2,learning_rate=0.05",
        "filters=2,learning_rate=1e38",
        "filters=4,learning_rate=0.05",
    ]


def test_the_leaderboard_ranks_what_learned_and_names_what_failed(whole):
    place, said = whole
    board = ranked(place)
    assert [row["rank"] for row in board] == ["1", "2", ""]
    assert float(board[0]["best"]) >= float(board[1]["best"]) > 0.5
    assert {row["name"] for row in board[:2]} == set(GOOD)
    assert (board[2]["name"], board[2]["state"]) == (LOST, "failed")
    assert "became" in board[2]["reason"]
    text = (place / "leaderboard.txt").read_text()
    assert text.startswith("small: 2 of 3 trained\n\nrank  filters  learning_rate")
    assert text in said


def test_progress_says_which_run_of_how_many(whole):
    _, said = whole
    assert said.startswith("small: 4 variants of 3 networks; 1 refused; 2 left out\n")
    assert "many     0.05" in said
    for number, name in ((1, GOOD[0]), (2, LOST), (3, GOOD[1])):
        assert f"[{number}/3] {name}: begins\n" in said
    assert said.count(": epoch ") == 2 * 25
    assert re.search(rf"\[2/3\] {LOST}: failed: the \w+ became", said)


def test_a_run_of_a_sweep_is_an_ordinary_run(whole):
    run = whole[0] / "runs" / "filters=4,learning_rate=0.05"
    record = json.loads((run / "run.json").read_text())
    assert record["spec"] == "spec/small.yaml:filters=4 learning_rate=0.05"
    copy = archcompiler.load(run / record["spec"])
    assert copy.name == "small filters=4 learning_rate=0.05"
    assert read_recipe(copy).digest == record["digest"]
    assert (run / "log.txt").read_text().count("\nepoch ") == 25


def test_what_is_complete_is_not_trained_again(whole):
    place, _ = whole
    before = ranked(place)
    arguments = ("--train", "--folder", place, "--only", "filters=4")
    spec = place.parent / "small.yaml"
    code, said = sweep(spec, *arguments, "--only", GOOD[0], "--max-parameters", "1K")
    assert code == 0, said
    assert "[1/1] filters=2 learning_rate=0.05: validation accuracy" in said
    assert "begins" not in said
    assert "goes on" not in said
    assert ranked(place) == before


@pytest.mark.parametrize("form", ["csv", "json", "latex", "html", "markdown"])
def test_the_leaderboard_of_a_sweep_has_every_format_and_nothing_beside_it(whole, form):
    place, _ = whole
    only = ("--only", GOOD[0], "--train", "--folder", place)
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        spec = place.parent / "small.yaml"
        assert main(["sweep", *map(str, (spec, *only)), "-f", form]) == 0
    shown, begins = out.getvalue(), {"latex": "% in", "html": "<table", "markdown": "#"}
    assert "[1/1]" in err.getvalue()
    if form == "csv":
        board = [*csv.DictReader(io.StringIO(shown))]
        assert [row["rank"] for row in board] == ["1", "2", ""]
        assert {row["name"] for row in board[:2]} == {*GOOD}
    elif form == "json":
        first, second, lost = json.loads(shown)["runs"]
        assert first["best"] >= second["best"] > 0.5
        assert lost["values"] == {"filters": "2", "learning_rate": "1e38"}
    else:
        assert shown.startswith(begins[form])


def test_a_search_takes_up_what_was_trained(whole):
    place, _ = whole
    arguments = ("--train", "--folder", place, "--only", "learning_rate=0.05")
    code, said = sweep(place.parent / "small.yaml", *arguments, "--search", "2")
    assert code == 0, said
    for name in GOOD:
        assert re.search(rf"\[\d/2\] {name}: validation accuracy 0\.\d+ in epoch", said)
    assert "begins" not in said


# Killed, interrupted --------------------------------------------------------


def test_interrupted_killed_and_resumed_equals_undisturbed(folder, whole):
    place = folder / "disturbed"
    process = begin(folder / "small.yaml", "--train", "--folder", place, *CHOSEN)
    wait_for_epoch(process, 2)
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    assert f"stopped; `archc sweep --resume {place}` goes on" in said
    wait_until_free(place, 0)

    process = begin("--resume", place)
    wait_for_epoch(process, 6)
    process.kill()
    process.communicate()
    wait_until_free(place)
    assert not (place / "runs" / "filters=2,learning_rate=0.05/summary.json").exists()

    process = begin("--resume", place, "--jobs", "2")
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 1, said
    assert f"{GOOD[0]}: goes on" in said
    assert ranked(place) == ranked(whole[0])
    assert histories(place) == histories(whole[0])


def test_all_begin_with_the_weights_of_a_run(folder, whole):
    """What a sweep copies counts among what its runs are recognised by."""
    first = whole[0] / "runs" / "filters=2,learning_rate=0.05"
    (folder / "kept.yaml").write_text(KEPT)
    asked = (folder / "kept.yaml", "--train", "--folder", folder / "kept")
    code, said = sweep(*asked, "--init", first, "--head", "out", "--batch-size", "50")
    assert code == 0, said
    for run in sorted((folder / "kept" / "runs").iterdir()):
        told = json.loads((run / "transfer.json").read_text())
        assert [row["row"] for row in told["lines"] if row["anew"]] == ["out"]
        assert json.loads((run / "run.json").read_text())["recipe"]["batch size"] == 50
    code, said = sweep("--resume", folder / "kept")
    assert (code, "begins" in said) == (0, False), said
    code, said = sweep(*asked, "--batch-size", "50")
    assert code == 1
    assert "is a run of another spec, recipe, data or beginning" in said


# Refused --------------------------------------------------------------------


def test_two_sweeps_do_not_share_a_folder(whole):
    place, _ = whole
    with locked(place):
        code, said = sweep("--resume", place)
    assert code == BUSY
    assert f"another process trains in `{place}`" in said


@pytest.mark.parametrize("change", ["--epochs=3", "--seed=1", "--data=mnist"])
def test_the_run_of_another_recipe_is_not_overwritten(whole, change):
    place, _ = whole
    spec = place.parent / "small.yaml"
    code, said = sweep(spec, "--train", "--folder", place, *CHOSEN, change)
    assert code == 1
    assert "filters=2,learning_rate=0.05` is a run of another spec, recipe," in said
