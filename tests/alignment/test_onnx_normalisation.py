"""Normalisations in files: one node, or many; by groups, channels or positions."""

import pytest

onnx = pytest.importorskip("onnx")

from alignment.onnx_by_hand import Graph, compare, told  # noqa: E402

GROUPS = "type: GroupNormalization, groups: 2"


def moved(graph, value, channels=8):
    """Scale and shift each channel, as exporters do it behind a normalisation."""
    scaled = graph.add("Mul", value, graph.weights(channels, 1, 1))
    return graph.add("Add", scaled, graph.weights(channels, 1, 1))


def by_instances(graph, groups, factor=1.0):
    """Write it as PyTorch does: groups become channels of a long image."""
    apart = graph.add("Reshape", "x", [0, groups, -1])
    plain = [graph.hold([number] * groups) for number in (factor, 0.0)]
    normal = graph.add("InstanceNormalization", apart, *plain)
    return moved(graph, graph.add("Reshape", normal, [1, 8, 4, 4]))


def whitened(graph, value, axes):
    """Write `(x - mean) / sqrt(variance + epsilon)`."""
    centred = graph.add("Sub", value, graph.add("ReduceMean", value, axes))
    variance = graph.add("ReduceMean", graph.add("Pow", centred, 2.0), axes)
    root = graph.add("Sqrt", graph.add("Add", variance, 1e-5))
    return graph.add("Div", centred, root)


