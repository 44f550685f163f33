"""Runs that are killed, corrupted, starved and refused: nothing is lost, all is said.

Everything is real: images, kills, limits of the kernel. Runs in this process share its
Keras; those that are killed have one of their own.
"""

import contextlib
import csv
import io
import json
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.training.checkpoints import load_checkpoint
from archcompiler.training.digests import sha256_of
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import locked
from archcompiler.training.recipe import read_recipe

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation"),  # of TensorFlow's
]

SMALL = """\
name: small
input: 8x8x1
parameters: {classes: 10}
table:
  columns: [name, type, patch, filters, activation, rate]
  rows:
  - [conv, Conv2D, 3x3, 16, relu]
  - [pool, MaxPooling2D, 2x2]
  - [flat, Flatten]
  - [drop, Dropout, ~, ~, ~, 25%]
  - out: {type: Dense, units: <classes>, activation: softmax}
training:
  augmentation: [flip, crop: {pad: 1}, rotation: {degrees: 9}, erasing]
  optimizer: {Adam: {learning_rate: 0.01}}
  schedule: cosine
  warm-up: 0.5
  losses: categorical crossentropy
  l2: 1e-4
  label smoothing: 10%
  batch size: 32
  epochs: 6
  limit: 250
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Return a folder with the small spec."""
    folder = tmp_path_factory.mktemp("runs")
    (folder / "small.yaml").write_text(SMALL)
    return folder


