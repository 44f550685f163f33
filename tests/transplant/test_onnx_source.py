"""Weights of an ONNX file in a Keras model, held against ONNX' own interpreter."""

import numpy as np
import onnx
import pytest
from alignment.onnx_writing import write_onnx
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

import archcompiler
from archcompiler import TransplantError, transplant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]
SPEC = """\
name: ported
input: 13x11x4
blocks:
  conv:
    columns: [patch, filters]
    sequence:
    - {ZeroPadding2D: {padding: "<patch.height // 2>"}}
    - {Conv2D: {patch: <patch>, filters: <filters>, use_bias: false}}
    - {BatchNormalization: {epsilon: 0.00001}}
    - relu
  same:
    columns: [filters]
    sequence:
    - SeparableConv2D:
        {patch: 3x3, filters: <filters>, padding: same, use_bias: false}
table:
  columns: [name, type, patch, filters]
  rows:
  - [one, conv, 3x3/2, 6]
  - {name: depthwise, type: DepthwiseConv2D, patch: 3x3, depth_multiplier: 2}
  - {name: grouped, type: Conv2D, patch: 1x1, filters: 8, groups: 2}
  - {name: mixed, type: same, filters: 10}
  - [two, conv, 1x1/1, 10]
  - {name: sum, type: add, from: [mixed, two]}
  - {name: pool, type: MaxPooling2D, patch: 2x2}
  - {name: flat, type: Flatten}
  - {name: hidden, type: Dense, units: 7, activation: relu}
  - {name: logits, type: Dense, units: 5}
"""


def fill(path, seed=0):
    """Give each array of a file random numbers; variances are positive."""
    random = np.random.default_rng(seed)
    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if tensor.data_type == TensorProto.FLOAT:
            low = 0.5 if tensor.name.endswith("var") else -1
            array = random.uniform(low, 1.5, tensor.dims).astype("float32")
            tensor.CopyFrom(numpy_helper.from_array(array, tensor.name))
    onnx.save(model, path)


def differ(path, model, shape=(13, 11, 4)):
    """Return by how much, at most, file and model differ on random images."""
    images = np.random.default_rng(1).normal(size=(3, *shape)).astype("float32")
    given = {ReferenceEvaluator(str(path)).input_names[0]: images.transpose(0, 3, 1, 2)}
    file = onnx.load(path)
    file.graph.input[0].type.tensor_type.shape.dim[0].dim_value = len(images)
    (theirs,) = ReferenceEvaluator(file).run(None, given)
    ours = model.predict(images, verbose=0)
    if theirs.ndim == 4:
        theirs = theirs.transpose(0, 2, 3, 1)
    assert np.std(theirs) > 0.1
    return np.abs(ours - theirs).max() / np.std(theirs)


@pytest.mark.parametrize("normalisation", ["as it is", "folded"])
def test_a_file_gives_its_weights_in_keras_layouts(tmp_path, normalisation):
    table = archcompiler.load(SPEC)
    path = tmp_path / "port.onnx"
    write_onnx(path, table, weights=True, normalisation=normalisation)
    fill(path)
    model = table.to_keras()
    report = transplant(path, model)
    assert report.parameters == model.count_params()
    assert report.left == ((), ())
    assert differ(path, model) < 1e-4
    folded = [note for note in report.notes if "normalisations" in note]
    assert len(folded) == (normalisation == "folded")
    assert all(f"note: {note}" in str(report) for note in folded)


def test_a_bias_that_the_file_left_out_is_zero(tmp_path):
    table = archcompiler.load(SPEC)
    path = tmp_path / "port.onnx"
    write_onnx(path, table, weights=True, normalisation="dropped")
    fill(path)
    model = table.to_keras()
    for variable in model.weights:
        variable.assign(np.full(variable.shape, 7.0))
    transplant(path, model)
    assert differ(path, model) < 1e-4


