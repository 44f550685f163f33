"""Files that lay elements out anew, enlarge, pad and cut: told as what they do."""

import itertools

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from alignment.onnx_by_hand import Graph, compare, told  # noqa: E402

from archcompiler.models.errors import ModelError  # noqa: E402

SHUFFLE = "type: ChannelShuffle, groups: 3"


def turned(graph, apart, order, together, value="x"):
    """Take axes apart, turn them, and put them together again."""
    parts = graph.add("Reshape", value, apart)
    return graph.add("Reshape", graph.add("Transpose", parts, perm=order), together)


REARRANGED = {
    SHUFFLE: (12, 4, 6, [1, 3, 4, 4, 6], [0, 2, 1, 3, 4], [1, 12, 4, 6]),
    "type: ChannelShuffle, groups: 4": (
        *(12, 4, 6),
        *([1, 4, 3, 24], [0, 2, 1, 3], [1, 12, 4, 6]),
    ),
    "type: SpaceToDepth, block_size: 2": (
        *(3, 4, 6),
        *([1, 3, 2, 2, 3, 2], [0, 3, 5, 1, 2, 4], [1, 12, 2, 3]),
    ),
    "type: DepthToSpace, block_size: 2": (
        *(12, 4, 6),
        *([1, 2, 2, 3, 4, 6], [0, 3, 4, 1, 5, 2], [1, 3, 8, 12]),
    ),
}


@pytest.mark.parametrize("row", REARRANGED)
def test_axes_that_are_turned_are_the_op_that_they_are(row, tmp_path):
    channels, height, width, apart, order, together = REARRANGED[row]
    graph = Graph(1, channels, height, width)
    output = turned(graph, apart, order, together)
    assert told(compare(tmp_path, graph, output, row)) == []


