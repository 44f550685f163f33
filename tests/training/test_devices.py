"""More than one device: what equals what, what is refused, and what survives a kill."""

import csv
import json
import os
import signal
import socket
import subprocess
import time
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile

import numpy as np
import pytest

import archcompiler
from archcompiler.cli import main
from archcompiler.processes import python, search_path
from archcompiler.training.devices.backends import BACKENDS, choose_backend
from archcompiler.training.devices.launching import (
    Process,
    share_gpus,
    wait_for_all,
)
from archcompiler.training.devices.meeting import meet
from archcompiler.training.devices.share import Share, refuse_uneven
from archcompiler.training.devices.starting import start_devices
from archcompiler.training.errors import TrainingError
from archcompiler.training.request import Request

SMALL = """\
name: small
input: 8x8x1
parameters: {classes: 10}
table:
  columns: [name, type, patch, filters, use_bias, rate]
  rows:
  - [conv, Conv2D, 3x3, 16, false]
  - [norm, BatchNormalization]
  - relu: {type: Activation, activation: relu}
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
  epochs: 2
  limit: 251
"""
"""Its last batch has 27 images, which neither two devices nor four divide."""

PLAIN = "".join(
    line
    for line in SMALL.splitlines(keepends=True)
    if "[norm" not in line and "[drop" not in line
)
PLAIN = PLAIN.replace("parameters:", "outputs: [out, aux]\nparameters:").replace(
    "  - out:",
    "  - aux: {type: Dense, units: <classes>, activation: softmax}\n  - out:",
)
PLAIN = PLAIN.replace("out: {type: Dense,", "out: {type: Dense, from: flat,")
"""Two outputs, and not the layers that mirrored replicas carry out each for itself."""

NOISE = 1e-5


# Which images a process reads -------------------------------------------------


@pytest.mark.parametrize("images", [64, 63, 33, 2, 1])
@pytest.mark.parametrize(("processes", "devices"), [(2, 2), (2, 4), (4, 8)])
def test_the_shares_of_a_batch_hold_every_image_in_order(images, processes, devices):
    shares = [Share(number, processes, devices) for number in range(processes)]
    parts = [share.positions(images, 64) for share in shares]
    assert len({len(part) for part in parts}) == 1
    read = np.concatenate(parts)
    assert len(read) == shares[0].rows(images, 64)
    assert len(read) % devices == 0
    assert read[:images].tolist() == list(range(images))
    assert set(read[images:]) <= {images - 1}
    assert (len(read) == 64) == (images == 64), (
        "filled up, it would pass for a full one"
    )


def test_a_process_alone_reads_every_image_once():
    assert Share().positions(7, 64).tolist() == list(range(7))


@pytest.mark.parametrize(
    ("size", "devices", "nearest"),
    [(32, 3, "30 or 33"), (2, 4, "4"), (9, 8, "8 or 16")],
)
def test_a_batch_size_that_does_not_divide_names_those_that_do(size, devices, nearest):
    with pytest.raises(TrainingError) as caught:
        refuse_uneven(size, devices)
    assert str(caught.value) == (
        f"the batch size {size} does not divide among {devices} devices: "
        f"choose `--batch-size {nearest}`"
    )


def test_gpus_are_shared_evenly_or_not_at_all():
    assert share_gpus(0, 2) == [{}, {}]
    found = [share["JAX_LOCAL_DEVICE_IDS"] for share in share_gpus(4, 2)]
    assert found == ["0,1", "2,3"]
    with pytest.raises(TrainingError, match=r"4 GPUs .* 3 processes: .* 2, 4$"):
        share_gpus(4, 3)
    with pytest.raises(TrainingError, match="write no `--processes`"):
        share_gpus(1, 2)


# Processes --------------------------------------------------------------------


