"""Keras models against tables: the faithful silent, each change told at its row."""

import json
import sys
import zipfile
from pathlib import Path

import pytest
from alignment.against import NINE, against, cells
from keras_applications import APPLICATIONS
from source.live import run_source

from archcompiler.alignment.aligning import align
from archcompiler.backends.keras_model import save_model
from archcompiler.checking.checking import examine, load
from archcompiler.models.errors import ModelError
from archcompiler.reading.opening import open_model

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    # Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]

SHIPPED = (
    *("densenet121", "efficientnet-b0", "inception-resnet-v2", "inception-v3"),
    *("mobilenet-v3-large", "mobilenet-v3-small", "mobilenetv2", "nasnet-mobile"),
    *("resnet50", "resnet50v2", "vgg16", "xception"),
)
"""One of each family; `tests/campaigns/applications.py` has all."""

SMALL = """\
name: small
input: 16x16x3
table:
  columns: [name, type, patch, filters]
  rows:
  - [conv1, Conv2D, 3x3, 8]
  - [act, relu]
  - [conv2, Conv2D, 3x3, 8]
  - [pool, GlobalAveragePooling2D]
  - {name: fc, type: Dense, units: 10}
"""


def findings(spec, model):
    """Return what a live model does otherwise."""
    from archcompiler.reading.keras_model import read_keras

    found = align(examine(spec).architecture, read_keras(model, "live")).findings
    return [each[:1] + each[2:5] for each in found]


def with_kernels(model, size, other):
    """Return a model anew, its kernels of one size in another."""
    import keras

    def clone(layer):
        config = layer.get_config()
        if tuple(config.get("kernel_size", ())) == size:
            config["kernel_size"] = other
        return type(layer).from_config(config)

    return keras.models.clone_model(model, clone_function=clone)


# Faithful -------------------------------------------------------------------


@pytest.mark.parametrize("spec", SHIPPED)
def test_a_model_of_keras_applications_gives_no_findings(spec, capsys):
    code, record = against(capsys, spec, APPLICATIONS[spec].lower())
    assert (code, record["findings"]) == (0, [])
    assert record["against"] == f"keras.applications.{APPLICATIONS[spec]}"
    totals = record["totals"]
    assert totals["macs"]["table"] == totals["macs"]["model"]
    assert totals["parameters"]["table"] == totals["parameters"]["model"]


def test_the_articles_hand_written_model_gives_no_findings(monkeypatch):
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2]))
    from benchmarks.articles import googlenet_cifar10

    assert findings("googlenet-cifar10", googlenet_cifar10()) == []


@pytest.mark.parametrize("spec", ["googlenet", "squeezenet", "bn-inception"])
def test_our_own_emitted_source_gives_no_findings(spec):
    assert findings(spec, emitted(spec)) == []


def emitted(spec):
    """Build a spec by its emitted source."""
    return run_source(load(spec).to_source())()


# Unfaithful -----------------------------------------------------------------


def test_5x5_convolutions_that_are_3x3_are_found_in_the_nine_rows(tmp_path, capsys):
    port = with_kernels(load("googlenet").to_keras(), (5, 5), (3, 3))
    path = tmp_path / "port.keras"
    save_model(port, path)
    code, record = against(capsys, "googlenet", path)
    assert code == 1
    assert cells(record) == [(row, "kernel", "5x5", "3x3") for row in NINE]
    assert record["findings"][0]["layer"] == "inception_3a_5x5"
    assert record["totals"]["macs"]["model"] == 1498376192


def test_another_depth_is_told_at_its_rows():
    import keras

    found = findings("vgg16", keras.applications.VGG19(weights=None))
    assert found == [
        ("conv3_3", "extra layer", "none", "3x3 convolution, 256 filters"),
        ("conv4_3", "extra layer", "none", "3x3 convolution, 512 filters"),
        ("conv5_3", "extra layer", "none", "3x3 convolution, 512 filters"),
    ]


def test_heads_that_are_left_out_are_told(keras):
    model = load("googlenet-cifar10").to_keras()
    main = keras.Model(model.inputs, model.outputs[0])
    assert [each[:2] for each in findings("googlenet-cifar10", main)] == [
        ("auxiliary 1", "missing output"),
        ("auxiliary 2", "missing output"),
    ]


# Files ----------------------------------------------------------------------