def test_constants_that_nodes_make_are_computed(keras, tmp_path):
    random = np.random.default_rng(0)
    arrays = {
        "up": random.normal(size=(3, 6, 4, 4)),
        "kernel": random.normal(size=(3, 3, 6, 4)),  # as Keras has it
        "slopes": random.uniform(0.1, 0.9, (4, 1, 1)),
        "matrix": random.normal(size=(4, 5)),
        "bias": random.normal(size=(4,)),
        "last": random.normal(size=(5,)),
    }
    node = helper.make_node
    nodes = [
        node("ConvTranspose", ["x", "up"], ["a"], strides=[2, 2], pads=[1, 1, 1, 1]),
        node("Transpose", ["kernel"], ["turned"], perm=[3, 2, 0, 1]),
        node("Identity", ["turned"], ["w"]),
        node("Conv", ["a", "w"], ["b"], pads=[1, 1, 1, 1]),
        node("Unsqueeze", ["bias", "axes"], ["wide"]),
        node("Add", ["b", "wide"], ["c"]),
        node("PRelu", ["c", "slopes"], ["d"]),
        node("GlobalAveragePool", ["d"], ["e"]),
        node("Flatten", ["e"], ["f"]),
        node("MatMul", ["f", "matrix"], ["g"]),
        node("Add", ["last", "g"], ["y"]),
    ]
    held = [
        numpy_helper.from_array(array.astype("float32"), name)
        for name, array in arrays.items()
    ]
    held.append(numpy_helper.from_array(np.array([1, 2]), "axes"))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, 6, 6])
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, [1, 5])
    graph = helper.make_graph(nodes, "g", [x], [y], held)
    opsets = [helper.make_opsetid("", 17)]
    file = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    onnx.checker.check_model(file)
    path = tmp_path / "made.onnx"
    onnx.save(file, path)
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((6, 6, 3)),
            layers.Conv2DTranspose(6, 4, 2, padding="same", use_bias=False),
            layers.Conv2D(4, 3, padding="same"),
            layers.PReLU(shared_axes=[1, 2]),
            layers.GlobalAveragePooling2D(),
            layers.Dense(5),
        ]
    )
    transplant(str(path), model)
    assert differ(path, model, (6, 6, 3)) < 1e-4


# What is refused ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("epsilon: 0.00001", "epsilon: 0.001", "epsilon 0.001, 1e-05 in the file"),
        ("patch: 2x2}", "patch: 3x3}", "window 3x3, 2x2 in the file"),
        ("units: 5", "units: 6", "units 6, 5 in the file"),
        (
            "name: pool, type",
            "name: pool, padding: same, type",
            "in the file",
        ),
    ],
)
def test_a_model_of_another_function_is_refused_and_left_alone(
    tmp_path, old, new, told
):
    assert SPEC.count(old) == 1
    path = tmp_path / "port.onnx"
    write_onnx(path, archcompiler.load(SPEC), weights=True)
    fill(path)
    model = archcompiler.load(SPEC.replace(old, new)).to_keras()
    before = [np.array(variable) for variable in model.weights]
    with pytest.raises(TransplantError, match="differ; nothing is copied") as caught:
        transplant(path, model)
    assert told in str(caught.value)
    for array, variable in zip(before, model.weights, strict=True):
        assert (array == np.array(variable)).all()


def graph(path, nodes, shape, **arrays):
    """Save a graph from `x` to `y`, and return its path."""
    held = [
        numpy_helper.from_array(np.asarray(array, "float32"), name)
        for name, array in arrays.items()
    ]
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)
    y = helper.make_tensor_value_info("y", TensorProto.FLOAT, None)
    made = helper.make_graph(nodes, "g", [x], [y], held)
    opsets = [helper.make_opsetid("", 17)]
    onnx.save(helper.make_model(made, opset_imports=opsets, ir_version=8), path)
    return str(path)


def test_a_function_does_not_see_an_image_become_a_vector(keras, tmp_path):
    node, layers = helper.make_node, keras.layers
    nodes = [
        node("Flatten", ["x"], ["f"]),
        node("Relu", ["f"], ["r"]),
        node("Gemm", ["r", "w"], ["y"]),
    ]
    weights = np.random.default_rng(0).normal(size=(4 * 4 * 3, 5))
    path = graph(tmp_path / "file.onnx", nodes, [1, 3, 4, 4], w=weights)
    last = layers.Dense(5, use_bias=False)
    rows = [layers.Flatten(), layers.ReLU(), last]
    model = keras.Sequential([keras.Input((4, 4, 3)), *rows])
    transplant(path, model)
    assert differ(path, model, (4, 4, 3)) < 1e-4