@pytest.mark.thorough
def test_what_is_started_again_does_not_look_into_the_current_folder(tmp_path):
    (tmp_path / "socket.py").write_text("raise SystemExit('the wrong one')")
    code = "import socket, archcompiler; print(archcompiler.__file__)"
    command = python("-c", code)
    environment = {**os.environ, **search_path()}
    found = subprocess.check_output(command, env=environment, cwd=tmp_path, text=True)
    assert found.strip() == archcompiler.__file__


LOST = "import os, time; time.sleep(0.5); os.kill(os.getpid(), 15)"
"""A process that is ended because another one is not there any more."""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        (("", ""), 0),
        (("exit(1)", "exit(1)"), 1),
        (("exit(2)", "exit(1)"), 2),
        (
            (LOST, "exit('no such data')"),
            "process 1 failed, and the others were stopped; it said:\nno such data",
        ),
        (
            ("", "import os; os.kill(os.getpid(), 9)"),
            "process 1 was ended by SIGKILL, and the others were stopped",
        ),
    ],
)
def test_the_first_to_fail_says_why(tmp_path, codes, expected):
    with ExitStack() as opened:
        processes = []
        for number, code in enumerate(codes):
            said = opened.enter_context(TemporaryFile()) if number else None
            command = python("-c", code)
            running = subprocess.Popen(command, stdout=said, stderr=said)
            processes.append(Process(running, said))
        try:
            found = wait_for_all(processes, tmp_path)
        except TrainingError as error:
            found = str(error)
        for process in processes:
            process.running.wait()
    assert found == expected


# Refused ----------------------------------------------------------------------

JAX = ("--backend", "jax", "--processes", "2")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ("--strategy multiworker", "under Keras 3, `fit` fails with MultiWorkerMirr"),
        ("--strategy multiworker", "write `--backend jax --processes N --coordinator"),
        ("--strategy central", "--strategy is `mirrored`, received 'central'"),
        ("--strategy mirrored --backend jax", "is TensorFlow's, not of --backend jax"),
        ("--strategy mirrored --processes 2", "leave --processes out"),
        ("--devices 2", "--devices is of --strategy mirrored: write that, too"),
        ("--processes 2 --backend torch", "--processes is of JAX: write `--backend j"),
        ("--processes 2", "--processes is of JAX: write `--backend jax`, too"),
        ("--processes 1", "expected a number from 2 on, received '1'"),
        ("--backend jax --process 0", "write both `--coordinator HOST:PORT`"),
        ("--coordinator here", "expected HOST:PORT, as in 10.0.0.1:9876"),
        ("--coordinator a:99999", "expected HOST:PORT, as in 10.0.0.1:9876"),
        (
            "--backend jax --coordinator a:1 --process 0",
            "`--processes N` says how many",
        ),
        (
            "--backend jax --processes 2 --coordinator a:1 --process 2",
            "--process 2 is none of 2: they count from 0 to 1",
        ),
    ],
)
def test_options_that_do_not_go_together_are_bad_usage(options, said, capsys):
    try:
        code = main(["train", "googlenet-digits", *options.split()])
    except SystemExit as error:
        code = error.code
    assert code == 2
    assert said in capsys.readouterr().err


@pytest.mark.slow
def test_several_workers_in_tf_config_are_refused(keras, monkeypatch):
    del keras
    cluster = {"worker": ["a:1", "b:1"]}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster}))
    with pytest.raises(TrainingError, match="TF_CONFIG names 2 workers; under Keras 3"):
        start_devices(Request("some"))


@pytest.mark.slow
def test_devices_of_another_backend_than_that_of_keras_are_refused(keras):
    del keras
    with pytest.raises(TrainingError) as error:
        start_devices(Request("some", processes=2), ("127.0.0.1:1", 0))
    assert str(error.value) == (
        "`--processes` is of the backend jax, Keras computes with tensorflow: "
        "write `--backend jax`"
    )


@pytest.mark.thorough
def test_a_resumed_run_keeps_its_devices(capsys):
    for option in ("--backend=jax", "--strategy=mirrored", "--processes=2"):
        assert main(["train", "--resume", "some", option]) == 2
        said = f"leave {option.partition('=')[0]} out"
        assert said in capsys.readouterr().err


