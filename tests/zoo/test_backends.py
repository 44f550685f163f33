"""The same weights and images give the same values on JAX and on PyTorch."""

import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from transplant.living import difference

pytestmark = pytest.mark.slow

TESTS = Path(__file__).parent.parent
SPECS = [
    "alexnet",  # grouped convolutions, our own local response normalisation
    "efficientnet-b0",  # statistics of the images in the model, squeeze-and-excitation
    "googlenet",
    "mobilenetv2",  # depthwise convolutions
    "resnext50",  # 32 groups
    "squeezenet",
]
TOLERANCE = 2e-4
"""Of what the softmax takes, relative to the largest value."""


@pytest.fixture(scope="module")
def folder():
    """Yield a folder with weights, images, and what TensorFlow computes."""
    with TemporaryDirectory() as name:  # `tmp_path` would keep 400 MB for a while
        save_logits("tensorflow", Path(name))
        yield Path(name)


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_other_backends_compute_what_tensorflow_does(backend, require, request):
    require(backend)
    folder = request.getfixturevalue("folder")  # only now: it takes half a minute
    save_logits(backend, folder)
    distances = {spec: compare(folder, spec, backend) for spec in SPECS}
    assert all(distance < TOLERANCE for distance in distances.values()), distances


def save_logits(backend, folder):
    """Run the specs in a process of its own: Keras chooses its backend but once."""
    chosen = {
        "KERAS_BACKEND": backend,
        "CUDA_VISIBLE_DEVICES": "-1",  # a GPU may round to fewer bits
        "PYTHONPATH": str(TESTS),
    }
    command = [sys.executable, TESTS / "zoo" / "on_backend.py", folder, *SPECS]
    done = subprocess.run(
        command, env={**os.environ, **chosen}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr


def compare(folder, spec, backend):
    """Return how far the live model and the emitted one are from TensorFlow's."""
    expected = np.load(folder / f"{spec}.tensorflow.npz")["live"]
    assert difference(expected[:1], expected[1:]) > 10 * TOLERANCE, "sees no image"
    found = np.load(folder / f"{spec}.{backend}.npz")
    return np.max([difference(found[model], expected) for model in ("live", "emitted")])
