"""What ONNX files write in many nodes: each is one op, and none passes for it."""

import numpy as np
import pytest

pytest.importorskip("onnx")

from alignment.onnx_by_hand import Graph, compare, told
from onnx import numpy_helper

LAYER = "type: LayerNormalization"
PLAIN = f"{LAYER}, center: false, scale: false"
UNIT = "type: UnitNormalization"


def groups_of(number):
    return f"type: GroupNormalization, groups: {number}, center: false, scale: false"


def centred(g, x, axes, less=0.0):
    """Return a value without its mean, and one by its spread."""
    moved = g.add("Sub", x, g.add("ReduceMean", x, axes))
    if less:
        moved = g.add("Add", moved, less)
    spread = g.add("ReduceMean", g.add("Mul", moved, moved), axes)
    return moved, g.add("Reciprocal", g.add("Sqrt", g.add("Add", spread, 0.001)))


def whitened(g, axes, x="x", **more):
    return g.add("Mul", *centred(g, x, axes, **more))


def by_mean_of_squares(g, axes):
    """Return what Keras writes on PyTorch and on TensorFlow: no value is centred."""
    mean = g.add("ReduceMean", "x", axes)
    squares = g.add("ReduceMean", g.add("Mul", "x", "x"), axes)
    spread = g.add("Sub", squares, g.add("Mul", mean, mean))
    scale = g.add("Div", 1.0, g.add("Sqrt", g.add("Add", spread, 0.001)))
    factor = g.add("Mul", scale, g.weights(1, 6, 1, 1))
    offset = g.add("Mul", g.add("Neg", mean), factor)
    moved = g.add("Add", offset, g.weights(1, 6, 1, 1))
    return g.add("Add", g.add("Mul", "x", factor), moved)


def grouped(g, shape, axes):
    apart = g.add("Reshape", "x", [*shape])
    return g.add("Reshape", whitened(g, axes, apart), [-1, 6, 8, 4])


def root_mean_square(g):
    spread = g.add("ReduceMean", g.add("Mul", "x", "x"), [1])
    return g.add("Div", "x", g.add("Sqrt", g.add("Add", spread, 0.001)))


def unit(g, axis=1, kind="ReduceSum"):
    length = g.add("Sqrt", g.add(kind, g.add("Mul", "x", "x"), [axis]))
    return g.add("Mul", "x", g.add("Min", g.add("Reciprocal", length), 1e12))


def divided(g, axis=1):
    return g.add("Div", "x", g.add("ReduceL2", "x", [axis]))


def shares(g, axis=1, temperature=1.0):
    raised = g.add("Exp", g.add("Mul", "x", temperature))
    return g.add("Div", raised, g.add("ReduceSum", raised, [axis]))


def sparse(g, *, is_true=False, is_chosen=False):
    ordered = g.add("TopK", "x", [6], axis=1)
    g.nodes[-1].output.append("places")
    g.constants.append(numpy_helper.from_array(np.asarray(1), "axis"))
    sums = g.add("CumSum", ordered, "axis")
    ranks = g.hold(np.arange(1.0, 7.0).reshape(1, 6, *([1] * len(g.shape[2:]))))
    bounds = g.add("Div", g.add("Sub", sums, 1.0), ranks)
    kept = g.add("Cast", g.add("Greater", ordered, bounds), to=1)
    count = g.add("ReduceSum", kept, [1])
    taken = g.add("Mul", kept, ordered if is_true else sums)
    if is_chosen:  # as TensorFlow's `where` is written: the other side is 0
        others = g.add("Cast", g.add("Not", g.add("Greater", ordered, bounds)), to=1)
        taken = g.add("Add", taken, g.add("Mul", 0.0, others))
    total = g.add("ReduceSum", taken, [1])
    return g.add(
        "Relu", g.add("Sub", "x", g.add("Div", g.add("Sub", total, 1.0), count))
    )


def sloped(g, *slopes, most=None, threshold=None):
    below = g.add("Relu", g.add("Neg", "x"))
    above = g.add("Relu", "x")
    if threshold is not None:
        above = g.add("Where", g.add("Greater", "x", threshold), "x", 0.0)
    made = g.add("Add", above, g.add("Mul", g.weights(*slopes), below))
    return made if most is None else g.add("Min", made, most)