@pytest.fixture
def small(write_spec):
    return write_spec(SMALL)


def chain(keras, *between, sides=16):
    """Return the small model with other layers after its first activation."""
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((sides, sides, 3)),
            layers.Conv2D(8, 3, activation="relu"),
            *between,
            layers.Conv2D(8, 3),
            layers.GlobalAveragePooling2D(),
            layers.Dense(10),
        ]
    )


def saved(model, folder):
    path = folder / "model.keras"
    model.save(path)
    return str(path)


def test_a_faithful_file_gives_no_findings(keras, small, tmp_path, capsys):
    path = saved(chain(keras), tmp_path)
    assert against(capsys, small, path)[0] == 0


def test_a_file_of_open_sides_takes_those_of_the_table(keras, small, tmp_path, capsys):
    path = saved(chain(keras, sides=None), tmp_path)
    code, record = against(capsys, small, path)
    assert (code, record["totals"]["macs"]["model"]) == (0, load(small).macs)


def test_a_file_with_code_in_it_is_refused(keras, tmp_path):
    model = chain(keras, keras.layers.Lambda(lambda x: x * 2, name="doubled"))
    path = saved(model, tmp_path)
    with pytest.raises(ModelError, match="holds code, which is never run: `doubled`"):
        open_model(path)


def test_an_unknown_layer_of_a_file_is_named(keras, small, tmp_path, capsys):
    class Mystery(keras.layers.Layer):
        def call(self, inputs):  # noqa: ARG002
            raise AssertionError("code of the file runs")

        def compute_output_spec(self, inputs):
            return keras.KerasTensor(inputs.shape, inputs.dtype)

    path = saved(chain(keras, Mystery(name="odd")), tmp_path)
    code, record = against(capsys, small, path)
    assert code == 1
    assert cells(record) == [("act", "unknown layer", "none", "Mystery")]
    assert record["findings"][0]["layer"] == "odd"
    assert not record["totals"]["macs"]["complete"]


def test_an_unknown_activation_of_a_file_is_named(keras, small, tmp_path, capsys):
    def wobble(x):
        return x

    path = saved(chain(keras, keras.layers.Activation(wobble)), tmp_path)
    found = cells(against(capsys, small, path)[1])
    assert [(what, model) for _, what, _, model in found] == [
        ("unknown layer", "activation wobble")
    ]


def test_no_module_of_a_file_is_imported(keras, tmp_path):
    path = saved(chain(keras, keras.layers.Dropout(0.5)), tmp_path)
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    text = parts["config.json"].decode()
    assert '"module": "keras.layers", "class_name": "Dropout"' in text
    strange = '"module": "antigravity", "class_name": "Dropout"'
    text = text.replace('"module": "keras.layers", "class_name": "Dropout"', strange)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", text)
    open_model(path)
    assert "antigravity" not in sys.modules


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"class_name": "Functional"}', '{"class_name": 4}']
)
def test_a_damaged_config_never_gives_a_traceback(tmp_path, text):
    path = tmp_path / "model.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", text)
    with pytest.raises(ModelError):
        open_model(str(path))


def test_a_damaged_file_never_gives_a_traceback(keras, tmp_path):
    path = Path(saved(chain(keras), tmp_path))
    whole = path.read_bytes()
    for end in range(0, len(whole), len(whole) // 20):
        path.write_bytes(whole[:end])
        with pytest.raises(ModelError):
            open_model(str(path))


def test_each_key_of_a_config_may_be_missing(keras, tmp_path):
    path = Path(saved(chain(keras), tmp_path))
    with zipfile.ZipFile(path) as archive:
        config = json.loads(archive.read("config.json"))
    refused = 0
    for key in [*config["config"], *config]:
        broken = {k: v for k, v in config.items() if k != key}
        broken["config"] = {k: v for k, v in config["config"].items() if k != key}
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("config.json", json.dumps(broken))
        try:
            open_model(str(path))
        except ModelError:
            refused += 1
    assert refused


def test_a_misspelled_application_is_helped():
    with pytest.raises(ModelError, match=r"did you mean `ResNet50`\?"):
        open_model("resnet-50")


def test_keras_that_is_missing_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(ModelError, match=r"pip install 'archcompiler\[tensorflow\]'"):
        open_model("ResNet50")
