"""Constants that nodes of an ONNX file make of others: weights, shapes and numbers."""

from pathlib import Path

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
from onnx import TensorProto, helper  # noqa: E402

from archcompiler.models.errors import ModelError  # noqa: E402
from archcompiler.models.onnx_weights import OnnxWeights  # noqa: E402

FLAT = """\
name: flat
input: 8x8x3
table:
  columns: [name, type, patch, filters, padding, units]
  rows:
  - [a, Conv2D, 3x3, 4, same, ~]
  - [flatten, Flatten, ~, ~, ~, ~]
  - [fc, Dense, ~, ~, ~, 5]
"""


def whole(*numbers):
    return np.asarray(numbers, "int64")


KERNELS = {
    "identity": ([node("Identity", ["w0"], "w")], {"w0": KERNEL}),
    "cast": (
        [node("Cast", ["w0"], "w", to=TensorProto.FLOAT)],
        {"w0": KERNEL.astype("float16")},
    ),
    "reshape": (
        [node("Reshape", ["w0", "shape"], "w")],
        {"w0": KERNEL.ravel(), "shape": whole(4, 3, 3, 3)},
    ),
    "reshape, computed": (
        [
            node("Shape", ["b"], "four"),
            node("Concat", ["four", "rest"], "shape", axis=0),
            node("Reshape", ["w0", "shape"], "w"),
        ],
        {"w0": KERNEL.ravel(), "rest": whole(3, -1, 3)},
    ),
    "transposition": (
        [node("Transpose", ["w0"], "w", perm=[3, 2, 0, 1])],
        {"w0": KERNEL.transpose(2, 3, 1, 0)},
    ),
    "squeeze": (
        [node("Squeeze", ["w0", "axes"], "w")],
        {"w0": KERNEL[None], "axes": whole(0)},
    ),
    "concatenation": (
        [node("Concat", ["w0", "w1"], "w", axis=0)],
        {"w0": KERNEL[:1], "w1": KERNEL[1:]},
    ),
    "slice": (
        [node("Slice", ["w0", "from", "to", "axes"], "w")],
        {
            "w0": np.concatenate([KERNEL, KERNEL]),
            "from": whole(2),
            "to": whole(6),
            "axes": whole(0),
        },
    ),
    "gather": (
        [node("Gather", ["w0", "rows"], "w", axis=0)],
        {"w0": np.concatenate([KERNEL, KERNEL]), "rows": whole(0, 2, 4, 6)},
    ),
    "quantisation": (
        [node("DequantizeLinear", ["w0", "scale"], "w")],
        {"w0": KERNEL.astype("int8"), "scale": np.float32(0.1)},
    ),
    "one number": (
        [
            node("Shape", ["w0"], "shape"),
            node("ConstantOfShape", ["shape"], "w"),
        ],
        {"w0": KERNEL},
    ),
    "node": (
        [
            helper.make_node(
                "Constant",
                [],
                ["w"],
                value=onnx.numpy_helper.from_array(KERNEL),
            )
        ],
        {},
    ),
}


@pytest.mark.parametrize("way", KERNELS)
def test_a_kernel_that_nodes_make_is_a_kernel(way, tmp_path):
    nodes, weights = KERNELS[way]
    path = save(tmp_path / "m.onnx", [*nodes, conv()], {**weights, "b": BIAS})
    found = aligned(CONV, path)
    assert told(found) == []
    assert found.totals.model_parameters == 112


BIASES = {
    "unsqueezed": ([node("Unsqueeze", ["b0", "axes"], "b")], {"axes": whole(1, 2)}),
    "reshaped": ([node("Reshape", ["b0", "shape"], "b")], {"shape": whole(1, 4, 1, 1)}),
    "negated": (
        [node("Neg", ["b0"], "n"), node("Unsqueeze", ["n", "axes"], "b")],
        {"axes": whole(1, 2)},
    ),
}


@pytest.mark.parametrize("way", BIASES)
def test_a_bias_that_nodes_make_is_a_bias(way, tmp_path):
    nodes, weights = BIASES[way]
    nodes = [*nodes, conv(bias="", output="c"), node("Add", ["c", "b"], "y")]
    path = save(tmp_path / "m.onnx", nodes, {"w": KERNEL, "b0": BIAS, **weights})
    found = aligned(CONV, path)
    assert told(found) == []
    assert found.totals.model_parameters == 112


