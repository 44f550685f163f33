"""Layouts of ONNX files: channels first or last, as a transposition carries them."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from alignment.small_graphs import (  # noqa: E402
    AROUND,
    BIAS,
    KERNEL,
    aligned,
    conv,
    node,
    save,
    told,
)

TO_FIRST, TO_LAST = [0, 3, 1, 2], [0, 2, 3, 1]

SCALED = """\
name: scaled
input: 8x8x3
table:
  columns: [name, type, scale, patch, filters, padding]
  rows:
  - [s, Rescaling, 0.5, ~, ~, ~]
  - [a, Conv2D, ~, 3x3, 4, same]
"""
OPEN = [1, 8, 8, 3], ["N", "height", "width", 3], ["N", "height", "width", "depth"]


@pytest.mark.parametrize("size", OPEN)
def test_a_scaling_before_the_transposition_has_its_channels_last(size, tmp_path):
    nodes = [
        node("Mul", ["x", "s"], "m"),
        node("Transpose", ["m"], "t", perm=TO_FIRST),
        conv("t", output="c"),
        node("Transpose", ["c"], "y", perm=TO_LAST),
    ]
    weights = {"s": np.float32(0.5), "w": KERNEL, "b": BIAS}
    path = save(tmp_path / "m.onnx", nodes, weights, {"x": size})
    found = aligned(SCALED, path)
    assert told(found) == []
    assert found.totals.model_macs == found.totals.table_macs


FORK = """\
name: fork
input: 8x6x3
blocks:
  fork:
    branches:
    - [Conv2D: {name: one, patch: 1x1, filters: 2}]
    - [Conv2D: {name: two, patch: 1x1, filters: 5}]
    merge: concatenate
table:
  columns: [name, type, patch]
  rows:
  - [fork, fork]
  - [mean, ChannelAveragePooling]
"""


def write_fork(path, axis, mean):
    """Write a concatenation, and a mean, along axes of an image with channels last."""
    nodes = [
        node("Transpose", ["x"], "t", perm=TO_FIRST),
        *(node("Conv", ["t", f"w{n}", f"b{n}"], f"c{n}") for n in (2, 5)),
        *(node("Transpose", [f"c{n}"], f"l{n}", perm=TO_LAST) for n in (2, 5)),
        node("Concat", ["l2", "l5"], "joined", axis=axis),
        node("ReduceMean", ["joined", "axes"], "y"),
    ]
    weights = {"axes": np.asarray([mean])}
    for n in (2, 5):
        weights[f"w{n}"] = np.zeros((n, 3, 1, 1), "float32")
        weights[f"b{n}"] = np.zeros(n, "float32")
    return save(path, nodes, weights, {"x": [1, 8, 6, 3]})


@pytest.mark.parametrize("axes", [(3, 3), (-1, -1)])
def test_axes_of_a_value_follow_from_the_convolutions_before_it(axes, tmp_path):
    assert told(aligned(FORK, write_fork(tmp_path / "m.onnx", *axes))) == []


def test_a_mean_along_another_axis_is_told(tmp_path):
    found = told(aligned(FORK, write_fork(tmp_path / "m.onnx", 3, 1)))
    assert found == [("mean", "unknown layer", "channel average pooling", "ReduceMean")]


# Where no convolution tells ---------------------------------------------------

SUM = """\
name: sum
inputs: {one: 8x6x3, other: 8x6x3}
table:
  columns: [name, type]
  rows:
  - {name: sum, type: add, from: [one, other]}
  - [softmax, softmax]
"""


@pytest.mark.parametrize(
    ("size", "axis"), [([1, 8, 6, 3], 3), ([1, 3, 8, 6], 1), (["N", 8, 6, 3], -1)]
)
def test_the_inputs_of_the_table_tell_the_layout(size, axis, tmp_path):
    nodes = [
        node("Add", ["one", "other"], "s"),
        node("Softmax", ["s"], "y", axis=axis),
    ]
    path = save(tmp_path / "m.onnx", nodes, {}, {"one": size, "other": size})
    assert told(aligned(SUM, path)) == []


def test_another_size_is_told_with_channels_first(tmp_path):
    nodes = [
        node("Add", ["one", "other"], "s"),
        node("Softmax", ["s"], "y", axis=1),
    ]
    sizes = {"one": [1, 3, 9, 6], "other": [1, 3, 9, 6]}
    found = told(aligned(SUM, save(tmp_path / "m.onnx", nodes, {}, sizes)))
    assert set(found) == {("input", "input size", "8x6x3", "9x6x3")}


ACTIVATED = """\
name: activated
input: 8x6x3
table:
  columns: [name, type, patch, padding, filters]
  rows:
  - [a, relu]
  - [b, Conv2D, 1x1, ~, 3]