def test_an_empty_variable_chooses_no_backend(monkeypatch):
    monkeypatch.setenv("KERAS_BACKEND", "")
    choose_backend(None)


def test_a_backend_that_cannot_train_is_refused(monkeypatch, capsys):
    monkeypatch.setenv("KERAS_BACKEND", "openvino")
    assert main(["train", "googlenet-digits"]) == 1
    said = "`KERAS_BACKEND` cannot be `openvino` in training: it is one of tensorflow"
    assert said in capsys.readouterr().err


def test_every_backend_is_offered(capsys):
    assert main(["train", "--help"]) == 0
    assert f"--backend {{{','.join(BACKENDS)}}}" in capsys.readouterr().out


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_a_backend_that_is_missing_says_how_to_install_it(backend, capsys):
    if find_spec(backend) is not None:
        pytest.skip(f"{backend} is installed")
    assert main(["train", "googlenet-digits", "--backend", backend]) == 1
    err = capsys.readouterr().err
    assert f"the backend `{backend}` is not installed" in err
    assert 'pip install "archcompiler[tensorflow,backends]"' in err


def test_processes_that_cannot_meet_are_told_why():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(TrainingError, match=r"nobody listens at .* for 0 s"):
            meet(address, 1, patience=0)
        listener.listen()
        with pytest.raises(TrainingError, match="process 0 cannot listen at"):
            meet(address, 0)
        meet(address, 1, patience=0)


# Carried out ------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("devices")
    (folder / "small.yaml").write_text(SMALL)
    (folder / "plain.yaml").write_text(PLAIN)
    (folder / "socket.py").write_text("raise SystemExit('this is not the library')")
    return folder


