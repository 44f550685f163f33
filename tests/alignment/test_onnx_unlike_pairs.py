"""ONNX files that compute something else in a way that is easy to overlook."""

import numpy as np
import pytest

pytest.importorskip("onnx")

from alignment.small_graphs import aligned, node, save


def table(*rows, size="8x8x8"):
    lines = "\n".join(f"  - {row}" for row in rows)
    return (
        f"name: t\ninput: {size}\ntable:\n  columns: [name, type]\n  rows:\n{lines}\n"
    )


SOFTMAX = table("[s, Softmax]")
MEAN = "{name: g, type: GlobalAveragePooling2D, keepdims: true}"
IMAGE = {"x": (1, 8, 8, 8)}


def differs(folder, spec, nodes, weights=(), inputs=None, version=17):
    """Lay a graph beside a table."""
    path = folder / "model.onnx"
    given = {name: np.asarray(value) for name, value in dict(weights).items()}
    save(path, nodes, given, inputs or IMAGE, version=version)
    return aligned(spec, str(path)).differs


def test_a_softmax_of_what_was_laid_out_anew_is_another(tmp_path):
    groups = {"apart": [-1, 4, 8, 8], "whole": [-1, 8, 8, 8]}
    grouped = [
        node("Reshape", ["x", "apart"], "a"),
        node("Softmax", ["a"], "b", axis=1),
        node("Reshape", ["b", "whole"], "y"),
    ]
    assert differs(tmp_path, SOFTMAX, grouped, groups)
    ones = [
        node("Unsqueeze", ["x", "axes"], "a"),
        node("Softmax", ["a"], "b", axis=1),
        node("Squeeze", ["b", "axes"], "y"),
    ]
    assert differs(tmp_path, SOFTMAX, ones, {"axes": [1]})
    assert not differs(tmp_path, SOFTMAX, [node("Softmax", ["x"], "y", axis=1)])


@pytest.mark.parametrize("axis", [2, 3])
def test_a_softmax_of_one_position_is_another(tmp_path, axis):
    mean = node("GlobalAveragePool", ["x"], "g")
    spec = table(MEAN, "[s, Softmax]")
    assert differs(tmp_path, spec, [mean, node("Softmax", ["g"], "y", axis=axis)])
    assert not differs(tmp_path, spec, [mean, node("Softmax", ["g"], "y", axis=1)])


@pytest.mark.thorough
def test_a_gate_lies_along_its_own_axis(tmp_path):
    rows = (MEAN, "{name: h, type: sigmoid}")
    spec = table(*rows, "{name: m, type: multiply, from: [input, h]}")

    def gated(*axes):
        between = [node("Unsqueeze", ["s", "axes"], "u")] if axes else []
        nodes = [
            node("GlobalAveragePool", ["x"], "g"),
            node("Flatten", ["g"], "f"),
            node("Sigmoid", ["f"], "s"),
            *between,
            node("Mul", ["x", "u" if axes else "s"], "y"),
        ]
        return differs(tmp_path, spec, nodes, {"axes": [*axes]} if axes else {})

    assert not gated(2, 3)
    assert gated(1, 3)
    assert gated()


@pytest.mark.parametrize("factor", ["alpha", "beta"])
def test_a_product_with_a_factor_is_no_dense_layer(tmp_path, factor):
    spec = table("{name: d, type: Dense, units: 3}", size="8")
    weights = {"w": np.ones((8, 3), "float32"), "b": np.ones(3, "float32")}
    inputs = {"x": (1, 8)}
    for number in (1.0, 0.0):
        nodes = [node("Gemm", ["x", "w", "b"], "y", **{factor: number})]
        assert differs(tmp_path, spec, nodes, weights, inputs) is (number != 1)


@pytest.mark.parametrize(
    ("told", "version", "is_other"),
    [
        ({"is_test": 1}, 6, False),
        ({"is_test": 0}, 6, True),
        ({}, 6, True),
        ({"spatial": 0}, 7, True),
        ({}, 7, False),
    ],
)
def test_old_attributes_of_a_normalisation_count(tmp_path, told, version, is_other):
    spec = table("[n, BatchNormalization]")
    names = ["scale", "offset", "mean", "variance"]
    weights = {name: np.ones(8, "float32") for name in names}
    nodes = [node("BatchNormalization", ["x", *names], "y", epsilon=0.001, **told)]
    found = differs(tmp_path, spec, nodes, weights, version=version)
    assert found is is_other
