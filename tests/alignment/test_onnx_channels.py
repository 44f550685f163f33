"""Choices of channels and spatial attention against ONNX files, however exported."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from alignment.channels_by_hand import TABLE  # noqa: E402
from alignment.onnx_writing import write_onnx  # noqa: E402
from onnx import TensorProto, helper, numpy_helper  # noqa: E402

from archcompiler.alignment.aligning import align  # noqa: E402
from archcompiler.checking.checking import examine  # noqa: E402
from archcompiler.reading.opening import open_model  # noqa: E402

TO_THE_END = 2**63 - 1
LEFT = """\
name: left
input: 8x8x6
table:
  columns: [name, type, patch, filters, start, stop]
  rows:
  - [left, ChannelSlice, ~, ~, 1, 3]
  - [conv, Conv2D, 1x1, 4]
"""
MAP = """\
name: map
input: 8x8x6
table:
  columns: [name, type, patch, filters]
  rows:
  - [map, ChannelMaxPooling]
  - [conv, Conv2D, 1x1, 4]
"""


@pytest.fixture
def find(tmp_path, write_spec):
    """Return what a file does otherwise whose 1x1 convolution takes the value `cut`."""

    def build(text, nodes, channels, opset=17, **numbers):
        value, path = helper.make_tensor_value_info, tmp_path / "model.onnx"
        weight = numpy_helper.from_array(_zeros(4, channels, 1, 1), "weight")
        bias = numpy_helper.from_array(_zeros(4), "bias")
        conv = helper.make_node("Conv", ["cut", "weight", "bias"], ["out"], name="conv")
        graph = helper.make_graph(
            [*nodes, conv],
            "graph",
            [value("x", TensorProto.FLOAT, [1, 6, 8, 8])],
            [value("out", TensorProto.FLOAT, None)],
            [weight, bias, *(_whole(name, each) for name, each in numbers.items())],
        )
        opsets = [helper.make_opsetid("", opset)]
        onnx.save(helper.make_model(graph, opset_imports=opsets, ir_version=8), path)
        spec = write_spec(text)
        return told(spec, open_model(str(path)))

    return build


def _zeros(*shape):
    return np.zeros(shape, "float32")


def _whole(name, numbers):
    return numpy_helper.from_array(np.asarray(numbers), name)


def told(spec, model):
    found = align(examine(spec).architecture, model).findings
    return [each[:1] + each[2:5] for each in found]


def node(kind, inputs, outputs=("cut",), **attributes):
    return helper.make_node(kind, inputs, outputs, name=kind.lower(), **attributes)


SLICE = node("Slice", ["x", "starts", "ends", "axes", "steps"])


# An export as PyTorch writes it ----------------------------------------------


@pytest.fixture
def export(tmp_path):
    def write(spec, **options):
        path = tmp_path / "model.onnx"
        return open_model(write_onnx(path, examine(spec).architecture, **options))

    return write


def test_slices_and_reductions_of_an_export_are_known(write_spec, export):
    spec = write_spec(TABLE)
    model = export(spec)
    assert told(spec, model) == []
    assert model.network.unknown == ()


def cut_before(node):
    """Return slices that begin or end a channel earlier."""
    limits = {key: getattr(node.op, key, None) for key in ("start", "stop")}
    moved = {key: limit - 1 for key, limit in limits.items() if limit}
    return node.op.model_copy(update=moved)


def test_slices_elsewhere_in_an_export_are_told(write_spec, export):
    spec = write_spec(TABLE)
    found = told(spec, export(spec, change=cut_before))
    assert [row for row, *_ in found] == ["path"] * 4
    assert {each[1:] for each in found} == {("start", "8", "7"), ("stop", "8", "7")}


# Slices -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "numbers",
    [
        {"starts": [1], "ends": [3], "axes": [1], "steps": [1]},
        {"starts": [-5], "ends": [-3], "axes": [-3], "steps": [1]},
        {
            "starts": [0, 1, 0, 0],
            "ends": [TO_THE_END, 3, TO_THE_END, 2**31 - 1],
            "axes": [0, 1, 2, 3],
            "steps": [1, 1, 1, 1],
        },
    ],
)
def test_a_slice_of_channels_is_known(find, numbers):
    assert find(LEFT, [SLICE], 2, **numbers) == []


def test_a_slice_without_axes_begins_at_the_first(find):
    slices = node("Slice", ["x", "starts", "ends"])
    assert find(LEFT, [slices], 2, starts=[0, 1], ends=[TO_THE_END, 3]) == []


def test_a_slice_of_an_old_file_is_known(find):
    slices = node("Slice", ["x"], axes=[1], starts=[1], ends=[3])
    assert find(LEFT, [slices], 2, opset=9) == []


@pytest.mark.thorough
def test_a_slice_of_channels_that_are_last_is_known(find):
    nodes = [
        helper.make_node("Transpose", ["x"], ["last"], name="a", perm=[0, 2, 3, 1]),
        node("Slice", ["last", "starts", "ends", "axes"], ["part"]),
        helper.make_node("Transpose", ["part"], ["cut"], name="b", perm=[0, 3, 1, 2]),
    ]
    assert find(LEFT, nodes, 2, starts=[1], ends=[3], axes=[3]) == []


@pytest.mark.parametrize(
    ("numbers", "channels"),
    [
        ({"starts": [1], "ends": [5], "axes": [1], "steps": [2]}, 2),
        ({"starts": [0], "ends": [0], "axes": [0], "steps": [1]}, 6),
    ],
)
def test_every_other_channel_and_no_batch_are_unknown(find, numbers, channels):
    found = find(LEFT, [SLICE], channels, **numbers)
    assert ("left", "unknown layer", "channel slice", "Slice") in found


CUT = """\
name: cut
input: 8x8x6
table:
  columns: [name, type, patch, filters]
  rows:
  - {name: left, type: Cropping2D, cropping: [[1, 2], [3, 0]]}
  - [conv, Conv2D, 1x1, 4]
