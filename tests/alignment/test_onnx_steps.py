"""Slices of an ONNX file that leave rows and columns out, alone and behind a layer."""

import pytest

pytest.importorskip("onnx")

from alignment.onnx_by_hand import Graph, compare, told

CONV = "type: DepthwiseConv2D, patch: 2x2, dilation_rate: 2x2, padding: same"
EVERY_OTHER = "type: MaxPooling2D, patch: 1x1, strides: 2x2"


def stepped(g, value, start=0, down=2, right=2):
    """Keep some of the rows and columns."""
    end = 10**9
    return g.add("Slice", value, [start, start], [end, end], [2, 3], [down, right])


def convolved(g, bias=False):
    """Convolve as tf2onnx does what strides and is dilated: padded before, dense."""
    padded = g.add("Pad", "x", [0, 0, 1, 0, 0, 0, 1, 1])
    words = {"group": 6, "dilations": [2, 2]}
    numbers = [g.weights(6, 1, 2, 2), *([g.weights(6)] if bias else [])]
    return g.add("Conv", padded, *numbers, **words)


@pytest.mark.parametrize(("height", "width"), [(9, 8), (8, 8), (9, 9)])
def test_every_other_position_of_an_image_is_a_window_of_one(height, width, tmp_path):
    graph = Graph(1, 6, height, width)
    output = graph.add("Softsign", stepped(graph, "x"))
    found = compare(tmp_path, graph, output, EVERY_OTHER, "type: softsign")
    assert told(found) == []


def test_positions_that_begin_later_are_told(tmp_path):
    graph = Graph(1, 6, 9, 9)
    output = graph.add("Softsign", stepped(graph, "x", start=1))
    found = compare(tmp_path, graph, output, EVERY_OTHER, "type: softsign")
    assert found.differs


@pytest.mark.parametrize(("down", "right"), [(2, 1), (3, 3), (1, 2)])
def test_other_steps_are_told(down, right, tmp_path):
    graph = Graph(1, 6, 9, 9)
    output = graph.add("Softsign", stepped(graph, "x", down=down, right=right))
    found = compare(tmp_path, graph, output, EVERY_OTHER, "type: softsign")
    assert found.differs


@pytest.mark.parametrize("bias", [False, True])
def test_a_layer_of_which_every_other_position_is_kept_strides(bias, tmp_path):
    graph = Graph(1, 6, 9, 8)
    kept = stepped(graph, convolved(graph))
    value = graph.add("Add", kept, graph.weights(6, 1, 1)) if bias else kept
    row = f"{CONV}, strides: 2, use_bias: {bias}".lower()
    row = row.replace("depthwiseconv2d", "DepthwiseConv2D")
    output = graph.add("Softsign", value)
    found = compare(tmp_path, graph, output, row, "type: softsign")
    assert (told(found), found.differs) == ([], False)
    assert found.totals.model_macs == found.totals.table_macs


def test_a_layer_that_something_else_takes_does_not_stride(tmp_path):
    graph = Graph(1, 6, 9, 8)
    whole = convolved(graph)
    small = graph.add("GlobalAveragePool", whole)
    output = graph.add("Mul", stepped(graph, whole), small)
    row = f"{CONV}, strides: 2, use_bias: false"
    assert compare(tmp_path, graph, output, row, "type: softsign").differs


def test_another_stride_is_told_as_one(tmp_path):
    graph = Graph(1, 6, 9, 8)
    output = graph.add("Softsign", stepped(graph, convolved(graph), right=1))
    row = f"{CONV}, strides: 2, use_bias: false"
    found = told(compare(tmp_path, graph, output, row, "type: softsign"))
    assert found == [("r0", "stride", "2", "2x1")]


def test_channels_are_not_left_out_one_by_one(tmp_path):
    graph = Graph(1, 6, 8, 8)
    output = graph.add("Slice", "x", [0], [6], [1], [2])
    found = told(compare(tmp_path, graph, output, "type: relu"))
    assert "unknown layer" in {each[1] for each in found}


def test_positions_from_the_end_are_not_read(tmp_path):
    graph = Graph(1, 6, 8, 8)
    output = graph.add("Slice", "x", [-1], [-100], [2], [-1])
    found = told(compare(tmp_path, graph, output, "type: relu"))
    assert "unknown layer" in {each[1] for each in found}