TWICE = """\
name: twice
input: 8x8x3
table:
  columns: [name, type, patch, filters, padding]
  rows:
  - [a, Conv2D, 3x3, 3, same]
  - [b, Conv2D, 3x3, 3, same]
"""


def twice(path, first, second):
    """Write two convolutions whose kernels, and whose equal biases, nodes make."""
    nodes = [
        node("Identity", [first], "w"),
        node("Identity", [second], "v"),
        *(node("Unsqueeze", ["b0", "axes"], name) for name in "bd"),
        conv(bias="", output="c"),
        node("Add", ["c", "b"], "e"),
        conv("e", "v", "", "f"),
        node("Add", ["f", "d"], "y"),
    ]
    kernels = {"one": KERNEL[:3], "other": KERNEL[1:]}
    return save(path, nodes, {**kernels, "b0": BIAS[:3], "axes": whole(1, 2)})


def test_kernels_are_shared_and_equal_biases_are_not(tmp_path):
    assert told(aligned(TWICE, twice(tmp_path / "m.onnx", "one", "other"))) == []
    found = aligned(TWICE, twice(tmp_path / "m.onnx", "one", "one"))
    assert found.differs
    assert "written as copies of others" in found.verdict


# Shapes -----------------------------------------------------------------------


@pytest.mark.parametrize("size", [(1, 3, 8, 8), ("N", 3, "height", "width")])
def test_a_shape_that_is_put_together_is_known(size, tmp_path):
    nodes = [
        conv(output="c"),
        node("Shape", ["c"], "shape"),
        node("Gather", ["shape", "zero"], "batch", axis=0),
        node("Unsqueeze", ["batch", "zero1"], "batch1"),
        node("Concat", ["batch1", "rest"], "target", axis=0),
        node("Reshape", ["c", "target"], "flat"),
        node("Gemm", ["flat", "matrix", "offset"], "y", transB=1),
    ]
    weights = {
        "w": KERNEL,
        "b": BIAS,
        "zero": np.int64(0),
        "zero1": whole(0),
        "rest": whole(-1),
        "matrix": np.zeros((5, 256), "float32"),
        "offset": np.zeros(5, "float32"),
    }
    path = save(tmp_path / "m.onnx", nodes, weights, {"x": size})
    found = aligned(FLAT, path)
    assert told(found) == []
    assert found.totals.model_macs == found.totals.table_macs


PADDED = """\
name: padded
input: 9x8x3
table:
  columns: [name, type, patch, filters, padding]
  rows:
  - [a, Conv2D, 3x3/2, 4, same]
  - [b, Conv2D, 3x3/2, 4, same]
"""


def test_zeros_that_are_counted_from_a_shape_are_known(tmp_path):
    """Keras on PyTorch computes the zeros of `same` anew in front of each window."""
    nodes, x = [], "x"
    for n, y in enumerate(["c", "y"]):
        nodes += [
            node("Shape", [x], f"shape{n}"),
            node("Slice", [f"shape{n}", "two", "four"], f"sides{n}"),
            node("Mod", [f"sides{n}", "two"], f"odd{n}"),  # 1 of an odd side, else 0
            node("Concat", ["none", f"odd{n}", "behind"], f"around{n}", axis=0),
            node("Pad", [x, f"around{n}"], f"padded{n}"),
            node("Conv", [f"padded{n}", f"w{n}", "b"], y, strides=[2, 2]),
        ]
        x = y
    weights = {
        "two": whole(2),
        "four": whole(4),
        "none": whole(0, 0),
        "behind": whole(0, 0, 1, 1),
        "w0": KERNEL,
        "w1": np.concatenate([KERNEL, KERNEL[:, :1]], 1),
        "b": BIAS,
    }
    path = save(tmp_path / "m.onnx", nodes, weights, {"x": ["N", 3, 9, 8]})
    found = aligned(PADDED, path)
    assert told(found) == []
    assert found.totals.model_macs == found.totals.table_macs


