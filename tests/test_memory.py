"""Estimates of memory against the peak of a real process."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent / "measure_memory.py"
ENVIRONMENT = {
    **os.environ,
    "CUDA_VISIBLE_DEVICES": "",
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_NUM_INTRAOP_THREADS": "2",  # each thread keeps buffers of its own
}


@pytest.mark.slow
@pytest.mark.skipif(find_spec("tensorflow") is None, reason="measured on TensorFlow")
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="peaks are read from /proc")
@pytest.mark.parametrize("spec", ["resnet18", "vgg-a"])
def test_estimates_are_right_within_a_factor_of_two(spec):
    """Measured: building 1.18 and 1.04 times the estimate, a step 1.35 and 1.39."""
    found = subprocess.run(
        [sys.executable, SCRIPT, spec, "8"],
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
    )
    assert found.returncode == 0, found.stderr
    building, training = map(float, found.stdout.split())
    assert 0.5 < building < 2
    assert 0.5 < training < 2
