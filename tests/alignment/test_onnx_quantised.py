"""Layers of ONNX files whose weights are whole numbers."""

import numpy as np
import pytest

pytest.importorskip("onnx")

from alignment.small_graphs import (
    AROUND,
    BIAS,
    CONV,
    KERNEL,
    aligned,
    node,
    save,
    told,
)

NUMBERS = {
    "scale": np.float32(0.1),
    "zero": np.int8(0),
    "least": np.int8(-128),
    "scales": np.full(4, 0.1, "float32"),
    "w": KERNEL.astype("int8"),
    "b": BIAS.astype("int32"),
}
DENSE = """\
name: one
input: 8
table:
  columns: [name, type, units]
  rows:
  - {name: a, type: Dense, units: 3, use_bias: false}
"""


def quantised(zero="zero", kernel="w", **attributes):
    """Return the table's convolution in whole numbers, from `x` to `y`."""
    inputs = ["q", "scale", "zero", kernel, "scales", "zero", "scale", zero, "b"]
    return [
        node("QuantizeLinear", ["x", "scale", "zero"], "q"),
        node("QLinearConv", inputs, "c", **{**AROUND, **attributes}),
        node("DequantizeLinear", ["c", "scale", zero], "y"),
    ]


def test_a_convolution_of_whole_numbers_is_a_convolution(tmp_path):
    found = aligned(CONV, save(tmp_path / "m.onnx", quantised(), NUMBERS))
    assert told(found) == []
    assert not found.differs
    assert found.totals.model_parameters == 112
    assert [note for note in found.notes if "3 nodes" in note]


@pytest.mark.parametrize(
    "other",
    [
        {"strides": [2, 2]},
        {"pads": [0, 0, 0, 0]},
        {"dilations": [2, 2], "pads": [2, 2, 2, 2]},
    ],
)
def test_a_convolution_of_whole_numbers_is_no_other_one(other, tmp_path):
    path = save(tmp_path / "m.onnx", quantised(**other), NUMBERS)
    assert aligned(CONV, path).differs


def test_the_rounding_of_a_layer_may_be_its_rectifier(tmp_path):
    path = save(tmp_path / "m.onnx", quantised("least"), NUMBERS)
    assert told(aligned(CONV, path)) == [("a", "activation", "none", "relu")]
    rectified = CONV.replace("padding]", "padding, activation]")
    rectified = rectified.replace("same]", "same, relu]")
    assert told(aligned(rectified, path)) == []


def test_a_product_of_whole_numbers_is_a_dense_layer(tmp_path):
    inputs = ["q", "scale", "zero", "w", "scale", "zero", "scale", "zero"]
    nodes = [
        node("QuantizeLinear", ["x", "scale", "zero"], "q"),
        node("QLinearMatMul", inputs, "c"),
        node("DequantizeLinear", ["c", "scale", "zero"], "y"),
    ]
    for units in (3, 4):
        weights = {**NUMBERS, "w": np.ones((8, units), "int8")}
        path = save(tmp_path / "m.onnx", nodes, weights, {"x": (1, 8)})
        assert aligned(DENSE, path).differs is (units != 3)


def test_an_unknown_layer_in_front_of_others_is_one_finding(tmp_path):
    spec = """\
name: one
input: 8x8x6
table:
  columns: [name, type]
  rows:
  - {name: s, type: ChannelShuffle, groups: 2}
  - {name: n, type: LayerNormalization, center: false, scale: false}
"""
    nodes = [
        node("Strange", ["x"], "a", domain="own"),
        node("Reshape", ["a", "apart"], "b"),
        node("Transpose", ["b"], "c", perm=[0, 2, 1, 3, 4]),
        node("Reshape", ["c", "whole"], "d"),
        node("Transpose", ["d"], "e", perm=[0, 2, 3, 1]),
        node("LayerNormalization", ["e", "ones"], "f", axis=-1, epsilon=0.001),
        node("Transpose", ["f"], "y", perm=[0, 3, 1, 2]),
    ]
    numbers = {"apart": [1, 2, 3, 8, 8], "whole": [1, 6, 8, 8]}
    weights = {name: np.asarray(each) for name, each in numbers.items()}
    weights["ones"] = np.ones(6, "float32")
    path = save(tmp_path / "m.onnx", nodes, weights, {"x": (1, 6, 8, 8)})
    found = told(aligned(spec, path))
    assert [what for _, what, *_ in found] == ["unknown layer"]
