"""Functions that files write in many nodes: each is one, and no other passes for it."""

from math import pi, sqrt
from typing import get_args

import pytest

onnx = pytest.importorskip("onnx")

from alignment.onnx_by_hand import Graph, compare, told  # noqa: E402

from archcompiler.ops.fields import Activation  # noqa: E402
from archcompiler.units.curves import FORMULAS, POINTS  # noqa: E402

NO_FUNCTION_OF_ONE_ELEMENT = {"linear", "softmax", "log_softmax", "sparsemax"}
SAME_BY_ANOTHER_NAME = {"swish", "hard_swish", "celu"}


def by_erf(g):
    divided = g.add("Div", "x", sqrt(2))
    raised = g.add("Add", g.add("Erf", divided), 1.0)
    return g.add("Mul", g.add("Mul", "x", raised), 0.5)


def by_tanh(g):
    cube = g.add("Mul", g.add("Pow", "x", 3.0), 0.044715)
    inner = g.add("Mul", g.add("Add", "x", cube), sqrt(2 / pi))
    return g.add("Mul", g.add("Mul", 0.5, "x"), g.add("Add", g.add("Tanh", inner), 1.0))


def clipped(g, moved=3.0, most=6.0):
    return g.add("Clip", g.add("Add", "x", moved), 0.0, most)


def through_softplus(g):
    plain = g.add("Softplus", "x")
    large = g.add("Greater", "x", 20.0)
    chosen = g.add("Where", large, "x", plain)
    return g.add("Mul", "x", g.add("Tanh", chosen))


def chosen(g, condition, one, other):
    """Return what TensorFlow's exporter writes for a choice: a sum of masked values."""
    mask = g.add("Cast", condition, to=1)
    rest = g.add("Cast", g.add("Not", condition), to=1)
    return g.add("Add", g.add("Mul", mask, one), g.add("Mul", other, rest))


def shrunk(g, low=-0.5, high=0.5):
    above = g.add("Cast", g.add("Greater", "x", high), to=9)
    beyond = g.add("Or", above, g.add("Less", "x", low))
    return g.add("Where", beyond, "x", 0.0)


def shrunk_by_masks(g, limit=0.5):
    beyond = g.add("Greater", g.add("Abs", "x"), limit)
    zeros = g.add("ConstantOfShape", g.add("Shape", "x"))
    return chosen(g, beyond, "x", zeros)


def sparse_plus(g, low=-1.0, factor=0.25):
    square = g.add("Pow", g.add("Add", "x", 1.0), 2.0)
    middle = g.add("Mul", square, factor)
    right = g.add("Where", g.add("Less", "x", 1.0), middle, "x")
    return g.add("Where", g.add("LessOrEqual", "x", low), 0.0, right)


def elu_by_masks(g, alpha=1.0):
    curved = g.add("Elu", "x")
    return chosen(g, g.add("Greater", "x", 0.0), curved, g.add("Mul", alpha, curved))