"""
ROWS = {"starts": [1], "ends": [6], "axes": [2]}


@pytest.mark.parametrize("end", [8, TO_THE_END])
def test_rows_and_columns_that_are_cut_off_are_a_cropping(find, end):
    both = {"starts": [1, 3], "ends": [-2, end], "axes": [-2, 3]}
    at_once = node("Slice", ["x", "starts", "ends", "axes"])
    assert find(CUT, [at_once], 6, **both) == []
    rows = node("Slice", ["x", "starts", "ends", "axes"], ["rows"])
    columns = node("Slice", ["rows", "from", "to", "along"])
    numbers = {**ROWS, "from": [3], "to": [end], "along": [3]}
    assert find(CUT, [rows, columns], 6, **numbers) == []


def test_rows_that_are_cut_off_beside_channels_are_both_told(find):
    numbers = {"starts": [1, 2], "ends": [3, 4], "axes": [1, 2], "steps": [1, 1]}
    found = find(LEFT, [SLICE], 2, **numbers)
    assert found == [("left", "extra layer", "none", "cropping")]


ENLARGED = """\
name: enlarged
input: 8x8x6
table:
  columns: [name, type, patch, filters, padding]
  rows:
  - [left, Conv2DTranspose, 4x4/2, 5, same]
  - [conv, Conv2D, 1x1, 4]
"""


def test_what_is_cut_off_behind_an_enlargement_is_its_own(find):
    enlarged = node("ConvTranspose", ["x", "kernel"], ["whole"], strides=[2, 2])
    bias = node("Add", ["part", "offset"])
    slices = node("Slice", ["whole", "starts", "ends", "axes"], ["part"])
    weights = {"kernel": np.zeros((6, 5, 4, 4), "float32")}
    weights["offset"] = np.zeros((5, 1, 1), "float32")
    edges = {"starts": [1, 1], "ends": [17, 17], "axes": [2, 3]}
    nodes = [enlarged, slices, bias]
    assert find(ENLARGED, nodes, 5, **weights, **edges) == []
    edges = {"starts": [0, 1], "ends": [16, 17], "axes": [2, 3]}
    found = find(ENLARGED, nodes, 5, **weights, **edges)
    assert found == [("left", "cropping", "1", "0+2 x 1")]


def test_a_slice_whose_limits_are_computed_is_unknown(find):
    nodes = [
        node("NonZero", ["x"], ["places"]),
        node("Shape", ["places"], ["starts"], start=1),
        SLICE,
    ]
    found = find(LEFT, nodes, 2, ends=[3], axes=[1], steps=[1])
    assert ("left", "unknown layer", "channel slice", "Slice") in found


def test_a_slice_of_everything_is_nothing(find):
    whole = {"starts": [0], "ends": [TO_THE_END], "axes": [1], "steps": [1]}
    found = find(LEFT, [SLICE], 6, **whole)
    assert found == [("left", "missing layer", "channel slice", "none")]


# Splits -----------------------------------------------------------------------


def test_a_part_of_a_split_is_a_slice(find):
    split = node("Split", ["x", "sizes"], ["first", "cut", "last"], axis=1)
    assert find(LEFT, [split], 2, sizes=[1, 2, 3]) == []
    found = find(LEFT, [split], 2, sizes=[2, 2, 2])
    assert found == [("left", "start", "1", "2"), ("left", "stop", "3", "4")]


def test_equal_parts_of_a_split_are_slices(find):
    split = node("Split", ["x"], ["first", "cut", "last"], axis=1)
    found = find(LEFT, [split], 2)
    assert found == [("left", "start", "1", "2"), ("left", "stop", "3", "4")]


def test_a_split_of_rows_is_unknown(find):
    split = node("Split", ["x", "sizes"], ["first", "cut"], axis=2)
    found = find(LEFT, [split], 6, sizes=[4, 4])
    assert ("left", "unknown layer", "channel slice", "Split") in found


# Reductions -------------------------------------------------------------------


@pytest.mark.parametrize("axis", [1, -3])
def test_a_largest_channel_is_channel_pooling(find, axis):
    assert find(MAP, [node("ReduceMax", ["x"], axes=[axis])], 1) == []


def test_a_largest_channel_may_lose_its_axis_and_get_it_back(find):
    nodes = [
        node("ReduceMax", ["x"], ["flat"], axes=[1], keepdims=0),
        node("Unsqueeze", ["flat", "axis"]),
    ]
    assert find(MAP, nodes, 1, axis=[1]) == []


def test_the_mean_in_place_of_the_largest_channel_is_told(find):
    found = find(MAP, [node("ReduceMean", ["x"], axes=[1])], 1)
    assert found == [("map", "layer", "channel max pooling", "channel average pooling")]


def test_the_largest_of_a_row_is_unknown(find):
    found = find(MAP, [node("ReduceMax", ["x"], axes=[2])], 6)
    assert ("map", "unknown layer", "channel max pooling", "ReduceMax") in found