@pytest.mark.thorough
@pytest.mark.parametrize("row", REARRANGED)
def test_two_axes_that_change_places_are_told(row, tmp_path):
    order = REARRANGED[row][4]
    for one, other in itertools.combinations(range(1, len(order)), 2):
        wrong = [*order]
        wrong[one], wrong[other] = order[other], order[one]
        assert_told(row, wrong, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("row", REARRANGED)
def test_axes_in_any_other_order_are_not(row, tmp_path):
    order = REARRANGED[row][4]
    for rest in itertools.permutations(range(1, len(order))):
        if [0, *rest] != order:
            assert_told(row, [0, *rest], tmp_path)


def assert_told(row, order, folder):
    """Turn the axes of a row to another order than its own: that is a finding."""
    channels, height, width, apart, _, together = REARRANGED[row]
    graph = Graph(1, channels, height, width)
    output = turned(graph, apart, order, together)
    assert compare(folder, graph, output, row).findings, order


def test_a_shuffle_of_other_groups_is_told(tmp_path):
    graph = Graph(1, 12, 4, 6)
    output = turned(graph, [1, 4, 3, 4, 6], [0, 2, 1, 3, 4], [1, 12, 4, 6])
    found = told(compare(tmp_path, graph, output, SHUFFLE))
    assert found == [("r0", "groups", "3", "4")]


@pytest.mark.thorough
def test_a_shuffle_with_channels_last_is_one(tmp_path):
    graph = Graph(1, 12, 4, 6)
    last = graph.add("Transpose", "x", perm=[0, 2, 3, 1])
    apart, order = [1, 4, 6, 3, 4], [0, 1, 2, 4, 3]
    mixed = turned(graph, apart, order, [1, 4, 6, 12], last)
    first = turned(graph, apart, [0, 1, 2, 3, 4], [1, 4, 6, 12], last)
    for value, is_shuffled in ((mixed, True), (first, False)):
        output = graph.add("Relu", value)
        alignment = compare(tmp_path, graph, output, SHUFFLE, "type: relu")
        assert alignment.differs is not is_shuffled


REACHED = (
    "type: Reshape, target_shape: 4x3x4",
    "type: MaxPooling2D, patch: 3x3/1, padding: same",
)
ORDERS = [*itertools.permutations((1, 2, 3))]


@pytest.mark.thorough
@pytest.mark.parametrize("before", ORDERS)
def test_a_reshape_is_the_one_that_moves_each_element_to_the_same_place(
    before, tmp_path
):
    x = np.arange(48).reshape(1, 4, 2, 6)
    expected = np.moveaxis(x, 1, -1).reshape(1, 4, 3, 4)
    verdicts = set()
    for sizes, after in itertools.product({*itertools.permutations((4, 3, 4))}, ORDERS):
        reached = x.transpose(0, *before).reshape(1, *sizes).transpose(0, *after)
        if reached.shape != (1, 4, 4, 3):
            continue
        graph = Graph(1, 4, 2, 6)
        y = graph.add("Reshape", turn(graph, "x", before), [1, *sizes])
        y = graph.add(
            "MaxPool", turn(graph, y, after), kernel_shape=[3, 3], pads=[1, 1, 1, 1]
        )
        is_same = np.array_equal(np.moveaxis(reached, 1, -1), expected)
        assert compare(tmp_path, graph, y, *REACHED).differs is not is_same
        verdicts.add(is_same)
    assert False in verdicts


def turn(graph, value, order):
    """Put the axes of each sample in an order."""
    return graph.add("Transpose", value, perm=[0, *order])


# Enlarging -------------------------------------------------------------------

WAYS = ("asymmetric", "half_pixel", "pytorch_half_pixel", "align_corners")
NEAREST = ("floor", "ceil", "round_prefer_floor", "round_prefer_ceil")


@pytest.mark.parametrize("factor", [2, 3, 4])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("nearest", NEAREST)
def test_the_nearest_is_what_the_numbers_say(nearest, way, factor, tmp_path):
    graph = Graph(1, 1, 5, 5)
    words = {"coordinate_transformation_mode": way, "nearest_mode": nearest}
    scales = [1.0, 1.0, float(factor), float(factor)]
    output = graph.add("Resize", "x", "", scales, mode="nearest", **words)
    x = np.arange(25, dtype="float32").reshape(1, 1, 5, 5)
    repeated = x.repeat(factor, axis=2).repeat(factor, axis=3)
    is_same = np.array_equal(graph.run(output, x), repeated)
    row = f"type: UpSampling2D, size: {factor}x{factor}"
    assert compare(tmp_path, graph, output, row).differs is not is_same


@pytest.mark.parametrize("way", WAYS)
def test_between_positions_only_their_middles_count(way, tmp_path):
    graph = Graph(1, 6, 5, 5)
    words = {"coordinate_transformation_mode": way, "mode": "linear"}
    output = graph.add("Resize", "x", "", "", [1, 6, 10, 10], **words)
    row = "type: UpSampling2D, size: 2x2, interpolation: bilinear"
    is_same = "half_pixel" in way
    assert compare(tmp_path, graph, output, row).differs is not is_same


def test_an_old_upsampling_repeats(tmp_path):
    graph = Graph(1, 6, 5, 5, opset=9)
    output = graph.add("Upsample", "x", [1.0, 1.0, 2.0, 3.0], mode="nearest")
    row = "type: UpSampling2D, size: 2x3"
    assert told(compare(tmp_path, graph, output, row)) == []


@pytest.mark.parametrize("side", [1, 4])
def test_tiles_enlarge_one_position_alone(side, tmp_path):
    graph = Graph(1, 6, side, side)
    output = graph.add("Tile", "x", [1, 1, 2, 2])
    alignment = compare(tmp_path, graph, output, "type: UpSampling2D, size: 2x2")
    assert alignment.differs is (side > 1)


# Padding ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("pads", "rows"),
    [
        ([1, 0, 2, 3], ["type: ZeroPadding2D, padding: [[1, 2], [0, 3]]"]),
        ([-1, 0, -2, -1], ["type: Cropping2D, cropping: [[1, 2], [0, 1]]"]),
        (
            [-1, 1, 0, 1],
            [
                "type: Cropping2D, cropping: [[1, 0], [0, 0]]",
                "type: ZeroPadding2D, padding: [[0, 0], [1, 1]]",
            ],
        ),
    ],
)
def test_padding_may_be_unlike_and_below_zero(pads, rows, tmp_path):
    graph = Graph(1, 6, 8, 8)
    top, left, bottom, right = pads
    output = graph.add("Pad", "x", [0, 0, top, left, 0, 0, bottom, right])
    assert told(compare(tmp_path, graph, output, *rows)) == []