"""


def test_a_transposition_of_height_and_width_is_a_layer(tmp_path):
    nodes = [
        node("Relu", ["x"], "r"),
        node("Transpose", ["r"], "t", perm=[0, 1, 3, 2]),
        node("Conv", ["t", "w", "b"], "y"),
    ]
    weights = {"w": np.zeros((3, 3, 1, 1), "float32"), "b": np.zeros(3, "float32")}
    path = save(tmp_path / "m.onnx", nodes, weights, {"x": [1, 3, 8, 6]})
    found = told(aligned(ACTIVATED, path))
    assert found == [("a", "extra layer", "none", "permute")]


def test_a_transposition_that_undoes_another_changes_nothing(tmp_path):
    nodes = [
        node("Transpose", ["x"], "l", perm=TO_LAST),
        node("Relu", ["l"], "r"),
        node("Transpose", ["r"], "t", perm=TO_FIRST),
        node("Conv", ["t", "w", "b"], "c"),
        node("Transpose", ["c"], "l2", perm=TO_LAST),
        node("Transpose", ["l2"], "y", perm=TO_FIRST),
    ]
    weights = {"w": np.zeros((3, 3, 1, 1), "float32"), "b": np.zeros(3, "float32")}
    path = save(tmp_path / "m.onnx", nodes, weights, {"x": [1, 3, 8, 6]})
    assert told(aligned(ACTIVATED, path)) == []


def test_one_constant_may_stand_beside_values_of_both_layouts(tmp_path):
    nodes = [
        node("Mul", ["x", "s"], "m"),
        node("Transpose", ["m"], "t", perm=TO_FIRST),
        node("Mul", ["t", "s"], "n"),
        node("Conv", ["n", "w", "b"], "y", **AROUND),
    ]
    weights = {"s": np.float32(0.5), "w": KERNEL, "b": BIAS}
    path = save(tmp_path / "m.onnx", nodes, weights, {"x": [1, 8, 8, 3]})
    assert told(aligned(SCALED, path)) == []


# Nodes that name an axis --------------------------------------------------------

PROBABILITIES = """\
name: probabilities
input: 8x6x3
table:
  columns: [name, type, axis]
  rows:
  - [a, Softmax, {axis}]
"""


@pytest.mark.parametrize(
    ("size", "axis", "ours"),
    [
        ([1, 3, 8, 6], 1, 3),
        ([1, 3, 8, 6], 2, 1),
        ([1, 3, 8, 6], -1, 2),
        ([1, 8, 6, 3], 3, -1),
        ([1, 8, 6, 3], 1, 1),
    ],
)
def test_the_axis_of_a_softmax_is_told_as_the_table_counts(size, axis, ours, tmp_path):
    nodes = [node("Softmax", ["x"], "y", axis=axis)]
    path = save(tmp_path / "m.onnx", nodes, {}, {"x": size})
    assert told(aligned(PROBABILITIES.format(axis=ours), path)) == []
    others = {1, 2, 3} - {ours % 4}
    for other in others:
        assert told(aligned(PROBABILITIES.format(axis=other), path))


POOLED = """\
name: pooled
input: 8x6x3
table:
  columns: [name, type]
  rows:
  - [pool, GlobalAveragePooling2D]
  - [a, softmax]
"""


def test_a_softmax_of_an_old_file_is_over_all_axes_from_the_first(tmp_path):
    nodes = [node("GlobalAveragePool", ["x"], "p"), node("Softmax", ["p"], "y")]
    size = {"x": [1, 3, 8, 6]}
    path = save(tmp_path / "m.onnx", nodes, {}, size, version=9)
    assert told(aligned(POOLED, path)) == []
    path = save(tmp_path / "m.onnx", [node("Softmax", ["x"], "y")], {}, size, version=9)
    found = told(aligned(PROBABILITIES.format(axis=3), path))
    assert found == [("a", "unknown layer", "softmax", "Softmax")]


TURNED = """\
name: turned
input: 8x6x3
table:
  columns: [name, type]
  rows:
  - {{name: a, type: Permute, dims: {dims}}}