# What is not known ------------------------------------------------------------


def test_numbers_that_are_not_known_are_no_damage(tmp_path):
    nodes = [
        node("NonZero", ["w"], "places"),
        node("Shape", ["places"], "count"),
        node("Cast", ["count"], "real", to=TensorProto.FLOAT),
        conv(output="c"),
        node("Add", ["c", "real"], "y"),
    ]
    path = save(tmp_path / "m.onnx", nodes, {"w": KERNEL, "b": BIAS})
    assert told(aligned(CONV, path)) == [("a", "unknown layer", "none", "Add")]


def test_a_matrix_on_the_left_is_an_unknown_layer(tmp_path):
    nodes = [conv(output="c"), node("MatMul", ["m", "c"], "y")]
    weights = {"w": KERNEL, "b": BIAS, "m": np.eye(8, dtype="float32")}
    path = save(tmp_path / "m.onnx", nodes, weights)
    assert told(aligned(CONV, path)) == [("a", "unknown layer", "none", "MatMul")]


def test_an_output_that_is_a_constant_is_no_output(tmp_path):
    nodes = [conv(), node("Identity", ["b"], "anchors")]
    weights = {"w": KERNEL, "b": BIAS}
    path = save(tmp_path / "m.onnx", nodes, weights, outputs=("anchors", "y"))
    assert told(aligned(CONV, path)) == []
    path = save(tmp_path / "m.onnx", nodes, weights, outputs=("anchors",))
    with pytest.raises(ModelError, match="no layer gives the output `anchors`"):
        aligned(CONV, path)


def test_a_constant_of_texts_or_of_huge_size_is_left_unread(tmp_path):
    nodes = [
        node("Constant", [], "words", value_strings=["a", "b"]),
        node("Identity", ["texts"], "more"),
        node("ConstantOfShape", ["huge"], "zeros"),
        node("Expand", ["one", "huge"], "ones"),
        node("ConstantOfShape", ["long"], "sides"),
        node("Mul", ["sides", "whole"], "more_sides"),
        node("Expand", ["one", "more_sides"], "hypercube"),
        conv(),
    ]
    weights = {
        "w": KERNEL,
        "b": BIAS,
        "texts": np.asarray(["a", "b"], object),
        "huge": whole(2**20, 2**20, 2**20),
        "long": whole(2**40),
        "whole": np.ones(1, "float32"),
        "one": np.ones(1, "float32"),
    }
    assert told(aligned(CONV, save(tmp_path / "m.onnx", nodes, weights))) == []


CHANNELS = {
    "chosen": [
        node("Shape", ["x"], "size"),
        node("Gather", ["size", "second"], "channels", axis=0),
    ],
    "a part": [node("Shape", ["x"], "channels", start=1, end=2)],
    "from behind": [node("Shape", ["x"], "channels", start=-3, end=-2)],
}


@pytest.mark.parametrize("way", CHANNELS)
def test_weights_may_be_laid_out_by_the_shape_of_a_value(way, tmp_path):
    nodes = [
        *CHANNELS[way],
        node("Concat", ["four", "channels", "rest"], "shape", axis=0),
        node("Reshape", ["w0", "shape"], "w"),
        conv(),
    ]
    numbers = {"second": whole(1), "four": whole(4), "rest": whole(3, 3)}
    held = {"w0": KERNEL.ravel(), "b": BIAS, **numbers}
    path = Path(save(tmp_path / "m.onnx", nodes, held))
    assert np.array_equal(OnnxWeights(path).array("w"), KERNEL)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (node("Add", ["w0", "x"], "w"), "depends on `x`, an input"),
        (node("Shape", ["strange"], "w"), "needs a shape that the file doesn't tell"),
    ],
)
def test_weights_that_no_constants_give_are_refused(made, why, tmp_path):
    strange = node("Strange", ["x"], "strange", domain="own")
    path = save(tmp_path / "m.onnx", [strange, made, conv()], {"w0": 1.0, "b": BIAS})
    with pytest.raises(ModelError, match=why):
        OnnxWeights(Path(path)).array("w")