def start(folder, *arguments):
    """Begin a run as a user does, without a GPU."""
    return subprocess.Popen(
        python("-m", "archcompiler", "train", *map(str, arguments)),
        env={**os.environ, **search_path(), "CUDA_VISIBLE_DEVICES": "-1"},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def train(folder, *arguments, epochs=2):
    """Carry out a run, or the rest of it, and return the folder that it left."""
    with start(folder, *arguments) as run:
        out, err = run.communicate()
    assert run.returncode == 0, err
    assert out.count("\nepoch ") == epochs, "only one process reports"
    return (
        folder / arguments[arguments.index("--run") + 1 if "--run" in arguments else 1]
    )


def wait_for(run, place, seconds=120):
    """Wait until a checkpoint is there."""
    until = time.monotonic() + seconds
    while not place.is_dir():
        assert run.poll() is None, run.stderr.read()
        assert time.monotonic() < until, f"no {place} in {seconds} s"
        time.sleep(0.02)


def kill(process):
    os.kill(process, signal.SIGKILL)


def process_of(run, number):
    """Return the id of one of the processes that a command started."""
    children = Path(f"/proc/{run.pid}/task/{run.pid}/children").read_text().split()
    for child in map(int, children):
        command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
        if command[-3:-1] == [b"--process", str(number).encode()]:
            return child
    raise AssertionError(f"no process {number} among {children}")


def history(run):
    rows = csv.DictReader((run / "history.csv").read_text().splitlines())
    return [{name: float(value) for name, value in row.items()} for row in rows]


def distance(one, other):
    """Return how far two histories are apart at most.

    Keras' mean of a single output's loss is not that of its images: it takes batches,
    or parts of them, for equally large.
    """
    return max(
        abs(row[name] - twin[name])
        for row, twin in zip(history(one), history(other), strict=True)
        for name in row
        if not name.endswith(("out_loss", "aux_loss"))
    )


def results(run):
    """Return the bytes in which two equal runs are equal."""
    state = run / "checkpoints" / "epoch-00002-step-0000000" / "state.npz"
    return (run / "history.csv").read_bytes(), state.read_bytes()


THREE = ("--backend", "tensorflow", "--strategy", "mirrored", "--devices", 3)


@pytest.mark.slow
def test_mirrored_replicas_equal_one_device(require, folder):
    require("tensorflow")
    one = train(folder, "plain.yaml", "--backend", "tensorflow", "--run", "one")
    three = train(folder, "plain.yaml", *THREE, "--run", "three")
    assert distance(one, three) < NOISE
    environment = json.loads((three / "environment.json").read_text())
    assert environment["strategy"] == "mirrored"
    assert len(environment["devices"]) == 3


@pytest.mark.slow
def test_a_killed_mirrored_run_goes_on_bit_for_bit(require, folder):
    require("tensorflow")
    whole = train(folder, "small.yaml", *THREE, "--run", "whole", "--save-every", 3)
    with start(
        folder, "small.yaml", *THREE, "--run", "killed", "--save-every", 3
    ) as run:
        wait_for(run, folder / "killed" / "checkpoints" / "epoch-00001-step-0000003")
        kill(run.pid)
    assert not (folder / "killed" / "last.weights.h5").exists()
    assert results(train(folder, "--resume", "killed", epochs=1)) == results(whole)


@pytest.mark.slow
def test_a_batch_too_small_to_mirror_is_refused(require, folder):
    require("tensorflow")
    options = ("--limit", 33, "--run", "few")
    with start(folder, "plain.yaml", *THREE, *options) as run:
        _, err = run.communicate()
    assert run.returncode == 1
    assert (
        "the last batch of an epoch has 1 image, which 3 devices cannot divide" in err
    )
    assert not (folder / "few").exists()


@pytest.fixture(scope="module")
def alone(require, folder):
    """Return the folder of a run of one process on JAX."""
    require("jax")
    return train(folder, "small.yaml", "--backend", "jax", "--run", "alone")


@pytest.fixture(scope="module")
def together(alone, folder):
    """Return the folder of the same run of two processes."""
    del alone
    return train(folder, "small.yaml", *JAX, "--run", "together")


@pytest.mark.slow
def test_two_processes_equal_one(alone, together):
    """With dropout and statistics over the batch: the program is one."""
    assert distance(alone, together) < NOISE
    environment = json.loads((together / "environment.json").read_text())
    assert environment["processes"] == len(environment["devices"]) == 2
    request = json.loads((together / "run.json").read_text())["request"]
    assert (request["backend"], request["processes"]) == ("jax", 2)


@pytest.mark.slow
def test_when_one_process_dies_all_stop_and_the_run_goes_on(together, folder):
    options = ("--run", "torn", "--save-every", 3)
    with start(folder, "small.yaml", *JAX, *options) as run:
        wait_for(run, folder / "torn" / "checkpoints" / "epoch-00001-step-0000003")
        kill(process_of(run, 1))
        _, err = run.communicate(timeout=120)
    assert run.returncode == 1
    said = "process 1 was ended by SIGKILL, and the others were stopped"
    assert f"{said}; go on with `--resume torn`" in err
    assert results(train(folder, "--resume", "torn", epochs=1)) == results(together)


@pytest.mark.slow
def test_processes_that_are_not_asked_for_the_same_are_refused(require, folder):
    require("jax")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    common = ("small.yaml", *JAX, "--coordinator", address, "--run", "odd")
    with (
        start(folder, *common, "--process", 0) as first,
        start(folder, *common, "--process", 1, "--seed", 5) as second,
    ):
        said = [run.communicate(timeout=120)[1] for run in (first, second)]
    assert all(
        "the processes 0 and 1 are not asked for the same" in err for err in said
    )
    assert not (folder / "odd").exists()


@pytest.mark.slow
def test_jax_goes_with_the_rate_of_every_step(alone):
    """The rate that its optimizer has at the end is that of the last step."""
    last = history(alone)[-1]["learning_rate"]
    path = alone / "checkpoints" / "epoch-00002-step-0000000" / "state.npz"
    with np.load(path) as state:
        name = next(name for name in state.files if name.endswith("learning_rate"))
        assert state[name] == np.float32(last)
