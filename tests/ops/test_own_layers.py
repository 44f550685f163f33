"""One battery over every layer that Keras lacks: it can be saved, named and pasted."""

import inspect
import subprocess
import sys

import numpy as np
import pytest
from op_cases import CASES
from test_battery import build

from archcompiler.ops.table import OPS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),  # of TensorFlow's
]

OWN = [name for name, op in OPS.items() if op.custom]
EACH = [
    pytest.param(name, case, id=f"{name}-{number}")
    for name in OWN
    for number, case in enumerate(CASES[name])
]


def own_class(name):
    from archcompiler.backends.keras_model import layers

    return getattr(layers, name)


def test_the_room_of_layers_holds_those_that_ops_call():
    from archcompiler.backends.keras_model import layers

    assert sorted(OWN) == layers.__all__


@pytest.mark.parametrize(("name", "case"), EACH)
def test_a_layer_survives_saving(keras, tmp_path, name, case):
    model = build(keras, OPS[name](**case.fields), case.inputs)
    images = np.random.default_rng(7).normal(size=(2, *case.inputs[0]))
    for weight in model.weights:
        weight.assign(weight + 0.5)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert loaded.layers[-1].get_config() == model.layers[-1].get_config()
    np.testing.assert_array_equal(
        loaded.predict([images], verbose=0), model.predict([images], verbose=0)
    )


def test_a_stranger_opens_every_layer_of_our_own(keras, tmp_path):
    """One new process opens a model of each case, with the one import."""
    for number, case in enumerate(EACH):
        name, given = case.values
        model = build(keras, OPS[name](**given.fields), given.inputs)
        model.save(tmp_path / f"{name}-{number}.keras")
    lines = [
        "import sys, archcompiler.layers, keras",
        "for path in sys.argv[1:]: print(keras.models.load_model(path).layers[-1])",
    ]
    files = sorted(tmp_path.iterdir())
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(lines), *files],
        capture_output=True,
        text=True,
    )
    assert done.stdout.count("\n") == len(EACH), done.stderr
    assert all(f"<{name} " in done.stdout for name in OWN)


@pytest.mark.parametrize(("name", "case"), EACH)
def test_a_layer_works_in_half_precision(keras, name, case):
    call = OPS[name](**case.fields).layer_call()
    layer = own_class(name)(*call.positional, dtype="mixed_float16")
    shape = (2, *case.inputs[0])
    outputs = layer(np.ones(shape, "float16"), training=True)
    assert keras.backend.standardize_dtype(outputs.dtype) == "float16"


@pytest.mark.parametrize("name", OWN)
def test_a_layer_is_registered_under_the_name_of_the_project(keras, name):
    registered = keras.saving.get_registered_name(own_class(name))
    assert registered == f"archcompiler>{name}"


@pytest.mark.parametrize("name", OWN)
def test_a_class_stands_alone_in_emitted_source(name):
    text = inspect.getsource(own_class(name))
    source = f"import keras\nfrom keras import layers\n\n\n{text}"
    names = {}
    exec(compile(source, "emitted", "exec"), names)
    call = OPS[name](**CASES[name][0].fields).layer_call()
    layer = names[name](*call.positional, **call.keywords, name="layer")
    ours = own_class(name)(*call.positional, **call.keywords, name="layer")
    assert layer.get_config() == ours.get_config()
    assert max(map(len, source.splitlines())) <= 88


def test_every_layer_is_opened_in_a_process_that_imports_what_build_prints(
    keras, tmp_path
):
    """The other process knows nothing but the public module."""
    paths = []
    for name in OWN:
        case = CASES[name][0]
        build(keras, OPS[name](**case.fields), case.inputs).save(
            tmp_path / f"{name}.keras"
        )
        paths.append(str(tmp_path / f"{name}.keras"))
    script = (
        "import archcompiler.layers, keras, sys\n"
        "for path in sys.argv[1:]: keras.models.load_model(path)"
    )
    subprocess.run([sys.executable, "-c", script, *paths], check=True)
