"""What belongs to the layer before it, unless another takes that layer's value."""

import pytest

pytest.importorskip("onnx")

from alignment.onnx_by_hand import Graph, compare, told

ENLARGED = "type: Conv2DTranspose, patch: 3x3, filters: 6"
CUT = "type: Cropping2D, cropping: [[1, 0], [0, 2]], from: r0"
CONV = "type: Conv2D, patch: 1x1, filters: 6"
NORMALISED = "type: LayerNormalization"


def both(*rows):
    """Return rows of which the last is added to what the first gives, both as means."""
    means = [
        f"type: GlobalAveragePooling2D, from: {name}"
        for name in ("r0", f"r{len(rows) - 1}")
    ]
    names = f"[r{len(rows)}, r{len(rows) + 1}]"
    return (*rows, *means, f"type: concatenate, from: {names}")


def joined(graph, *values):
    """Return the means of values, one after the other."""
    means = [graph.add("GlobalAveragePool", each) for each in values]
    return graph.add("Concat", *means, axis=1)


def enlarged(graph, kernel, **attributes):
    return graph.add("ConvTranspose", "x", kernel, graph.weights(6), **attributes)


def cut(graph, value):
    return graph.add("Slice", value, [1, 0], [10, 8], [2, 3])


def test_an_enlargement_that_is_taken_whole_and_cut_has_its_weights_once(tmp_path):
    graph = Graph(1, 6, 8, 8)
    whole = enlarged(graph, graph.weights(6, 6, 3, 3))
    output = joined(graph, whole, cut(graph, whole))
    assert told(compare(tmp_path, graph, output, *both(ENLARGED, CUT))) == []


def test_two_enlargements_with_one_kernel_share_it(tmp_path):
    graph = Graph(1, 6, 8, 8)
    kernel = graph.weights(6, 6, 3, 3)
    pads = {"pads": [1, 0, 0, 2]}
    output = joined(graph, enlarged(graph, kernel), enlarged(graph, kernel, **pads))
    assert compare(tmp_path, graph, output, *both(ENLARGED, CUT)).differs


@pytest.mark.thorough
def test_cuts_one_after_the_other_are_one(tmp_path):
    graph = Graph(1, 6, 8, 8)
    whole = enlarged(graph, graph.weights(6, 6, 3, 3))
    rows = graph.add("Slice", whole, [1], [10], [2])
    output = joined(graph, whole, graph.add("Slice", rows, [0], [8], [3]))
    assert told(compare(tmp_path, graph, output, *both(ENLARGED, CUT))) == []
    output = joined(graph, whole, graph.add("Slice", rows, [1], [9], [3]))
    assert compare(tmp_path, graph, output, *both(ENLARGED, CUT)).differs


@pytest.mark.thorough
def test_numbers_that_are_added_beside_the_layer_itself_are_no_bias(tmp_path):
    graph = Graph(1, 6, 8, 8)
    conv = graph.add("Conv", "x", graph.weights(6, 6, 1, 1))
    output = joined(graph, conv, graph.add("Add", conv, 0.5))
    plain = f"{CONV}, use_bias: false"
    moved = "type: Rescaling, scale: 1, offset: 0.5"
    assert told(compare(tmp_path, graph, output, *both(plain, moved))) == []
    graph = Graph(1, 6, 8, 8)
    conv = graph.add("Conv", "x", graph.weights(6, 6, 1, 1))
    output = joined(graph, conv, graph.add("Add", conv, graph.weights(6, 1, 1)))
    assert compare(tmp_path, graph, output, *both(CONV, moved)).differs


def test_a_normalisation_that_is_taken_as_it_is_and_scaled_is_one(tmp_path):
    graph = Graph(1, 6, 8, 8)
    last = graph.add("Transpose", "x", perm=[0, 2, 3, 1])
    ones = (graph.hold([1.0] * 6), graph.hold([0.0] * 6))
    whole = graph.add("LayerNormalization", last, *ones, axis=-1, epsilon=0.001)
    scaled = graph.add("Mul", whole, graph.weights(6))
    values = [graph.add("Transpose", e, perm=[0, 3, 1, 2]) for e in (whole, scaled)]
    output = joined(graph, *values)
    rows = both(NORMALISED, "type: Scale, center: false")
    assert told(compare(tmp_path, graph, output, *rows)) == []
