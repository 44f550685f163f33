"""Building with Keras: the same counts, shapes and weights, saved whole or not."""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

import archcompiler
from archcompiler import SpecError
from archcompiler.backends.keras_model import save_model, verify_model
from archcompiler.backends.keras_model.capacity import available_bytes, refuse_too_large
from archcompiler.backends.keras_model.exhaustion import is_exhaustion
from archcompiler.cli import main

TWO_BY_TWO = """\
name: two by two
inputs: {left: 8x8x3, right: 8x8x3}
table:
  columns: [name, type, patch, filters, from]
  rows:
  - [a, Conv2D, 3x3, 4, left]
  - [b, Conv2D, 3x3, 4, right]
  - [sum, add, ~, ~, [a, b]]
  - [z, relu, ~, ~, sum]
  - [y, Conv2D, 1x1, 2, sum]
outputs: [z, y]
"""
HUGE = """\
name: huge
input: 1000000
table:
  columns: [type, units]
  rows:
  - [Dense, 1000000]
"""

# Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")


def with_keras(test):
    """Mark a test that builds models, and import Keras the quiet way."""
    return pytest.mark.slow(pytest.mark.usefixtures("keras")(test))


# Models ---------------------------------------------------------------------


@with_keras
@pytest.mark.parametrize(
    "name",
    [
        "googlenet",
        "googlenet-training",
        "googlenet-cifar10",
        "inception-5x5-naive",
        "inception-5x5-reduced",
        "inception-v3",
        "mobilenet-v1",
        "mobilenetv2",
        "resnet18",
        "densenet121",
        "efficientnet-b0",
    ],
)
def test_keras_counts_what_the_graph_counts(name):
    architecture = archcompiler.load(name)
    model = architecture.to_keras()
    verify_model(architecture.expansion, model)
    assert model.count_params() == architecture.parameters
    assert model.name == name.replace("-", "_")


@with_keras
def test_several_inputs_and_outputs_keep_their_order(write_spec):
    model = archcompiler.load(write_spec(TWO_BY_TWO)).to_keras()
    assert [tensor.name for tensor in model.inputs] == ["left", "right"]
    assert model.output_names == ["z", "y"]
    assert [shape[1:] for shape in model.output_shape] == [(6, 6, 4), (6, 6, 2)]


@with_keras
def test_no_two_layers_share_an_initial_kernel():
    model = archcompiler.load("googlenet-cifar10").to_keras()
    kernels = [w.numpy().tobytes() for w in model.weights if w.name == "kernel"]
    assert Counter(kernels).most_common(1)[0][1] == 1


@with_keras
def test_initialisers_are_those_that_the_spec_names():
    model = archcompiler.load("googlenet-cifar10").to_keras()
    biases = {layer.name: layer.bias.numpy() for layer in model.layers if layer.weights}
    assert (biases["conv1_conv"] == biases["conv1_conv"].dtype.type(0.2)).all()
    assert (biases["conv2_reduce"] == 0).all()


@with_keras
def test_a_model_that_differs_is_refused():
    architecture = archcompiler.load("inception-5x5-naive")
    other = archcompiler.load("inception-5x5-reduced").to_keras()
    with pytest.raises(SpecError) as error:
        verify_model(architecture.expansion, other)
    found = error.value.diagnostics
    assert {diagnostic.code for diagnostic in found} == {"build-mismatch"}
    text = str(error.value)
    assert "only in Keras' model" in text
    assert "has the weights" in text
    assert "Keras counts 15,920 parameters, the graph 153,632" in text


# Saving ---------------------------------------------------------------------