def by_means(graph, groups):
    apart = graph.add("Reshape", "x", [1, groups, 8 // groups, 4, 4])
    normal = whitened(graph, apart, [2, 3, 4])
    return moved(graph, graph.add("Reshape", normal, [1, 8, 4, 4]))


def in_one_node(graph, groups):
    numbers = (graph.weights(8), graph.weights(8))
    return graph.add("GroupNormalization", "x", *numbers, num_groups=groups)


@pytest.mark.parametrize("write", [by_instances, by_means, in_one_node])
def test_groups_are_told_however_they_are_written(write, tmp_path):
    graph = Graph(1, 8, 4, 4, opset=21 if write is in_one_node else 18)
    alignment = compare(tmp_path, graph, write(graph, 2), GROUPS)
    assert not alignment.differs
    other = compare(tmp_path, graph, write(graph, 4), GROUPS)
    assert told(other) == [("r0", "groups", "2", "4")]


def test_a_strict_comparison_knows_the_epsilon_of_one_node(tmp_path):
    graph = Graph(1, 8, 4, 4, opset=21)
    output, rows = in_one_node(graph, 2), [f"{GROUPS}, epsilon: 0.00001"]
    assert told(compare(tmp_path, graph, output, *rows, strict=True)) == []
    found = told(compare(tmp_path, graph, output, GROUPS, strict=True))
    assert found == [("r0", "epsilon", "0.001", "1e-05")]
    assert not compare(tmp_path, graph, output, GROUPS).differs


def test_groups_that_a_file_scales_apart_are_no_scale_of_channels(tmp_path):
    graph = Graph(1, 8, 4, 4)
    alignment = compare(tmp_path, graph, by_instances(graph, 2, factor=0.5), GROUPS)
    assert "unknown layer" in [each[1] for each in told(alignment)]


@pytest.mark.parametrize("is_written_out", [False, True])
def test_instances_are_groups_of_one_channel(is_written_out, tmp_path):
    graph = Graph(1, 8, 4, 4)
    numbers = (graph.weights(8), graph.weights(8))
    if is_written_out:
        output = moved(graph, whitened(graph, "x", [2, 3]))
    else:
        output = graph.add("InstanceNormalization", "x", *numbers)
    row = "type: GroupNormalization, groups: 8"
    assert not compare(tmp_path, graph, output, row).differs
    assert told(compare(tmp_path, graph, output, GROUPS)) == [
        ("r0", "groups", "2", "8")
    ]


def test_a_layer_normalisation_that_is_written_out_is_one(tmp_path):
    graph = Graph(1, 8, 4, 4)
    output = moved(graph, whitened(graph, "x", [1]))
    assert not compare(tmp_path, graph, output, "type: LayerNormalization").differs


@pytest.mark.thorough
@pytest.mark.parametrize("axes", [[1, 2, 3], [2], [3]])
def test_means_along_other_axes_are_no_layer_normalisation(axes, tmp_path):
    graph = Graph(1, 8, 4, 4)
    output = moved(graph, whitened(graph, "x", axes))
    assert compare(tmp_path, graph, output, "type: LayerNormalization").findings


@pytest.mark.thorough
def test_unlike_means_are_no_normalisation(tmp_path):
    """The variance of the square is that of another value than the mean's."""
    graph = Graph(1, 8, 4, 4)
    centred = graph.add("Sub", "x", graph.add("ReduceMean", "x", [1]))
    other = graph.add("Sub", "x", graph.add("ReduceMean", "x", [2]))
    variance = graph.add("ReduceMean", graph.add("Mul", other, other), [1])
    root = graph.add("Sqrt", graph.add("Add", variance, 1e-5))
    output = moved(graph, graph.add("Div", centred, root))
    assert compare(tmp_path, graph, output, "type: LayerNormalization").findings


@pytest.mark.parametrize("axis", [1, -1])
def test_a_layer_normalisation_is_one_of_the_last_axis(axis, tmp_path):
    graph = Graph(1, 8, 4, 4)
    last = graph.add("Transpose", "x", perm=[0, 2, 3, 1])
    shape = (8,) if axis == -1 else (4, 4, 8)
    numbers = (graph.weights(*shape), graph.weights(*shape))
    normal = graph.add("LayerNormalization", last, *numbers, axis=axis)
    output = graph.add("Transpose", normal, perm=[0, 3, 1, 2])
    alignment = compare(tmp_path, graph, output, "type: LayerNormalization")
    assert alignment.differs is (axis == 1)


def normal_of_batch(graph, value, **attributes):
    words = [graph.weights(8) for _ in range(4)]
    return graph.add("BatchNormalization", value, *words, **attributes)


def test_a_scale_behind_a_normalisation_is_its_own(tmp_path):
    graph = Graph(1, 8, 4, 4)
    output = graph.add("Relu", moved(graph, normal_of_batch(graph, "x")))
    rows = ("type: BatchNormalization", "type: relu")
    assert told(compare(tmp_path, graph, output, *rows)) == []


def test_a_normalisation_by_its_own_batch_is_none_by_numbers(tmp_path):
    graph = Graph(1, 8, 4, 4)
    output = graph.add("Relu", normal_of_batch(graph, "x"))
    graph.nodes[-2].attribute.append(onnx.helper.make_attribute("training_mode", 1))
    graph.nodes[-2].output.extend(["mean", "variance"])
    rows = ("type: BatchNormalization", "type: relu")
    found = told(compare(tmp_path, graph, output, *rows))
    assert [each[1] for each in found] == ["unknown layer"]


def test_neighbours_in_the_image_are_no_neighbouring_channels(tmp_path):
    graph = Graph(1, 8, 8, 8)
    square = graph.add("Mul", "x", "x")
    sides = {"kernel_shape": [5, 5], "pads": [2, 2, 2, 2]}
    mean = graph.add("Mul", graph.add("AveragePool", square, **sides), 1e-4)
    root = graph.add("Pow", graph.add("Add", mean, 1.0), 0.75)
    output = graph.add("Div", "x", root)
    row = "type: LocalResponseNormalization"
    assert compare(tmp_path, graph, output, row).findings


# A factor and an offset of each channel, whatever they were -----------------------

NORMAL = "type: BatchNormalization"
SCALE = "type: Scale"
DATA = "type: Normalization"
ROWS = {"one": [NORMAL], "scale": [SCALE], "data": [DATA], "two": [NORMAL, SCALE]}
WAYS = {
    "normalisation": lambda g, x: normal_of_batch(g, x),
    "numbers": moved,
    "both": lambda g, x: moved(g, normal_of_batch(g, x)),
    "centred": lambda g, x: g.add(
        "Div", g.add("Sub", x, g.weights(8, 1, 1)), g.weights(8, 1, 1)
    ),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("rows", ROWS)
def test_what_scales_and_shifts_channels_is_one_thing_in_a_file(rows, way, tmp_path):
    graph = Graph(1, 8, 4, 4)
    start = graph.add("Relu", "x")
    output = graph.add("Sigmoid", WAYS[way](graph, start))
    table = ("type: relu", *ROWS[rows], "type: sigmoid")
    alignment = compare(tmp_path, graph, output, *table)
    assert told(alignment) == []
    assert not alignment.differs


@pytest.mark.parametrize(
    "row",
    ["type: LayerScale", "type: Scale, center: false", "type: LayerNormalization"],
)
def test_what_does_less_or_more_is_told(row, tmp_path):
    graph = Graph(1, 8, 4, 4)
    output = graph.add("Relu", moved(graph, "x"))
    assert compare(tmp_path, graph, output, row, "type: relu").findings


@pytest.mark.parametrize("row", [NORMAL, SCALE, DATA])
def test_a_factor_alone_is_no_normalisation(row, tmp_path):
    graph = Graph(1, 8, 4, 4)
    output = graph.add("Relu", graph.add("Mul", "x", graph.weights(8, 1, 1)))
    assert compare(tmp_path, graph, output, row, "type: relu").findings
    row = "type: LayerScale"
    assert not compare(tmp_path, graph, output, row, "type: relu").differs


def test_behind_weights_too(tmp_path):
    graph = Graph(1, 8, 4, 4)
    conv = graph.add("Conv", "x", graph.weights(8, 8, 1, 1))
    output = graph.add("Relu", moved(graph, conv))
    conv = "type: Conv2D, patch: 1x1, filters: 8, use_bias: false"
    alignment = compare(tmp_path, graph, output, conv, NORMAL, "type: relu")
    assert not alignment.differs
    assert "factor and an offset of each channel" in alignment.notes[0]