def test_a_vector_whose_elements_came_channels_last_moves(keras, tmp_path):
    node, layers = helper.make_node, keras.layers
    nodes = [
        node("Conv", ["x", "k"], ["c"]),
        node("Transpose", ["c"], ["t"], perm=[0, 2, 3, 1]),
        node("Flatten", ["t"], ["f"]),
        node("Relu", ["f"], ["r"]),
        node("Gemm", ["r", "w"], ["y"]),
    ]
    random = np.random.default_rng(0)
    kernel, matrix = random.normal(size=(2, 3, 1, 1)), random.normal(size=(32, 5))
    path = graph(tmp_path / "file.onnx", nodes, [1, 3, 4, 4], k=kernel, w=matrix)
    rows = [layers.Flatten(), layers.ReLU(), layers.Dense(5, use_bias=False)]
    first = layers.Conv2D(2, 1, use_bias=False)
    model = keras.Sequential([keras.Input((4, 4, 3)), first, *rows])
    transplant(path, model)
    assert differ(path, model, (4, 4, 3)) < 1e-4


def test_a_normalisation_that_is_scaled_once_more_is_refused(keras, tmp_path):
    node, random = helper.make_node, np.random.default_rng(0)
    part = {name: random.uniform(0.5, 1.5, 3) for name in "abcd"}
    nodes = [
        node("BatchNormalization", ["x", *"abcd"], ["n"], epsilon=0.001),
        node("Mul", ["n", "m"], ["y"]),
    ]
    more = random.uniform(2, 3, (1, 3, 1, 1))
    path = graph(tmp_path / "file.onnx", nodes, [1, 3, 5, 5], m=more, **part)
    rows = [keras.Input((5, 5, 3)), keras.layers.BatchNormalization()]
    with pytest.raises(TransplantError, match="in another form"):
        transplant(path, keras.Sequential(rows))


@pytest.mark.parametrize("lacking", ["center", "scale"])
def test_a_normalisation_that_holds_less_is_refused_but_where_it_is_folded(
    keras, tmp_path, lacking
):
    node, layers, random = helper.make_node, keras.layers, np.random.default_rng(0)
    kernel = random.normal(size=(4, 3, 1, 1))
    part = {name: random.uniform(0.5, 1.5, 4) for name in "abcd"}
    apart = [
        node("Conv", ["x", "w"], ["f"]),
        node("BatchNormalization", ["f", *"abcd"], ["y"], epsilon=0.001),
    ]
    folded = [node("Conv", ["x", "w", "a"], ["y"])]
    model = keras.Sequential(
        [
            keras.Input((5, 5, 3)),
            layers.Conv2D(4, 1, use_bias=False),
            layers.BatchNormalization(**{lacking: False}),
        ]
    )
    path = graph(tmp_path / "apart.onnx", apart, [1, 3, 5, 5], w=kernel, **part)
    with pytest.raises(TransplantError, match="which it lacks"):
        transplant(path, model)
    numbers = {"w": kernel, "a": part["a"]}
    path = graph(tmp_path / "folded.onnx", folded, [1, 3, 5, 5], **numbers)
    transplant(path, model)
    assert differ(path, model, (5, 5, 3)) < 1e-4


def test_a_layer_that_is_shared_takes_one_kernel(keras, tmp_path):
    node, random = helper.make_node, np.random.default_rng(0)
    nodes = [node("Conv", ["x", "w"], ["c"]), node("Conv", ["c", "v"], ["y"])]
    kernels = {name: random.normal(size=(3, 3, 1, 1)) for name in "wv"}
    path = graph(tmp_path / "file.onnx", nodes, [1, 3, 5, 5], **kernels)
    shared = keras.layers.Conv2D(3, 1, use_bias=False)
    inputs = keras.Input((5, 5, 3))
    with pytest.raises(TransplantError, match="two layers of the file differ in it"):
        transplant(path, keras.Model(inputs, shared(shared(inputs))))


def test_a_file_without_its_weights_is_refused(tmp_path):
    table = archcompiler.load(SPEC)
    path = write_onnx(tmp_path / "port.onnx", table)
    with pytest.raises(TransplantError, match="are not there"):
        transplant(path, table.to_keras())


def test_until_is_for_keras_models(tmp_path):
    model = archcompiler.load(SPEC).to_keras()
    with pytest.raises(TransplantError, match="a file is copied whole"):
        transplant(tmp_path / "port.onnx", model, until={"logits"})
    with pytest.raises(TransplantError, match="there is no file"):
        transplant(tmp_path / "port.onnx", model)