FORMS = {
    "hard_shrink": [
        lambda g: g.add("Shrink", "x", bias=0.0, lambd=0.5),
        shrunk,
        shrunk_by_masks,
    ],
    "sparse_plus": [sparse_plus],
    "elu": [
        elu_by_masks,
        lambda g: g.add("Celu", "x"),
        lambda g: g.add(
            "Add",
            g.add("Max", "x", 0.0),
            g.add("Sub", g.add("Exp", g.add("Min", "x", 0.0)), 1.0),
        ),
    ],
    "hard_sigmoid": [
        lambda g: g.add("Div", clipped(g), 6.0),
        lambda g: g.add("Mul", clipped(g), 0.16666667),
        lambda g: g.add("HardSigmoid", "x", alpha=0.16667),
        lambda g: g.add("Clip", g.add("Add", g.add("Mul", "x", 1 / 6), 0.5), 0.0, 1.0),
    ],
    "hard_silu": [
        lambda g: g.add("Mul", "x", g.add("Div", clipped(g), 6.0)),
        lambda g: g.add("Div", g.add("Mul", "x", clipped(g)), 6.0),
        lambda g: g.add("Mul", g.add("HardSigmoid", "x", alpha=1 / 6), "x"),
        lambda g: g.add("HardSwish", "x"),
    ],
    "silu": [lambda g: g.add("Mul", g.add("Sigmoid", "x"), "x")],
    "gelu": [by_erf],
    "mish": [
        lambda g: g.add("Mul", "x", g.add("Tanh", g.add("Softplus", "x"))),
        through_softplus,
        lambda g: g.add("Mish", "x"),
    ],
    "softplus": [lambda g: g.add("Log", g.add("Add", g.add("Exp", "x"), 1.0))],
    "relu6": [
        lambda g: g.add("Clip", "x", 0.0, 6.0),
        lambda g: g.add("Min", g.add("Relu", "x"), 6.0),
        lambda g: g.add("Clip", g.add("Relu", "x"), "", 6.0),
    ],
    "relu": [lambda g: g.add("Max", 0.0, "x"), lambda g: g.add("Clip", "x", 0.0)],
    "log_sigmoid": [
        lambda g: g.add("Log", g.add("Sigmoid", "x")),
        lambda g: g.add("Neg", g.add("Softplus", g.add("Neg", "x"))),
    ],
    "hard_tanh": [lambda g: g.add("Clip", "x", -1.0, 1.0)],
    "tanh_shrink": [lambda g: g.add("Sub", "x", g.add("Tanh", "x"))],
    "soft_shrink": [lambda g: g.add("Shrink", "x", bias=0.5, lambd=0.5)],
    "softsign": [
        lambda g: g.add("Div", "x", g.add("Add", g.add("Abs", "x"), 1.0)),
    ],
}
"""Ways to write functions of the op table."""

NEARLY = {
    "hard_shrink": [
        lambda g: g.add("Shrink", "x", bias=0.0, lambd=0.45),
        lambda g: g.add("Shrink", "x", bias=0.0, lambd=0.55),
        lambda g: shrunk(g, high=0.4),
        lambda g: shrunk(g, low=-0.4),
        lambda g: shrunk_by_masks(g, 0.55),
    ],
    "sparse_plus": [
        lambda g: sparse_plus(g, low=-1.2),
        lambda g: sparse_plus(g, factor=0.26),
    ],
    "elu": [
        lambda g: elu_by_masks(g, 0.9),
        lambda g: g.add("Celu", "x", alpha=0.9),
    ],
    "hard_sigmoid": [
        lambda g: g.add("HardSigmoid", "x"),
        lambda g: g.add("HardSigmoid", "x", alpha=1 / 6, beta=0.45),
        lambda g: g.add("Div", clipped(g, most=5.0), 6.0),
        lambda g: g.add("Div", clipped(g), 5.0),
    ],
    "hard_silu": [
        lambda g: g.add("Div", g.add("Mul", clipped(g), clipped(g)), 6.0),
        lambda g: g.add("Mul", "x", g.add("HardSigmoid", "x")),
    ],
    "silu": [
        lambda g: g.add("Mul", "x", g.add("Sigmoid", g.add("Mul", "x", 1.702))),
        lambda g: g.add("Mul", g.add("Relu", "x"), g.add("Sigmoid", "x")),
    ],
    "gelu": [by_tanh],
    "relu6": [lambda g: g.add("Clip", "x", 0.0, 6.5), lambda g: g.add("Relu", "x")],
    "selu": [lambda g: g.add("Selu", "x", alpha=1.6)],
    "softplus": [lambda g: g.add("Log", g.add("Add", g.add("Exp", "x"), 1.01))],
    "relu": [
        lambda g: g.add("Div", 1.0, "x"),
        lambda g: g.add("Pow", "x", 2.0),
        lambda g: g.add("ThresholdedRelu", "x", alpha=0.1),
        lambda g: g.add("Where", g.add("Greater", "x", 0.1), "x", 0.0),
        lambda g: g.add(
            "Where", g.add("Greater", g.add("Mul", "x", 9.0), 0.9), "x", 0.0
        ),
    ],
    "tanh": [lambda g: g.add("Erf", "x")],
}
"""What no function of the op table is, beside the one that it nearly is."""