def repeated(g, down=2, right=2, *, is_tiled=False):
    rows = g.add("Unsqueeze", "x", [2 if is_tiled else 3])
    rows = g.add("Tile", rows, [1, 1, down, 1, 1] if is_tiled else [1, 1, 1, down, 1])
    high = g.add("Reshape", rows, [1, 6, 8 * down, 4])
    columns = g.add("Unsqueeze", high, [4])
    shape = [1, 6, 8 * down, 4, right]
    return g.add(
        "Reshape", g.add("Expand", columns, shape), [1, 6, 8 * down, 4 * right]
    )


def shuffled(g, groups):
    apart = g.add("Reshape", "x", [1, groups, 6 // groups, 8, 4])
    turned = g.add("Transpose", apart, perm=[0, 2, 1, 3, 4])
    return g.add("Reshape", turned, [1, 6, 8, 4])


def resized(g, height=5, width=7, **attributes):
    words = {"mode": "linear", "coordinate_transformation_mode": "half_pixel"}
    sizes = [1, 6, height, width]
    return g.add("Resize", "x", "", "", sizes, **{**words, **attributes})


def nearest(g, height=5, width=7, **attributes):
    words = {"mode": "nearest", "nearest_mode": "round_prefer_ceil"}
    return resized(g, height, width, **{**words, **attributes})


def cubic(g, coefficient=-0.5, outside=1):
    words = {"cubic_coeff_a": coefficient, "exclude_outside": outside}
    return resized(g, mode="cubic", **words)


RESIZED = "type: Resizing, height: 5, width: 7"
SHUFFLED = "type: ChannelShuffle, groups: "
SLOPED = "type: PReLU, shared_axes: 1x2"

LIKE = {
    "layer": (PLAIN, lambda g: whitened(g, [1])),
    "layer, scaled": (LAYER, lambda g: by_mean_of_squares(g, [1])),
    "one group": (groups_of(1), lambda g: whitened(g, [1, 2, 3])),
    "groups": (groups_of(2), lambda g: grouped(g, (-1, 2, 3, 8, 4), [2, 3, 4])),
    "channels": (groups_of(6), lambda g: whitened(g, [2, 3])),
    "unit": (UNIT, unit),
    "length": (UNIT, divided),
    "shares": ("type: softmax", shares),
    "sparsemax": ("type: sparsemax", sparse),
    "slopes of channels": (SLOPED, lambda g: sloped(g, 6, 1, 1)),
    "slopes": ("type: PReLU", lambda g: sloped(g, 6, 8, 4)),
    "enlarged": ("type: UpSampling2D", repeated),
    "wide": ("type: UpSampling2D, size: 2x3", lambda g: repeated(g, right=3)),
    "shuffle": (f"{SHUFFLED}2", lambda g: shuffled(g, 2)),
    "no shuffle": (f"{SHUFFLED}6", lambda g: g.add("Identity", "x")),
    "no shuffle of one": (f"{SHUFFLED}1", lambda g: g.add("Identity", "x")),
    "resized": (RESIZED, resized),
    "resized by factors": (
        RESIZED,
        lambda g: g.add(
            "Resize",
            "x",
            "",
            np.float32([1, 1, 5 / 8, 7 / 4]),
            mode="linear",
            coordinate_transformation_mode="half_pixel",
        ),
    ),
    "nearest": (f"{RESIZED}, interpolation: nearest", nearest),
    "cubic": (f"{RESIZED}, interpolation: bicubic", cubic),
    "resized by a factor": (
        "type: UpSampling2D, interpolation: bilinear",
        lambda g: resized(g, 16, 8),
    ),
}

UNLIKE = {
    "rows": (PLAIN, lambda g: whitened(g, [2])),
    "columns": (PLAIN, lambda g: whitened(g, [3])),
    "batch": (groups_of(6), lambda g: whitened(g, [0, 2, 3])),
    "all": (PLAIN, lambda g: whitened(g, [1, 2, 3])),
    "no mean": (PLAIN, root_mean_square),
    "moved": (PLAIN, lambda g: whitened(g, [1], less=0.5)),
    "bounded": (PLAIN, lambda g: g.add("Clip", whitened(g, [1]), -1.5, 1.5)),
    "of positions": (
        LAYER,
        lambda g: g.add("Mul", whitened(g, [1]), g.weights(1, 1, 8, 1)),
    ),
    "other groups": (groups_of(3), lambda g: grouped(g, (-1, 2, 3, 8, 4), [2, 3, 4])),
    "every third": (groups_of(2), lambda g: grouped(g, (-1, 3, 2, 8, 4), [1, 3, 4])),
    "rows of groups": (groups_of(2), lambda g: grouped(g, (-1, 2, 3, 8, 4), [2, 3])),
    "unit of rows": (UNIT, lambda g: unit(g, axis=2)),
    "unit by the mean": (UNIT, lambda g: unit(g, kind="ReduceMean")),
    "length of rows": (UNIT, lambda g: divided(g, axis=3)),
    "shares of rows": ("type: softmax", lambda g: shares(g, axis=2)),
    "warm shares": ("type: softmax", lambda g: shares(g, temperature=1.01)),
    "true sparsemax": ("type: sparsemax", lambda g: sparse(g, is_true=True)),
    "bounded slopes": (SLOPED, lambda g: sloped(g, 6, 1, 1, most=6.0)),
    "far bounded slopes": (SLOPED, lambda g: sloped(g, 6, 1, 1, most=500.0)),
    "late slopes": (SLOPED, lambda g: sloped(g, 6, 1, 1, threshold=0.01)),
    "slopes of rows": (SLOPED, lambda g: sloped(g, 1, 8, 1)),
    "one slope": (SLOPED, lambda g: sloped(g, 1, 1, 1)),
    "tiled": ("type: UpSampling2D", lambda g: repeated(g, is_tiled=True)),
    "less wide": ("type: UpSampling2D", lambda g: repeated(g, right=3)),
    "other shuffle": (f"{SHUFFLED}3", lambda g: shuffled(g, 2)),
    "shuffle for none": (f"{SHUFFLED}6", lambda g: shuffled(g, 2)),
    "higher": (RESIZED, lambda g: resized(g, 6, 7)),
    "corners": (
        RESIZED,
        lambda g: resized(g, coordinate_transformation_mode="align_corners"),
    ),
    "begins": (
        RESIZED,
        lambda g: resized(g, coordinate_transformation_mode="asymmetric"),
    ),
    "cubic for linear": (RESIZED, cubic),
    "other cubic": (
        f"{RESIZED}, interpolation: bicubic",
        lambda g: cubic(g, coefficient=-0.75),
    ),
    "cubic at the border": (
        f"{RESIZED}, interpolation: bicubic",
        lambda g: cubic(g, outside=0),
    ),
    "smoothed": (RESIZED, lambda g: resized(g, antialias=1)),
    "nearest below": (
        f"{RESIZED}, interpolation: nearest",
        lambda g: nearest(g, nearest_mode="floor"),
    ),
    "nearest for linear": (RESIZED, nearest),
}


@pytest.mark.parametrize("name", LIKE)
def test_what_many_nodes_are_together_is_one_op(name, tmp_path):
    row, form = LIKE[name]
    graph = Graph(1, 6, 8, 4)
    output = graph.add("Softsign", form(graph))
    assert told(compare(tmp_path, graph, output, row, "type: softsign")) == []


@pytest.mark.thorough
def test_zeros_in_the_place_of_others_are_no_normalisation(tmp_path):
    graph = Graph(1, 6)
    output = graph.add("Softsign", sparse(graph, is_chosen=True))
    found = compare(tmp_path, graph, output, "type: sparsemax", "type: softsign")
    assert told(found) == []


@pytest.mark.thorough
@pytest.mark.parametrize("name", UNLIKE)
def test_what_nearly_is_an_op_is_none(name, tmp_path):
    row, form = UNLIKE[name]
    graph = Graph(1, 6, 8, 4)
    output = graph.add("Softsign", form(graph))
    assert compare(tmp_path, graph, output, row, "type: softsign").differs


@pytest.mark.thorough
def test_a_normalisation_counts_what_it_scales_by(tmp_path):
    for centre, scale in ((True, True), (False, True), (False, False)):
        graph = Graph(1, 6, 8, 4)
        value = whitened(graph, [1])
        value = graph.add("Mul", value, graph.weights(6, 1, 1)) if scale else value
        value = graph.add("Add", value, graph.weights(6, 1, 1)) if centre else value
        row = f"{LAYER}, center: {centre}, scale: {scale}".lower()
        row = row.replace("layernormalization", "LayerNormalization")
        output = graph.add("Softsign", value)
        alignment = compare(tmp_path, graph, output, row, "type: softsign")
        assert not alignment.differs
        assert alignment.totals.model_parameters == 6 * (centre + scale)