@pytest.mark.parametrize("mode", ["reflect", "edge"])
def test_padding_with_other_than_zeros_is_unknown(mode, tmp_path):
    graph = Graph(1, 6, 8, 8)
    output = graph.add("Pad", "x", [0, 0, 1, 1, 0, 0, 1, 1], mode=mode)
    found = told(compare(tmp_path, graph, output, "type: ZeroPadding2D"))
    assert [each[1] for each in found] == ["unknown layer"]


# Layers behind what is unknown -----------------------------------------------


def test_a_depthwise_layer_is_one_behind_an_unknown(tmp_path):
    graph = Graph(1, 6, 8, 8)
    strange = graph.add("Strange", "x", domain="somewhere")
    kernel, bias = graph.weights(6, 1, 3, 3), graph.weights(6)
    deep = graph.add("Conv", strange, kernel, bias, group=6, pads=[1] * 4)
    output = graph.add("Conv", deep, graph.weights(4, 6, 1, 1), graph.weights(4))
    rows = (
        "type: Permute, dims: 2x1x3",
        "type: DepthwiseConv2D, patch: 3x3, padding: same",
        "type: Conv2D, patch: 1x1, filters: 4",
    )
    found = told(compare(tmp_path, graph, output, *rows))
    assert [(each[0], each[1]) for each in found] == [("r0", "unknown layer")]


def test_what_no_op_can_do_is_a_finding(tmp_path):
    graph = Graph(1, 6, 9, 9)
    words = {"strides": [2, 2], "dilations": [2, 2]}
    conv = graph.add("Conv", "x", graph.weights(4, 6, 3, 3), graph.weights(4), **words)
    rows = ("type: Conv2D, patch: 3x3/2, filters: 4", "type: relu")
    found = told(compare(tmp_path, graph, graph.add("Relu", conv), *rows))
    assert found == [("r0", "unknown layer", "3x3/2 convolution, 4 filters", "Conv")]


def test_a_matrix_on_an_image_with_channels_last_is_a_1x1_convolution(tmp_path):
    graph = Graph(1, 6, 8, 8)
    last = graph.add("Transpose", "x", perm=[0, 2, 3, 1])
    product = graph.add("MatMul", last, graph.weights(6, 4))
    total = graph.add("Add", product, graph.weights(4))
    output = graph.add("Transpose", total, perm=[0, 3, 1, 2])
    row = "type: Conv2D, patch: 1x1, filters: 4"
    assert not compare(tmp_path, graph, output, row).differs


def test_a_matrix_on_the_width_of_an_image_is_unknown(tmp_path):
    graph = Graph(1, 6, 8, 8)
    output = graph.add("MatMul", "x", graph.weights(8, 6))
    row = "type: Conv2D, patch: 1x1, filters: 6, use_bias: false"
    assert compare(tmp_path, graph, output, row).findings


