"""Files as people have them: old formats, and layers that nobody here knows."""

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import archcompiler
from archcompiler.models.errors import ModelError
from archcompiler.reading.opening import application_of

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    # Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
    # Keras calls its own old format old.
    pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5"),
]
ROOT = Path(__file__).parents[2]
SPEC = """\
name: small
input: 16x16x3
table:
  columns: [name, type, patch, filters]
  rows:
  - [conv1, Conv2D, 3x3, 4]
  - [act, relu]
  - [conv2, Conv2D, 3x3, 8]
  - [pool, GlobalAveragePooling2D]
  - {name: fc, type: Dense, units: 5}
"""


@pytest.fixture
def build(keras):
    """Build the small model as a function or a chain, layers of one's own within it."""

    def make(*between, form="functional"):
        layers = keras.layers
        rest = [layers.Conv2D(8, 3), layers.GlobalAveragePooling2D(), layers.Dense(5)]
        chain = [layers.Conv2D(4, 3, activation="relu"), *between, *rest]
        if form == "sequential":
            return keras.Sequential([keras.Input((16, 16, 3)), *chain])
        value = inputs = keras.Input((16, 16, 3))
        for layer in chain:
            value = layer(value)
        return keras.Model(inputs, value)

    return make


@pytest.fixture
def halving(keras):
    """Return a layer with weights of its own and within, which halves the image."""

    class Halving(keras.layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = keras.layers.Conv2D(6, 2, strides=2)
            self.noise = keras.layers.Dropout(0.5)

        def build(self, shape):
            self.inner.build(shape)
            self.factor = self.add_weight(shape=(6,))

        def call(self, inputs):
            return self.inner(inputs) * self.factor

    layer = Halving(name="mine")
    layer.count = 2 * 2 * 4 * 6 + 6 + 6
    return layer


def told(found):
    return [each[:1] + each[2:5] for each in found.findings]


# Old files --------------------------------------------------------------------


@pytest.mark.parametrize("form", ["functional", "sequential"])
@pytest.mark.parametrize("ending", [".h5", ".hdf5", ".H5"])
def test_an_old_file_is_read(build, tmp_path, form, ending):
    path = tmp_path / "model.h5"
    build(form=form).save(path)
    path = path.rename(tmp_path / f"model{ending}")
    found = archcompiler.audit(SPEC, path)
    assert (found.differs, found.notes) == (False, ())


def test_a_file_of_keras_2_is_read(tmp_path):
    h5py = pytest.importorskip("h5py")

    def layer(kind, name, before, **settings):
        nodes = [[[before, 0, 0, {}]]] if before else []
        config = {"name": name, "trainable": True, "dtype": "float32", **settings}
        return {"class_name": kind, "config": config, "name": name} | {
            "inbound_nodes": nodes
        }

    random = {"class_name": "GlorotUniform", "config": {"seed": None}}
    policy = {"class_name": "Policy", "config": {"name": "mixed_float16"}}
    layers = [
        layer(
            "InputLayer", "in", "", batch_input_shape=[None, 16, 16, 3], sparse=False
        ),
        layer(
            "Conv2D",
            "a",
            "in",
            filters=4,
            kernel_size=[3, 3],
            kernel_initializer=random,
        ),
        layer("Activation", "b", "a", activation="relu"),
        layer("Conv2D", "c", "b", filters=8, kernel_size=[3, 3], dtype=policy),
        layer("GlobalAveragePooling2D", "d", "c", data_format="channels_last"),
        layer("Dense", "e", "d", units=5, activation="linear"),
    ]
    config = {
        "name": "old",
        "layers": layers,
        "input_layers": [["in", 0, 0]],
        "output_layers": [["e", 0, 0]],
    }
    path = tmp_path / "old.h5"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(
            {"class_name": "Functional", "config": config}
        )
    assert not archcompiler.audit(SPEC, path).differs


def test_weights_alone_are_told(build, tmp_path):
    path = tmp_path / "only.weights.h5"
    build().save_weights(path)
    with pytest.raises(ModelError, match=r"holds weights alone.* model\.save\("):
        archcompiler.audit(SPEC, path)


def test_a_damaged_old_file_never_gives_a_traceback(build, tmp_path):
    path = tmp_path / "model.h5"
    build().save(path)
    whole = path.read_bytes()
    refused = 0
    for end in range(0, len(whole), len(whole) // 20):
        path.write_bytes(whole[:end])
        try:
            archcompiler.audit(SPEC, path)
        except ModelError:
            refused += 1
    assert refused > 15


def test_code_in_an_old_file_is_refused(keras, build, tmp_path):
    path = tmp_path / "model.h5"
    build(keras.layers.Lambda(lambda x: x * 2, name="doubled")).save(path)
    with pytest.raises(ModelError, match="holds code, which is never run: `doubled`"):
        archcompiler.audit(SPEC, path)


# Classes that nobody here knows -----------------------------------------------


@pytest.mark.parametrize("form", ["functional", "sequential"])
def test_an_unknown_layer_is_one_finding_with_its_shapes_and_counts(
    keras, build, halving, tmp_path, form
):
    path = tmp_path / "model.keras"
    between = (halving, keras.layers.Activation("linear"))
    model = build(*between, form=form)
    model.save(path)
    found = archcompiler.audit(SPEC, path)
    assert told(found) == [("act", "unknown layer", "none", "Halving")]
    assert found.findings[0].layer == "mine"
    assert found.totals.model_parameters == model.count_params()
    assert found.totals.model_parameters - found.totals.table_parameters == (
        halving.count + 3 * 3 * 2 * 8  # two more channels arrive at the next layer
    )
    assert "`Halving` is not known here" in found.notes[0]


def test_an_unknown_layer_of_an_old_file_is_told(build, halving, tmp_path):
    path = tmp_path / "model.h5"
    build(halving).save(path)
    found = archcompiler.audit(SPEC, path)
    assert told(found) == [("act", "unknown layer", "none", "Halving")]
    assert found.totals.model_parameters > found.totals.table_parameters


def test_an_unknown_layer_may_give_several_values(keras, tmp_path):
    class Halves(keras.layers.Layer):
        def call(self, inputs):
            return inputs[..., :2], inputs[..., 2:]

    inputs = keras.Input((8, 8, 5))
    one, other = Halves()(inputs)
    outputs = [keras.layers.Conv2D(3, 1)(one), keras.layers.Conv2D(3, 1)(other)]
    model = keras.Model(inputs, keras.layers.Add()(outputs))
    model.save(tmp_path / "model.keras")
    rows = (
        "{name: a, type: Conv2D, patch: 1x1, filters: 3, from: input}, "
        "{name: b, type: Conv2D, patch: 1x1, filters: 3, from: input}, "
        "{name: c, type: add, from: [a, b]}"
    )
    table = f"table: {{columns: [name, type], rows: [{rows}]}}"
    spec = f"name: two\ninput: 8x8x5\n{table}\n"
    found = archcompiler.audit(spec, tmp_path / "model.keras")
    assert found.totals.model_parameters == model.count_params() == 9 + 12
    assert "unknown layer" in [each.what for each in found.findings]


def test_a_class_that_somebody_imported_is_known(keras, build, tmp_path):
    home = ModuleType("somebodys_layers")

    class Same(keras.layers.Layer):
        def call(self, inputs):
            return inputs

    Same.__module__, Same.__qualname__, home.Same = home.__name__, "Same", Same
    path = tmp_path / "model.keras"
    build(Same()).save(path)
    (note,) = archcompiler.audit(SPEC, path).notes
    assert "once `somebodys_layers` is imported, archcompiler.audit(SPEC," in note
    sys.modules[home.__name__] = home
    try:
        found = archcompiler.audit(SPEC, path)
    finally:
        del sys.modules[home.__name__]
    assert (len(found.findings), found.notes) == (1, ())


def test_a_model_of_an_unknown_class_says_what_to_do(keras, tmp_path):
    class Own(keras.Model):
        def __init__(self, **config):
            super().__init__(**config)
            self.inner = keras.layers.Dense(3)

        def call(self, inputs):
            return self.inner(inputs)

    Own.__module__ = "somebodys_models.vision"
    model = Own()
    model(keras.ops.ones((1, 4)))
    model.save(tmp_path / "model.keras")
    with pytest.raises(ModelError, match=r"`Own`.* once `somebodys_models` is import"):
        archcompiler.audit(SPEC, tmp_path / "model.keras")


# Names, and what is printed ---------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ResNet50", "ResNet50"),
        ("resnet50", "resnet50"),
        ("keras.applications.ResNet50", "ResNet50"),
        ("Keras.Applications.resnet50", "resnet50"),
        ("keras.applications", None),
        ("resnet50.pt", None),
        ("models/resnet50", None),
        ("keras.applications.resnet.ResNet50", None),
    ],
)
def test_a_name_is_taken_as_it_is_printed(text, name):
    assert application_of(text) == name


@pytest.mark.parametrize("level", [{}, {"TF_CPP_MIN_LOG_LEVEL": "2"}])
def test_the_framework_does_not_greet(build, tmp_path, level):
    build().save(tmp_path / "model.keras")
    (tmp_path / "small.yaml").write_text(SPEC)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("TF_CPP_MIN_LOG_LEVEL", None)
    command = "archcompiler audit small.yaml --against model.keras"
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=tmp_path,
        env={**environment, **level},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "nothing differs" in done.stdout
    assert "cudart" not in done.stderr
    assert "absl" not in done.stderr
    assert level or done.stderr == ""
