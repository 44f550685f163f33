"""Values of an ONNX file that are rounded to whole numbers and back."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from alignment.small_graphs import (  # noqa: E402
    BIAS,
    CONV,
    KERNEL,
    aligned,
    conv,
    node,
    save,
    told,
)


def rounded(x, output):
    """Return the nodes that round a value to whole numbers and back."""
    return [
        node("QuantizeLinear", [x, "scale", "zero"], f"{output}_whole"),
        node("DequantizeLinear", [f"{output}_whole", "scale", "zero"], output),
    ]


def test_rounding_to_whole_numbers_is_a_note(tmp_path):
    nodes = [
        *rounded("x", "x1"),
        node("DequantizeLinear", ["w0", "scales", "zeros"], "w", axis=0),
        node("DequantizeLinear", ["b0", "scales", "zeros32"], "b", axis=0),
        conv("x1", output="c"),
        *rounded("c", "y"),
    ]
    weights = {
        "w0": KERNEL.astype("int8"),
        "b0": BIAS.astype("int32"),
        "scale": np.asarray([0.1], "float32"),
        "zero": np.asarray([0], "int8"),
        "scales": np.full(4, 0.1, "float32"),
        "zeros": np.zeros(4, "int8"),
        "zeros32": np.zeros(4, "int32"),
    }
    found = aligned(CONV, save(tmp_path / "m.onnx", nodes, weights))
    assert told(found) == []
    assert found.totals.model_parameters == 112
    assert [note for note in found.notes if "4 nodes" in note]


RECTIFIED = CONV.replace("padding]", "padding, activation]").replace(
    "same]", "same, {function}]"
)


def write_rounded(path, zero, scale=0.1, kind="Identity"):
    """Write the convolution, something behind it, and the rounding of both."""
    nodes = [conv(output="c"), node(kind, ["c"], "d"), *rounded("d", "y")]
    numbers = {"scale": np.float32(scale), "zero": zero}
    return save(path, nodes, {"w": KERNEL, "b": BIAS, **numbers})


@pytest.mark.parametrize("zero", [np.uint8(0), np.int8(-128)])
def test_a_rectifier_that_has_gone_into_the_rounding_is_known(zero, tmp_path):
    path = write_rounded(tmp_path / "m.onnx", zero)
    assert told(aligned(RECTIFIED.format(function="relu"), path)) == []
    found = told(aligned(RECTIFIED.format(function="relu6"), path))
    assert found == [("a", "activation", "relu6", "relu")]
    found = told(aligned(RECTIFIED.format(function="linear"), path))
    assert found == [("a", "activation", "none", "relu")]


@pytest.mark.parametrize("function", ["relu", "relu6"])
def test_a_rounding_up_to_6_may_be_either_rectifier(function, tmp_path):
    path = write_rounded(tmp_path / "m.onnx", np.uint8(0), scale=6 / 255)
    assert told(aligned(RECTIFIED.format(function=function), path)) == []
    found = told(aligned(RECTIFIED.format(function="tanh"), path))
    assert found == [("a", "activation", "tanh", "relu or relu6")]


@pytest.mark.parametrize("zero", [np.uint8(1), np.int8(0), np.int8(-127)])
def test_a_rounding_that_keeps_what_is_below_0_is_nothing(zero, tmp_path):
    path = write_rounded(tmp_path / "m.onnx", zero)
    assert told(aligned(CONV, path)) == []


def test_a_rounding_of_what_is_never_below_0_is_nothing(tmp_path):
    path = write_rounded(tmp_path / "m.onnx", np.uint8(0), kind="Sigmoid")
    assert told(aligned(RECTIFIED.format(function="sigmoid"), path)) == []


def test_a_rounding_of_the_input_is_nothing(tmp_path):
    nodes = [*rounded("x", "r"), conv("r")]
    numbers = {"scale": np.float32(0.1), "zero": np.uint8(0)}
    path = save(tmp_path / "m.onnx", nodes, {"w": KERNEL, "b": BIAS, **numbers})
    assert told(aligned(CONV, path)) == []