@pytest.mark.parametrize("is_turned", [False, True])
def test_a_row_that_is_gathered_in_its_order_is_the_same(is_turned, tmp_path):
    """PyTorch's `as_strided`, behind the mean of an image with channels last."""
    graph = Graph(1, 96, 4, 4)
    row = graph.add("Reshape", graph.add("ReduceMean", "x", [2, 3]), [-1])
    places = range(96)[::-1] if is_turned else range(96)
    image = graph.add("Gather", row, [[[[place]] for place in places]])
    output = graph.add("Conv", image, graph.weights(4, 96, 1, 1), graph.weights(4))
    rows = ("type: GlobalAveragePooling2D", "type: Dense, units: 4")
    assert compare(tmp_path, graph, output, *rows).differs is is_turned


def test_one_position_that_is_repeated_is_an_enlargement(tmp_path):
    graph = Graph(1, 6, 8, 8)
    mean = graph.add("GlobalAveragePool", "x")
    wide = graph.add("Expand", mean, [1, 6, 8, 8])
    output = graph.add("Concat", "x", wide, axis=1)
    rows = [
        "type: GlobalAveragePooling2D, keepdims: true",
        "type: UpSampling2D, size: 8x8",
        "type: concatenate, from: [input, r1]",
    ]
    assert told(compare(tmp_path, graph, output, *rows)) == []
    tall = graph.add("Expand", mean, [1, 6, 4, 8])
    output = graph.add("Conv", tall, graph.weights(4, 6, 3, 3), graph.weights(4))
    rows = [rows[0], "type: Conv2D, patch: 3x3, filters: 4, padding: same"]
    assert compare(tmp_path, graph, output, *rows).findings


@pytest.mark.parametrize("is_computed", [False, True])
def test_one_position_that_meets_many_need_not_be_repeated(is_computed, tmp_path):
    """Squeeze-and-excitation, written `x * y.expand_as(x)`; gates are global, too."""
    graph = Graph(1, 6, 8, 8)
    gate = graph.add("Sigmoid", graph.add("GlobalAveragePool", "x"))
    shape = graph.add("Shape", "x") if is_computed else [1, 6, 8, 8]
    gated = graph.add("Mul", "x", graph.add("Expand", gate, shape))
    largest = {"kernel_shape": [8, 8], "strides": [8, 8]}
    output = graph.add("MaxPool", gated, **largest)
    rows = (
        "type: GlobalAveragePooling2D, keepdims: true",
        "type: sigmoid",
        "type: multiply, from: [input, r1]",
        "type: GlobalMaxPooling2D",
    )
    assert told(compare(tmp_path, graph, output, *rows)) == []


def test_an_unknown_layer_is_one_finding_whatever_follows(tmp_path):
    """Its shape is guessed: it has no kernel."""
    graph = Graph(1, 6, 8, 8)
    first = graph.add("Conv", "x", graph.weights(8, 6, 1, 1), graph.weights(8))
    strange = graph.add("Strange", first, domain="somewhere")
    last = graph.add("Transpose", strange, perm=[0, 2, 3, 1])
    normal = graph.add("LayerNormalization", last, graph.weights(8), graph.weights(8))
    first = graph.add("Transpose", normal, perm=[0, 3, 1, 2])
    kernel = graph.weights(8, 1, 3, 3)
    output = graph.add("Conv", first, kernel, graph.weights(8), group=8)
    rows = (
        "type: Conv2D, patch: 1x1, filters: 8",
        "type: relu",
        "type: LayerNormalization",
        "type: DepthwiseConv2D, patch: 3x3",
    )
    found = told(compare(tmp_path, graph, output, *rows))
    assert [each[:2] for each in found] == [("r1", "unknown layer")]


def test_a_split_into_another_number_of_parts_is_damaged(tmp_path):
    graph = Graph(1, 6, 8, 8)
    node = onnx.helper.make_node("Split", ["x"], ["a", "b"], axis=1, num_outputs=1)
    graph.nodes.append(node)
    with pytest.raises(ModelError, match=r"has 2 outputs, and says 1"):
        compare(tmp_path, graph, graph.add("Concat", "a", "b", axis=1), "type: relu")