def each(forms):
    return [(name, form) for name, ways in forms.items() for form in ways]


@pytest.mark.parametrize(("name", "form"), each(FORMS))
def test_a_function_is_one_however_it_is_written(name, form, tmp_path):
    graph = Graph(1, 6, 4, 4)
    output = form(graph)
    assert told(compare(tmp_path, graph, output, f"type: {name}")) == []


@pytest.mark.thorough
@pytest.mark.parametrize(("name", "form"), each(FORMS) + each(NEARLY))
def test_the_verdict_is_what_the_numbers_say(name, form, tmp_path):
    import numpy as np

    graph = Graph(1, 1, 1, 400)
    output = form(graph)
    x = np.linspace(-10, 10, 400, dtype="float32").reshape(1, 1, 1, 400)
    theirs = graph.run(output, x)
    ours = np.reshape([FORMULAS[name](float(each)) for each in x.ravel()], x.shape)
    is_same = bool(np.allclose(ours, theirs, 1e-4, 1e-4))
    alignment = compare(tmp_path, graph, output, f"type: {name}")
    assert is_same is not alignment.differs
    assert is_same is (form in FORMS.get(name, ()))


@pytest.mark.thorough
@pytest.mark.parametrize("threshold", [0.0, 0.05, 0.3])
@pytest.mark.parametrize("slope", [0.0, 0.25])
@pytest.mark.parametrize("bound", [6.0, 5.0])
def test_a_rectifier_has_its_own_numbers(bound, slope, threshold, tmp_path):
    graph = Graph(1, 6, 4, 4)
    above = graph.add("Greater", "x", 0.05)
    kept = graph.add("Clip", graph.add("Where", above, "x", 0.0), 0.0, 6.0)
    below = graph.add("Relu", graph.add("Add", graph.add("Neg", "x"), 0.05))
    output = graph.add("Sub", kept, graph.add("Mul", below, 0.25))
    row = (
        f"type: ReLU, max_value: {bound}, negative_slope: {slope}, "
        f"threshold: {threshold}"
    )
    alignment = compare(tmp_path, graph, output, row)
    assert alignment.differs is ((bound, slope, threshold) != (6.0, 0.25, 0.05))
    alignment = compare(tmp_path, graph, kept, row)
    assert alignment.differs is ((bound, slope, threshold) != (6.0, 0.0, 0.05))


def test_every_function_of_one_element_has_a_formula():
    names = {*get_args(Activation)} - NO_FUNCTION_OF_ONE_ELEMENT - SAME_BY_ANOTHER_NAME
    assert names == FORMULAS.keys()


@pytest.mark.slow
@pytest.mark.usefixtures("keras")
@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_is_what_keras_computes(name):
    import keras
    import numpy as np

    near = np.asarray([x for x in POINTS if abs(x) < 20], "float32")
    theirs = np.asarray(getattr(keras.activations, name)(near))
    ours = [*map(FORMULAS[name], near.tolist())]
    assert np.allclose(ours, theirs, 1e-5, 1e-5)


# What is nothing, and what only looks like it ------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        lambda g: g.add("Mul", "x", 1.0),
        lambda g: g.add("Add", 0.0, "x"),
        lambda g: g.add("Sub", g.add("Add", "x", 1.0), 1.0),
        lambda g: g.add("Identity", "x"),
        lambda g: g.add("Pad", "x", [0] * 8),
        lambda g: g.add("AveragePool", "x", kernel_shape=[1, 1]),
        lambda g: g.add("Resize", "x", "", [1.0] * 4),
        lambda g: g.add("Tile", "x", [1, 1, 1, 1]),
    ],
)
def test_what_does_nothing_is_nothing(form, tmp_path):
    graph = Graph(1, 6, 4, 4)
    output = graph.add("Relu", form(graph))
    assert told(compare(tmp_path, graph, output, "type: relu")) == []