"""


@pytest.mark.parametrize(
    ("size", "order", "dims"),
    [
        ([1, 3, 8, 6], [0, 1, 3, 2], [2, 1, 3]),
        ([1, 8, 6, 3], [0, 2, 1, 3], [2, 1, 3]),
        ([1, 8, 6, 3], [0, 2, 3, 1], [2, 3, 1]),
    ],
)
def test_axes_in_another_order_are_a_permutation(size, order, dims, tmp_path):
    nodes = [node("Transpose", ["x"], "y", perm=order)]
    path = save(tmp_path / "m.onnx", nodes, {}, {"x": size})
    assert told(aligned(TURNED.format(dims=dims), path)) == []


def test_a_transposition_that_moves_the_batch_is_an_unknown_layer(tmp_path):
    nodes = [node("Transpose", ["x"], "y", perm=[1, 0, 2, 3])]
    path = save(tmp_path / "m.onnx", nodes, {}, {"x": [1, 3, 8, 6]})
    found = told(aligned(TURNED.format(dims=[2, 1, 3]), path))
    assert found == [("a", "unknown layer", "permute", "Transpose")]


# Keras on PyTorch --------------------------------------------------------------

SHUFFLED = """\
name: shuffled
input: 8x6x6
table:
  columns: [name, type, groups]
  rows:
  - [a, ChannelShuffle, 3]
"""


def test_shapes_put_together_and_types_in_between_hide_no_shuffle(tmp_path):
    nodes = [
        node("Shape", ["x"], "shape"),
        node("Slice", ["shape", "first", "third"], "sides"),
        node("Concat", ["rest", "sides", "groups"], "apart", axis=0),
        node("Concat", ["rest", "sides", "six"], "together", axis=0),
        node("Reshape", ["x", "apart"], "p"),
        node("Cast", ["p"], "q", to=1),
        node("Transpose", ["q"], "r", perm=[0, 1, 2, 4, 3]),
        node("Cast", ["r"], "s", to=1),
        node("Reshape", ["s", "together"], "y"),
    ]
    weights = {
        "first": np.asarray([1]),
        "third": np.asarray([3]),
        "rest": np.asarray([-1]),
        "groups": np.asarray([3, 2]),
        "six": np.asarray([6]),
    }
    path = save(tmp_path / "m.onnx", nodes, weights, {"x": ["N", 8, 6, 6]})
    assert told(aligned(SHUFFLED, path)) == []


DEPTHWISE = """\
name: depthwise
input: 8x8x3
table:
  columns: [name, type, patch, padding]
  rows:
  - [a, DepthwiseConv2D, 3x3, same]
"""


def test_a_bias_behind_the_transposition_is_that_of_the_convolution(tmp_path):
    nodes = [
        node("Transpose", ["x"], "t", perm=TO_FIRST),
        node("Conv", ["t", "w"], "c", group=3, **AROUND),
        node("Transpose", ["c"], "l", perm=TO_LAST),
        node("Add", ["l", "b"], "y"),
    ]
    weights = {"w": KERNEL[:3, :1], "b": BIAS[:3]}
    path = save(tmp_path / "m.onnx", nodes, weights, {"x": [1, 8, 8, 3]})
    assert told(aligned(DEPTHWISE, path)) == []


def test_a_kernel_of_one_row_has_nothing_to_spread(tmp_path):
    nodes = [node("Conv", ["x", "w", "b"], "y", dilations=[2, 3])]
    weights = {"w": KERNEL[:, :, :1, :1], "b": BIAS}
    path = save(tmp_path / "m.onnx", nodes, weights, {"x": [1, 3, 8, 8]})
    table = SCALED.replace("  - [s, Rescaling, 0.5, ~, ~, ~]\n", "")
    assert told(aligned(table.replace("3x3", "1x1"), path)) == []
