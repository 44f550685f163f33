"""Steps of users' journeys: the commands in a folder of one's own, kills, openings."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from archcompiler.training.exporting import TARGETS
from tests.training.test_run_survival import checkpoints

ALONE = """
import json, sys, zipfile
import numpy as np
from PIL import Image
sys.modules["archcompiler"] = None  # as where it is not installed
try:
    import archcompiler
    sys.exit("archcompiler is there")
except ImportError:
    pass
path, *files = sys.argv[1:]
{opening}
found = []
for file in files:
    pixels = np.asarray(Image.open(file), np.float32)
    (row,) = np.asarray(call(pixels.reshape(1, *pixels.shape[:2], -1)))
    found.append(dict(zip(classes, map(float, row), strict=True)))
print(json.dumps(found))
"""
"""What a user who has but the file runs: probabilities by class, of images in files."""

OPENINGS = {
    "net.keras": """
import keras
call = keras.models.load_model(path)
classes = json.loads(zipfile.ZipFile(path).read("classes.json"))
""",
    "net.onnx": """
import onnxruntime
session = onnxruntime.InferenceSession(path)
call = lambda image: session.run(None, {session.get_inputs()[0].name: image})[0]
classes = json.loads(session.get_modelmeta().custom_metadata_map["classes"])
""",
    "net/": """
import tensorflow as tf
loaded = tf.saved_model.load(path)
call = loaded.serve
classes = json.load(open(path + "assets.extra/classes.json"))
""",
    "net.tflite": """
import tensorflow as tf
runner = tf.lite.Interpreter(path).get_signature_runner()
call = lambda image: runner(image=image)["output_0"]
classes = json.loads(zipfile.ZipFile(path).read("classes.json"))
""",
}


def archc(folder, *arguments):
    """Run a command in a folder, as its user does; return what it printed."""
    done = subprocess.run(
        command(*arguments), cwd=folder, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr[-3000:]
    assert "Traceback" not in done.stderr
    return done.stdout


def command(*arguments):
    return [sys.executable, "-m", "archcompiler", *map(str, arguments)]


def train_killed(folder, *arguments):
    """Train in `killed`; kill the run within its second epoch, or a later one."""
    run = folder / "killed"
    train = command("train", *arguments, "--run", "killed", "--save-every", 3)
    with subprocess.Popen(train, cwd=folder, stdout=subprocess.DEVNULL) as process:
        until = time.monotonic() + 240
        while process.poll() is None and time.monotonic() < until:
            if is_within_an_epoch(run):
                process.send_signal(signal.SIGSTOP)
                if is_within_an_epoch(run):  # still, and now it stays so
                    break
                process.send_signal(signal.SIGCONT)
            time.sleep(0.01)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    assert is_within_an_epoch(run)
    assert not (run / "last.weights.h5").exists()


def is_within_an_epoch(run):
    """Whether the last checkpoint is one within an epoch that is not the first."""
    *_, last = ["", *(place.name for place in checkpoints(run))]
    return last > "epoch-00001-step-0000000" and not last.endswith("step-0000000")


def assert_equal(folder, one, other):
    """Compare two runs, bit for bit."""
    for file in ("history.csv", "best.weights.h5", "last.weights.h5"):
        own, others = ((folder / run / file).read_bytes() for run in (one, other))
        assert own == others, file


def predicted(folder, run, *files):
    """Return the probabilities by class that a run gives to images."""
    found = json.loads(archc(folder, "predict", run, *files, "--top", 10, "--json"))
    return [
        {each["class"]: each["probability"] for each in image["probabilities"]}
        for image in found["images"]
    ]


def exported(folder, run, name, *files):
    """Export a run; return what the file gives to images, without archcompiler."""
    archc(folder, "export", run, "-o", name, "--preprocess")
    source = ALONE.replace("{opening}", OPENINGS[name])
    done = subprocess.run(
        [sys.executable, "-c", source, name, *files],
        cwd=folder,
        capture_output=True,
        text=True,
        env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def needs_to_export():
    """Leave a test out where what writes and opens ONNX is not installed."""
    for package in TARGETS["onnx"].packages:
        pytest.importorskip(package)


def approximately(answers):
    return [pytest.approx(answer, abs=1e-5) for answer in answers]


def by_class(report):
    return {each["name"]: each for each in report["classes"]}
