"""Emitted training scripts run alone, and train as archcompiler does, bit for bit."""

import csv
import gzip
import json
import os
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from archcompiler.cli import main
from archcompiler.training.data.archives import PUBLISHED

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation"),  # of TensorFlow's
]
SPECS = Path(__file__).parent / "specs"
NONE_HELD_BACK = f"{SPECS}/arrays.yaml:none-held-back"
BRIEF = """\
name: brief
extends: googlenet-digits
training: {limit: 128, epochs: 2}
"""
ALONE = """
import json, os, runpy, sys
sys.modules["archcompiler"] = None
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
for sys.argv in json.loads(sys.argv[1]):
    runpy.run_path(sys.argv[0], run_name="__main__")
"""


def run_alone(*commands):
    """Run scripts in a process that cannot import archcompiler."""
    done = subprocess.run(
        [sys.executable, "-c", ALONE, json.dumps(commands)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]


def train_both(folder, spec, *data):
    """Train with archc, emit the script, and return the command that runs it."""
    run = ["--data", *data] if data else []
    assert main(["train", str(spec), *run, "--run", str(folder / "archc")]) == 0
    script = str(folder / "script.py")
    assert main(["emit", str(spec), "--training", "-o", script]) == 0
    return [script, *data, "--folder", str(folder / "script")]


def compare(folder):
    """Compare histories, byte for byte, and weights, to the last bit."""
    ours, theirs = (
        (folder / which / "history.csv").read_bytes() for which in ("script", "archc")
    )
    assert ours == theirs
    losses = [row["loss"] for row in csv.DictReader(ours.decode().splitlines())]
    assert losses[0] != losses[1]
    for name in ("best.weights.h5", "last.weights.h5"):
        compare_weights(folder / "script" / name, folder / "archc" / name)


def compare_weights(script, run):
    """Compare the weights in two files; a script's may hold the optimizer's, too."""
    h5py = pytest.importorskip("h5py")  # comes with Keras
    with h5py.File(script) as ours, h5py.File(run) as theirs:
        paths = []
        theirs.visit(paths.append)
        arrays = [path for path in paths if isinstance(theirs[path], h5py.Dataset)]
        assert arrays
        for path in arrays:
            np.testing.assert_array_equal(ours[path][()], theirs[path][()])


@pytest.fixture(scope="module")
def others(keras, tmp_path_factory):
    """Train the smaller specs; one process runs all of their scripts."""
    del keras
    root = tmp_path_factory.mktemp("runs")
    write_arrays(root / "arrays")
    commands = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KERAS_HOME", str(root / "home"))
        write_fashion_mnist(root / "home" / "datasets")
        for name, spec, *data in (
            ("everything", SPECS / "everything.yaml"),
            ("in-bfloat16", f"{SPECS}/everything.yaml:in-bfloat16"),
            ("in-float16", f"{SPECS}/everything.yaml:in-float16"),
            ("averaged", f"{SPECS}/everything.yaml:averaged"),
            ("weighed", f"{SPECS}/nothing.yaml:weighed"),
            ("balanced", f"{SPECS}/nothing.yaml:balanced"),
            ("waiting", f"{SPECS}/nothing.yaml:waiting"),
            ("nothing", SPECS / "nothing.yaml"),
            ("arrays.npy", SPECS / "arrays.yaml", str(root / "arrays")),
            ("arrays.npz", SPECS / "arrays.yaml", str(root / "arrays" / "some.npz")),
            ("none.npy", NONE_HELD_BACK, str(root / "arrays")),
            ("none.npz", NONE_HELD_BACK, str(root / "arrays" / "some.npz")),
        ):
            folder = root / f"{name} run"
            folder.mkdir()
            commands.append(train_both(folder, spec, *data))
        run_alone(*commands)
    return root


def write_arrays(folder):
    """Write an article's files, and an archive without images to validate on."""
    folder.mkdir()
    random = np.random.default_rng(0)
    images = random.integers(0, 256, (70, 9, 8, 3), np.uint8)
    labels = random.integers(0, 3, 70)
    np.save(folder / "X_train.npy", images[:50])
    np.save(folder / "y_train.npy", np.eye(3)[labels[:50]])
    np.save(folder / "X_test.npy", images[50:])
    np.save(folder / "y_test.npy", labels[50:, None])
    np.savez(folder / "some.npz", x_train=images, y_train=labels.astype(np.uint8))


def write_fashion_mnist(folder):
    """Write small archives where Keras looks for those that it fetched."""
    random = np.random.default_rng(1)
    archives = PUBLISHED["fashion_mnist"].archives
    for archive, count in zip(archives, (50, 50, 20, 20), strict=True):
        images = "images" in archive.name
        shape = (count, 28, 28) if images else (count,)
        values = random.integers(0, 256 if images else 10, shape, np.uint8)
        head = struct.pack(f">HBB{len(shape)}I", 0, 8, len(shape), *shape)
        path = folder / archive.cached
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(head + values.tobytes()))


@pytest.mark.parametrize(
    "name",
    [
        *("everything", "in-bfloat16", "in-float16", "averaged", "weighed"),
        *("balanced", "waiting", "nothing", "arrays.npy", "arrays.npz"),
        *("none.npy", "none.npz"),
    ],
)
def test_a_script_trains_as_archc_does(others, name):
    compare(others / f"{name} run")


def test_another_backend_is_refused(require, tmp_path):
    """On JAX a callback cannot set the rate within an epoch, and nothing would tell."""
    require("jax")
    script = str(tmp_path / "script.py")
    spec = str(SPECS / "nothing.yaml")
    assert main(["emit", spec, "--training", "-o", script]) == 0
    done = subprocess.run(
        [sys.executable, script],
        env={**os.environ, "KERAS_BACKEND": "jax"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "set KERAS_BACKEND=tensorflow" in done.stderr


def test_googlenet_digits_trains_in_a_process_of_its_own(keras, tmp_path, write_spec):
    del keras
    command = train_both(tmp_path, write_spec(BRIEF, "brief.yaml"))
    run_alone(command)
    compare(tmp_path)