@pytest.mark.slow
def test_a_saved_model_loads_again_with_its_own_layers(keras, tmp_path):
    import numpy as np

    architecture = archcompiler.load("googlenet", classes=10)
    model = architecture.to_keras()
    save_model(model, tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    image = np.random.default_rng(0).random((1, 224, 224, 3), "float32")
    assert np.array_equal(model(image), again(image))
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


@pytest.mark.slow
def test_a_model_that_cannot_be_saved_leaves_the_old_file(keras, tmp_path):
    class Unsaveable(keras.layers.Layer):
        def call(self, x):
            return x

        def get_config(self):
            raise RuntimeError("no")

    tensor = keras.Input((3,))
    model = keras.Model(tensor, Unsaveable()(tensor))
    (tmp_path / "model.keras").write_text("old")
    with pytest.raises(RuntimeError):
        save_model(model, tmp_path / "model.keras")
    assert (tmp_path / "model.keras").read_text() == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["model.keras"]


@pytest.mark.slow
def test_the_command_builds_verifies_and_saves(keras, tmp_path, capsys):
    path = tmp_path / "model.keras"
    assert main(["build", "inception-5x5-reduced", "-o", str(path)]) == 0
    out, err = capsys.readouterr()
    assert out == f"{path}: inception-5x5-reduced, 15,920 parameters\n"
    assert "verifying 15,920 parameters" in err
    assert keras.models.load_model(path).count_params() == 15920


@pytest.mark.slow
@pytest.mark.parametrize("spec", ["inception-5x5-reduced", "googlenet"])
def test_what_build_prints_opens_the_file_in_a_new_process(keras, tmp_path, spec):  # noqa: ARG001
    built = subprocess.run(
        [sys.executable, "-m", "archcompiler", "build", spec, "-o", "net.keras"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    imports = re.findall(r"`(import [\w.]+)`", built.stdout)
    lines = [*imports, "import keras", "keras.models.load_model('net.keras')"]
    subprocess.run([sys.executable, "-c", "\n".join(lines)], cwd=tmp_path, check=True)


@pytest.mark.slow
def test_a_file_that_opens_as_another_model_is_not_kept(keras, tmp_path):  # noqa: ARG001
    from archcompiler.backends.keras_model.stranger import Stranger

    built, other = (
        archcompiler.load("inception-5x5-reduced").to_keras() for _ in range(2)
    )
    expansion = archcompiler.load("inception-5x5-reduced").expansion
    place = tmp_path / "model.keras"
    with Stranger(expansion) as stranger, pytest.raises(SpecError, match="another"):
        save_model(built, place, lambda _, path: stranger.compare(other, path))
    assert not [*tmp_path.iterdir()]


# Memory ---------------------------------------------------------------------


def test_a_model_that_cannot_fit_is_refused_before_keras_is_imported(
    write_spec, capsys, monkeypatch
):
    monkeypatch.setitem(sys.modules, "keras", None)  # importing it would fail
    assert main(["build", write_spec(HUGE), "-o", "huge.keras"]) == 71
    out, err = capsys.readouterr()
    assert out == ""
    assert "error[memory]: the weights of `huge` take 4.0 TB, this machine has" in err
    assert "--ignore-memory" in err
    assert not Path("huge.keras").exists()
    with pytest.raises(SpecError, match=r"error\[memory\]"):
        archcompiler.load("small.yaml").to_keras()


def test_check_never_depends_on_the_machine(write_spec):
    assert main(["check", write_spec(HUGE)]) == 0


def test_the_bound_is_that_of_the_weights():
    architecture = archcompiler.load("inception-5x5-naive")
    refuse_too_large(architecture.expansion, available=4 * 153632)
    with pytest.raises(SpecError):
        refuse_too_large(architecture.expansion, available=4 * 153632 - 1)


def machine(root, files):
    for path, text in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return available_bytes(root)


MEMINFO = "MemTotal:       24684092 kB\nMemAvailable:   1000 kB\n"


@pytest.mark.parametrize(
    ("files", "available"),
    [
        ({"proc/meminfo": MEMINFO}, 1_024_000),
        (
            {
                "proc/meminfo": MEMINFO,
                "proc/self/cgroup": "0::/a/b\n",
                "sys/fs/cgroup/a/b/memory.max": "max\n",
                "sys/fs/cgroup/a/memory.max": "5000\n",
            },
            5000,
        ),
        (
            {
                "proc/meminfo": MEMINFO,
                "proc/self/cgroup": "4:cpu,memory:/job\n0::/\n",
                "sys/fs/cgroup/memory/job/memory.limit_in_bytes": "4000\n",
            },
            4000,
        ),
        (
            {
                "proc/meminfo": MEMINFO,
                "proc/self/cgroup": "0::/\n",
                "sys/fs/cgroup/memory.max": "9999999999\n",
            },
            1_024_000,
        ),
    ],
)
def test_memory_is_what_the_machine_and_its_groups_leave(tmp_path, files, available):
    assert machine(tmp_path, files) == available


def test_a_machine_without_proc_says_what_it_has(tmp_path):
    assert machine(tmp_path, {}) > 10**8


LIMITED = """\
import resource, sys
from archcompiler import load
from archcompiler.backends.keras_model import build_model, import_keras
import_keras()
import keras
keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])  # all that it ever maps
architecture = load("small.yaml")
lines = open("/proc/self/status").read().splitlines()
taken = 1024 * int(next(l for l in lines if l.startswith("VmSize")).split()[1])
limit = taken + int(float(sys.argv[1]) * architecture.weight_bytes)
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
build_model(architecture.expansion, ignore_memory=sys.argv[2] == "ignore")
"""
WIDE = HUGE.replace("1000000", "12000")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("share", "ignore", "said"),
    [
        ("0.5", "", "the weights of `huge` take 576 MB, this machine has 2"),
        ("0.5", "ignore", "memory ran out while building `huge`, which takes about"),
        ("1.4", "", "memory ran out while building `huge`, which takes about 1.7 GB"),
    ],
)
def test_memory_that_runs_out_is_an_error_with_a_number(
    write_spec, share, ignore, said
):
    """The system itself refuses what is beyond the limit."""
    write_spec(WIDE)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, share, ignore], capture_output=True, text=True
    )
    last = done.stderr.partition("SpecError: ")[2]
    assert f"error[memory]: {said}" in last, done.stderr


@pytest.mark.parametrize("words", ["RESOURCE_EXHAUSTED: Out of memory", "no"])
def test_other_frameworks_say_in_words_that_memory_ran_out(words):
    assert is_exhaustion(RuntimeError(words)) == (words != "no")
    assert is_exhaustion(MemoryError())
    assert not is_exhaustion(KeyError(words))