def test_two_scalings_of_one_value_are_two(tmp_path):
    graph = Graph(1, 6, 4, 4)
    scaled = [graph.add("Mul", "x", number) for number in (2.0, 3.0)]
    output = graph.add("Add", *scaled)
    rows = ("type: Rescaling, scale: 2", "type: add, from: [r0, r0]")
    alignment = compare(tmp_path, graph, output, *rows)
    assert alignment.findings


def test_numbers_of_each_position_are_no_bias(tmp_path):
    graph = Graph(1, 6, 8, 8)
    conv = graph.add("Conv", "x", graph.weights(6, 6, 1, 1))
    output = graph.add("Add", conv, graph.weights(1, 1, 1, 8))
    wide = compare(tmp_path, graph, output, "type: Conv2D, patch: 1x1, filters: 6")
    assert ("r0", "bias", "bias", "no bias") in told(wide)


def test_numbers_of_each_channel_are_one(tmp_path):
    graph = Graph(1, 6, 8, 8)
    conv = graph.add("Conv", "x", graph.weights(6, 6, 1, 1))
    output = graph.add("Add", conv, graph.weights(6, 1, 1))
    alignment = compare(tmp_path, graph, output, "type: Conv2D, patch: 1x1, filters: 6")
    assert not alignment.differs


def test_a_sum_that_another_takes_is_not_given_a_bias(tmp_path):
    """Two sums of one convolution with two vectors are two biases, not one twice."""
    graph = Graph(1, 6, 8, 8)
    conv = graph.add("Conv", "x", graph.weights(6, 6, 1, 1))
    sums = [graph.add("Add", conv, graph.weights(6, 1, 1)) for _ in range(2)]
    row = "type: Conv2D, patch: 1x1, filters: 6"
    rows = (row, "type: add, from: [r0, r0]")
    assert compare(tmp_path, graph, graph.add("Add", *sums), *rows).findings


@pytest.mark.parametrize("written", [(6, 1, 1), (1, 1, 1), (1,), (6, 4, 4)])
@pytest.mark.parametrize(
    ("shared", "slopes"), [("1x2", 6), ("1x2x3", 1), (None, 6 * 16)]
)
def test_slopes_are_shared_as_a_file_shares_them(shared, slopes, written, tmp_path):
    graph = Graph(1, 6, 4, 4)
    output = graph.add("Relu", graph.add("PRelu", "x", graph.weights(*written)))
    row = "type: PReLU" + (f", shared_axes: {shared}" if shared else "")
    alignment = compare(tmp_path, graph, output, row, "type: relu")
    held = 1
    for length in written:
        held *= length
    assert alignment.differs is (held != slopes)


@pytest.mark.parametrize(
    ("kind", "operands", "scale", "offset"),
    [
        ("Mul", ("x", 0.25), 0.25, 0),
        ("Div", ("x", 4.0), 0.25, 0),
        ("Add", (0.5, "x"), 1, 0.5),
        ("Sub", ("x", 0.5), 1, -0.5),
        ("Sub", (0.5, "x"), -1, 0.5),
    ],
)
def test_a_strict_comparison_knows_one_number(kind, operands, scale, offset, tmp_path):
    graph = Graph(1, 6, 4, 4)
    output = graph.add("Relu", graph.add(kind, *operands))
    row = f"type: Rescaling, scale: {scale}, offset: {offset}"
    assert told(compare(tmp_path, graph, output, row, "type: relu", strict=True)) == []
    row = f"type: Rescaling, scale: {scale}, offset: {offset + 1}"
    found = told(compare(tmp_path, graph, output, row, "type: relu", strict=True))
    assert [each[1] for each in found] == ["offset"]


def test_a_strict_comparison_leaves_numbers_of_channels_open(tmp_path):
    graph = Graph(1, 6, 4, 4)
    moved = graph.add("Add", graph.add("Mul", "x", 2.0), graph.weights(6, 1, 1))
    rows = ("type: Rescaling, scale: 2, offset: 1", "type: relu")
    output = graph.add("Relu", moved)
    assert told(compare(tmp_path, graph, output, *rows, strict=True)) == []