@pytest.fixture(scope="module")
def killed(folder):
    """Return the folder of a run that was killed in its second epoch or later."""
    command = [sys.executable, "-m", "archcompiler", "train", folder / "small.yaml"]
    command += ["--run", folder / "killed", "--save-every", "3"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        wait_for(folder / "killed" / "checkpoints", "epoch-00001-step-0000003")
        process.send_signal(signal.SIGKILL)
    assert not (folder / "killed" / "last.weights.h5").exists()
    return folder / "killed"


@pytest.fixture(scope="module")
def whole(folder, keras):
    """Return the folder of a run that nobody disturbed."""
    del keras
    with contextlib.redirect_stdout(io.StringIO()) as out:
        train(folder / "small.yaml", "--run", folder / "whole")
    assert out.getvalue().count("\nepoch ") == 6
    return folder / "whole"


@pytest.fixture
def copy(killed, tmp_path):
    """Return a killed run of one's own."""
    return shutil.copytree(killed, tmp_path / "copy")


def wait_for(folder, name, seconds=120):
    """Wait until a checkpoint is there, or a later one."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if any(path.name >= name for path in folder.glob("epoch-*")):
            return
        time.sleep(0.01)
    raise AssertionError(f"no {name} in {seconds} s")


def train(*arguments):
    """Train in this process; return what was said where it failed."""
    with contextlib.redirect_stderr(io.StringIO()) as err:
        code = main(["train", *map(str, arguments)])
    assert (code == 0) == (err.getvalue() == ""), err.getvalue()
    return err.getvalue()


def checkpoints(folder):
    return sorted((folder / "checkpoints").glob("epoch-*"))


def results(folder):
    """Return the bytes in which two equal runs are equal."""
    files = ("history.csv", "best.weights.h5", checkpoints(folder)[-1] / "state.npz")
    return [(folder / file).read_bytes() for file in files]


# What a run leaves ----------------------------------------------------------


def test_a_run_leaves_everything(whole):
    assert sorted(path.name for path in whole.iterdir()) == sorted(
        [
            *("best.weights.h5", "checkpoints", "curves.png", "curves.svg"),
            *("data.npz", "environment.json", "history.csv", "last.weights.h5", "lock"),
            *("run.json", "spec", "summary.json", "summary.txt", "times.csv"),
        ]
    )
    assert len(checkpoints(whole)) == 2
    history = (whole / "history.csv").read_text().splitlines()
    assert history[0] == "epoch,learning_rate,accuracy,loss,val_accuracy,val_loss"
    assert len(history) == 1 + 6
    summary = json.loads((whole / "summary.json").read_text())
    assert summary["images"] == summary["validation_images"] == 250
    assert [epoch for epoch, _ in times(whole)] == [1, 2, 3, 4, 5, 6]
    seconds = sum(each for _, each in times(whole))
    assert summary["seconds"] == pytest.approx(seconds, abs=0.1) != 0


def test_the_spec_of_a_run_loads_by_itself(whole):
    copy = archcompiler.load(whole / "spec" / "small.yaml")
    digest = json.loads((whole / "run.json").read_text())["digest"]
    assert read_recipe(copy).digest == digest


def test_the_weights_of_a_run_load_into_a_fresh_model(whole):
    model = archcompiler.load(whole / "spec" / "small.yaml").to_keras()
    model.load_weights(whole / "last.weights.h5")
    with np.load(checkpoints(whole)[-1] / "state.npz") as state:
        saved = [state[name] for name in state.files if name.startswith("weight")]
    for weight, array in zip(model.weights, saved, strict=True):
        np.testing.assert_array_equal(weight.numpy(), array)


def test_a_run_is_not_begun_in_the_folder_of_another(folder, whole):
    said = train(folder / "small.yaml", "--run", whole)
    assert f"`{whole}` holds a run: go on with `--resume {whole}`" in said


# Killed ---------------------------------------------------------------------


def test_killed_and_resumed_equals_uninterrupted(whole, copy):
    assert checkpoints(copy)[-1].name >= "epoch-00001-step-0000003"
    train("--resume", copy)
    assert results(copy) == results(whole)
    assert [epoch for epoch, _ in times(copy)] == [1, 2, 3, 4, 5, 6]


def test_a_folder_of_the_time_before_times_is_gone_on_with(whole, copy):
    for place in checkpoints(copy):
        record = json.loads((place / "progress.json").read_text())
        for name in ("times", "spent"):
            del record["progress"][name]
        (place / "progress.json").write_text(json.dumps(record))
        manifest = json.loads((place / "manifest.json").read_text())
        manifest["progress.json"] = sha256_of(place / "progress.json")
        (place / "manifest.json").write_text(json.dumps(manifest))
    passed = record["progress"]["epoch"]
    train("--resume", copy)
    assert results(copy) == results(whole)
    assert [epoch for epoch, _ in times(copy)] == [*range(passed + 1, 7)]


def times(folder):
    """Return epochs and their seconds."""
    with open(folder / "times.csv", newline="") as file:
        rows = [*csv.DictReader(file)]
    return [(int(row["epoch"]), float(row["seconds"])) for row in rows]


def test_a_checkpoint_within_an_epoch_goes_on_within_it(whole, copy):
    go_back_into_an_epoch(copy)
    train("--resume", copy)
    assert results(copy) == results(whole)


def test_killed_after_the_last_epoch_it_only_writes_what_is_missing(whole, tmp_path):
    ended = shutil.copytree(whole, tmp_path / "ended")
    written = ("last.weights.h5", "summary.json", "summary.txt", "curves.svg")
    for name in written:
        (ended / name).unlink()
    before = (ended / "history.csv").read_text().splitlines(keepends=True)[:-1]
    (ended / "history.csv").write_text("".join(before))
    train("--resume", ended)
    assert all((ended / name).exists() for name in written)
    assert results(ended) == results(whole)


def go_back_into_an_epoch(run):
    """Remove a last checkpoint that lies between two epochs."""
    while "step-0000000" in checkpoints(run)[-1].name:
        shutil.rmtree(checkpoints(run)[-1])


def test_best_weights_follow_the_checkpoint_that_names_them(folder, tmp_path):
    spec = (folder / "small.yaml", "--epochs", "1")
    train(*spec, "--run", tmp_path / "whole")
    best = tmp_path / "best.weights.h5"
    best.symlink_to("no/such/folder")  # as if killed before they were written
    said = train(*spec, "--run", tmp_path)
    (good,) = checkpoints(tmp_path)
    assert "(No such file or directory) at the end of epoch 1; " in said
    assert f"; the last good checkpoint is `{good}`" in said
    best.unlink()
    train("--resume", tmp_path)
    assert results(tmp_path) == results(tmp_path / "whole")


def test_without_a_checkpoint_it_begins_anew(whole, copy, capsys):
    shutil.rmtree(copy / "checkpoints")
    (copy / ".archc-leftover").mkdir()
    train("--resume", copy)
    assert "there is no checkpoint: from the beginning" in capsys.readouterr().out
    assert results(copy) == results(whole)
    assert not (copy / ".archc-leftover").exists()


def test_a_run_that_is_interrupted_says_how_to_go_on(whole, folder):
    place = folder / "interrupted"
    command = [sys.executable, "-m", "archcompiler", "train", folder / "small.yaml"]
    command += ["--run", place, "--tensorboard"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        wait_for(place / "checkpoints", "epoch-00001")
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    assert process.returncode == 130
    last = out.splitlines()[-1]
    assert re.fullmatch(
        r"stopped (in epoch \d, step \d|at the end of epoch \d); "
        rf"go on with `archc train --resume {place}`",
        last,
    )
    train("--resume", place)
    assert results(place) == results(whole)
    assert boards(place) == [row["val_loss"] for row in history(place)]


def history(folder):
    """Return the rows of a run's history."""
    with open(folder / "history.csv", newline="") as file:
        return [
            {name: np.float32(value) for name, value in row.items()}
            for row in csv.DictReader(file)
        ]


def boards(folder):
    """Return the validation losses that TensorBoard shows, epoch by epoch."""
    from tensorboard.backend.event_processing.event_multiplexer import EventMultiplexer
    from tensorboard.util.tensor_util import make_ndarray

    events = EventMultiplexer().AddRunsFromDirectory(str(folder / "tensorboard"))
    tensors = events.Reload().Tensors("validation", "epoch_loss")
    by_epoch = {event.step: make_ndarray(event.tensor_proto) for event in tensors}
    return [by_epoch[epoch] for epoch in sorted(by_epoch)]


# Corrupted ------------------------------------------------------------------


@pytest.mark.parametrize("file", ["state.npz", "progress.json", "manifest.json"])
def test_one_bit_of_a_checkpoint_is_noticed(copy, file):
    digest = json.loads((copy / "run.json").read_text())["digest"]
    last = checkpoints(copy)[-1] / file
    content = bytearray(last.read_bytes())
    for at in range(0, len(content), max(1, len(content) // 40)):
        content[at] ^= 1
        last.write_bytes(content)
        found, notes = load_checkpoint(copy / "checkpoints", digest)
        assert found.path == checkpoints(copy)[-2], f"byte {at}"
        assert len(notes) == 1
        content[at] ^= 1
    last.write_bytes(content)
    found, notes = load_checkpoint(copy / "checkpoints", digest)
    assert (found.path, notes) == (checkpoints(copy)[-1], [])


def test_a_corrupt_checkpoint_gives_way_to_the_one_before(whole, copy, capsys):
    last = checkpoints(copy)[-1] / "state.npz"
    content = bytearray(last.read_bytes())
    content[len(content) // 2] ^= 1
    last.write_bytes(content)
    train("--resume", copy)
    out = capsys.readouterr().out
    assert "is corrupt (the SHA-256 of `state.npz` differs): the one before it" in out
    assert results(copy) == results(whole)


def test_where_no_checkpoint_is_whole_it_says_so(copy):
    for place in checkpoints(copy):
        (place / "state.npz").write_bytes(b"")
    assert "is whole" in train("--resume", copy)


# Starved, lost --------------------------------------------------------------


def test_a_disk_that_takes_no_more_leaves_the_last_good_one(whole, copy):
    go_back_into_an_epoch(copy)
    good = checkpoints(copy)[-1]
    with too_small_files(good):
        said = train("--resume", copy)
    assert "the disk takes no more (File too large) in epoch" in said
    assert f"the last good checkpoint is `{good}`" in said
    train("--resume", copy)
    assert results(copy) == results(whole)


def test_a_corrupt_checkpoint_is_not_called_the_last_good_one(folder, tmp_path):
    spec = (folder / "small.yaml", "--epochs", "1", "--save-every", "3")
    train(*spec, "--run", tmp_path)
    good, last = checkpoints(tmp_path)
    (last / "state.npz").write_bytes(b"")
    with too_small_files(good):
        said = train("--resume", tmp_path)
    assert f"the last good checkpoint is `{good}`" in said


@contextlib.contextmanager
def too_small_files(checkpoint):
    """Let no file grow to half the size of a checkpoint."""
    size = (checkpoint / "state.npz").stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size // 2, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may mount")
def test_a_full_file_system_leaves_the_last_good_one(killed, tmp_path):
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(tmp_path)]
    if subprocess.run(mount, capture_output=True).returncode:
        pytest.skip("this machine lets nobody mount")
    try:
        copy = shutil.copytree(killed, tmp_path / "copy")
        go_back_into_an_epoch(copy)
        filler = tmp_path / "filler"
        with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
            while True:
                file.write(bytes(4096))
        said = train("--resume", copy)
        assert "the disk takes no more" in said
        assert "No space left on device" in said
        filler.unlink()
        found, notes = load_checkpoint(copy / "checkpoints", digest_of(copy))
        assert (found is not None, notes) == (True, [])
    finally:
        subprocess.run(["umount", str(tmp_path)], check=True)


def digest_of(folder):
    return json.loads((folder / "run.json").read_text())["digest"]


def test_a_loss_that_is_lost_stops_the_run(tmp_path):
    text = SMALL.replace("Adam: {learning_rate: 0.01}", "SGD: {learning_rate: 1e38}")
    (tmp_path / "small.yaml").write_text(text)
    said = train(tmp_path / "small.yaml", "--run", tmp_path / "run")
    assert re.search(r"the (loss|weights) became .* in epoch 1, step \d+; no ch", said)
    assert not (tmp_path / "run" / "checkpoints").exists()


def test_a_validation_loss_that_is_lost_is_named(tmp_path):
    text = re.sub("augmentation: .*", "pixels: as they are", SMALL)
    (tmp_path / "small.yaml").write_text(text)
    images = np.random.default_rng(0).random((64, 8, 8, 1), np.float32)
    labels, huge = np.arange(64) % 10, images * np.float32(3e38)
    arrays = {"x_train": images, "x_test": huge, "y_train": labels, "y_test": labels}
    np.savez(tmp_path / "data.npz", **arrays)
    spec = (tmp_path / "small.yaml", "--data", tmp_path / "data.npz")
    said = train(*spec, "--run", tmp_path / "run")
    assert re.search("`val_loss` became (nan|inf) in epoch 1, step 2; no ch", said)


def test_without_tensorboard_nothing_begins(folder, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboard", None)  # as if not installed
    said = train(folder / "small.yaml", "--run", tmp_path / "run", "--tensorboard")
    assert "`--tensorboard` needs TensorBoard: pip install tensorboard" in said
    assert not (tmp_path / "run").exists()


# Refused --------------------------------------------------------------------


def test_two_processes_do_not_train_in_one_folder(copy):
    with locked(copy):
        said = train("--resume", copy)
    assert f"another process trains in `{copy}`" in said


def test_a_changed_spec_is_refused(copy):
    spec = copy / "spec" / "small.yaml"
    spec.write_text(spec.read_text().replace("3x3, 16", "3x3, 12"))
    assert "is the run of another spec or recipe" in train("--resume", copy)


def test_a_checkpoint_of_another_spec_is_refused(copy):
    with pytest.raises(TrainingError, match="is of another spec or recipe"):
        load_checkpoint(copy / "checkpoints", "0" * 64)


def test_other_data_are_refused(copy):
    record = json.loads((copy / "run.json").read_text())
    record["data"]["sha256"] = "0" * 64
    (copy / "run.json").write_text(json.dumps(record))
    assert "the data are not those with which" in train("--resume", copy)


def test_what_a_resumed_run_cannot_take_is_bad_usage(copy):
    with contextlib.redirect_stderr(io.StringIO()) as err:
        assert main(["train", "--resume", str(copy), "--seed", "9"]) == 2
    assert "--resume goes on as it began: leave --seed out" in err.getvalue()


def test_a_label_that_does_not_fit_is_refused_before_the_first_epoch(tmp_path):
    text = SMALL.replace("classes: 10", "classes: 9")
    (tmp_path / "small.yaml").write_text(text)
    said = train(tmp_path / "small.yaml", "--run", tmp_path / "run")
    assert "digits has 10 classes, the network has 9 outputs" in said
    assert not (tmp_path / "run").exists()
