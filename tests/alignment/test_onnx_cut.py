"""Rows and columns cut off behind a window that pads: that window, padded less."""

import pytest

pytest.importorskip("onnx")

from alignment.onnx_by_hand import Graph, compare, told

DEPTHWISE = "type: DepthwiseConv2D, patch: 5x5, strides: 2, padding: same"
POINT = "type: Conv2D, patch: 1x1, filters: 4"
FIRST = [1, 1]
"""What is cut off: the first row and column."""


def cut(graph, value, starts=FIRST, ends=(99, 99)):
    return graph.add("Slice", value, list(starts), list(ends), [2, 3])


def convolved(graph, pads=(3, 3, 2, 2)):
    """Stride over more zeros than needed, then see each position by itself."""
    words = {"group": 6, "strides": [2, 2], "pads": pads}
    wide = graph.add("Conv", "x", graph.weights(6, 1, 5, 5), graph.weights(6), **words)
    return graph.add("Conv", wide, graph.weights(4, 6, 1, 1), graph.weights(4))


def test_what_is_cut_off_was_padded_too_much(tmp_path):
    graph = Graph(1, 6, 8, 10)
    output = graph.add("Softsign", cut(graph, convolved(graph)))
    rows = (DEPTHWISE, POINT, "type: softsign")
    found = compare(tmp_path, graph, output, *rows)
    assert (told(found), found.differs) == ([], False)
    assert found.totals.model_macs == found.totals.table_macs


@pytest.mark.parametrize(
    ("starts", "ends"), [((1, 0), (99, 99)), ((0, 0), (99, 99)), ((0, 0), (-1, -1))]
)
def test_what_is_cut_off_otherwise_is_told(starts, ends, tmp_path):
    graph = Graph(1, 6, 8, 10)
    output = graph.add("Softsign", cut(graph, convolved(graph), starts, ends))
    pads = "type: ZeroPadding2D, padding: [[1, 2], [1, 2]]"
    valid = DEPTHWISE.replace("same", "valid")
    rows = (pads, valid, POINT, "type: softsign")
    assert compare(tmp_path, graph, output, *rows).differs


def test_what_is_taken_whole_as_well_is_cut_off(tmp_path):
    graph = Graph(1, 6, 8, 10)
    whole = convolved(graph)
    small = graph.add("GlobalAveragePool", whole)
    output = graph.add("Mul", cut(graph, whole), small)
    found = told(compare(tmp_path, graph, output, DEPTHWISE, POINT, "type: softsign"))
    assert any("cropping" in each[3] for each in found)


@pytest.mark.parametrize(
    ("kind", "unseen"), [("Max", "minus infinity"), ("Average", "left out")]
)
def test_pooling_that_is_cut_off_sees_less_around_it(kind, unseen, tmp_path):
    """The zeros that are written count, and what the pooling puts around doesn't."""
    graph = Graph(1, 6, 8, 8)
    words = {"kernel_shape": [3, 3], "strides": [2, 2], "pads": [1, 1, 1, 1]}
    padded = graph.add("Pad", "x", [0, 0, 1, 1, 0, 0, 0, 0])
    pooled = graph.add(f"{kind}Pool", padded, **words)
    output = graph.add("Softsign", cut(graph, pooled))
    layer = f"type: {kind}Pooling2D, patch: 3x3, strides: 2"
    same = (f"{layer}, padding: same", "type: softsign")
    assert told(compare(tmp_path, graph, output, *same)) == []
    zeros = "type: ZeroPadding2D, padding: [[0, 1], [0, 1]]"
    found = told(compare(tmp_path, graph, output, zeros, layer, "type: softsign"))
    assert [each[1:] for each in found] == [("border", "zeros", unseen)]


def test_zeros_that_are_cut_off_again_are_less_padding(tmp_path):
    graph = Graph(1, 6, 8, 8)
    padded = graph.add("Pad", "x", [0, 0, 2, 3, 0, 0, 1, 1])
    kernel = graph.weights(4, 6, 3, 3), graph.weights(4)
    conv = graph.add("Conv", cut(graph, padded, (1, 2)), *kernel)
    output = graph.add("Softsign", graph.add("Relu", graph.add("Relu", conv)))
    row = "type: Conv2D, patch: 3x3, filters: 4, padding: same"
    rows = (row, "type: relu", "type: relu", "type: softsign")
    found = compare(tmp_path, graph, output, *rows)
    assert (told(found), found.differs) == ([], False)


def test_zeros_of_which_nothing_else_is_left_are_cut_off(tmp_path):
    graph = Graph(1, 6, 4, 4)
    padded = graph.add("Pad", "x", [0, 0, 3, 3, 0, 0, 3, 3])
    output = graph.add("Softsign", cut(graph, padded, (8, 8)))
    crop = "type: Cropping2D, cropping: [[8, 0], [8, 0]]"
    rows = ("type: ZeroPadding2D, padding: 3", crop, "type: softsign")
    assert told(compare(tmp_path, graph, output, *rows)) == []
