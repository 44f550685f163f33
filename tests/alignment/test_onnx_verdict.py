"""The clean verdict of a file: whatever an attribute or a number changes is told.

Each attribute that ONNX has for a node, and each number beside it, is changed; nodes
become others, are left out, or followed by one more. Where the outputs change, as ONNX'
own evaluator computes them, the verdict is not clean.
"""

import warnings
from collections.abc import Iterator
from copy import deepcopy
from itertools import combinations, permutations

import pytest

onnx = pytest.importorskip("onnx")

import numpy as np  # noqa: E402
from alignment.onnx_by_hand import Graph, load_table, told  # noqa: E402
from onnx import AttributeProto, TensorProto, helper, numpy_helper  # noqa: E402
from onnx.reference import ReferenceEvaluator  # noqa: E402

from archcompiler.alignment.aligning import align  # noqa: E402
from archcompiler.models.errors import ModelError  # noqa: E402
from archcompiler.reading.opening import open_model  # noqa: E402

ALIKE = (
    ("Relu", "Sigmoid", "Tanh", "Elu", "Softplus", "Abs", "Neg", "HardSwish", "Erf"),
    ("Add", "Sub", "Mul", "Div", "Max", "Min", "Pow"),
    ("MaxPool", "AveragePool"),
)
"""Kinds of nodes that take each other's operands."""

OPEN = ("groups written out",)
"""Whether a normalisation scales and shifts is not told in files."""

UNCOMPARED = {"epsilon", "momentum", "stash_type", "Gemm alpha", "Gemm beta"}
"""What ops leave open, and what scales learnt weights."""

WORDS = {
    "auto_pad": ("SAME_UPPER", "SAME_LOWER", "VALID"),
    "mode": (
        *("constant", "reflect", "edge", "wrap", "nearest", "linear", "cubic"),
        *("DCR", "CRD"),
    ),
    "coordinate_transformation_mode": ("asymmetric", "half_pixel", "align_corners"),
    "nearest_mode": ("floor", "ceil", "round_prefer_ceil"),
    "approximate": ("none", "tanh"),
}


def window(kind, *more, **attributes):
    def write(g):
        inputs = [g.weights(*each) for each in more]
        return g.add(kind, "x", *inputs, **attributes)

    return write


def shuffled(g):
    apart = g.add("Reshape", "x", [1, 2, 3, 8, 10])
    turned = g.add("Transpose", apart, perm=[0, 2, 1, 3, 4])
    return g.add("Reshape", turned, [1, 6, 8, 10])


def halves(g):
    left = g.add("Slice", "x", [0], [3], [1])
    right = g.add("Slice", "x", [3], [6], [1])
    return g.add("Concat", right, left, axis=1)


def normal(g, x):
    numbers = [g.hold([0.5 + n for n in range(6)]) for _ in range(4)]
    return g.add("BatchNormalization", x, *numbers)


def last(g, write):
    turned = g.add("Transpose", "x", perm=[0, 2, 3, 1])
    return g.add("Transpose", write(g, turned), perm=[0, 3, 1, 2])


def linear(g, x):
    return g.add("Add", g.add("MatMul", x, g.weights(6, 4)), g.weights(4))


def of_layer(g, x):
    return g.add("LayerNormalization", x, g.weights(6), g.weights(6))


def by_groups(g):
    apart = g.add("Reshape", "x", [0, 2, -1])
    plain = [g.hold([1.0] * 2), g.hold([0.0] * 2)]
    normal = g.add("InstanceNormalization", apart, *plain)
    whole = g.add("Reshape", normal, [1, 6, 8, 10])
    moved = g.add("Mul", whole, g.weights(6, 1, 1))
    return g.add("Add", moved, g.weights(6, 1, 1))


def of_neighbours(g):
    apart = g.add("Unsqueeze", g.add("Mul", "x", "x"), [1])
    padded = g.add("Pad", apart, [0, 0, 2, 0, 0, 0, 0, 2, 0, 0])
    mean = g.add("AveragePool", padded, kernel_shape=[5, 1, 1])
    scaled = g.add("Mul", g.add("Squeeze", mean, [1]), 0.5)
    return g.add("Div", "x", g.add("Pow", g.add("Add", scaled, 1.0), 0.75))


def excited(g):
    mean = g.add("GlobalAveragePool", "x")
    less = g.add("Relu", g.add("Conv", mean, g.weights(2, 6, 1, 1), g.weights(2)))
    gate = g.add("Sigmoid", g.add("Conv", less, g.weights(6, 2, 1, 1), g.weights(6)))
    return g.add("Mul", "x", gate)


def tiled(g):
    return g.add("Tile", g.add("GlobalAveragePool", "x"), [1, 1, 2, 3])


def residual(g):
    one = g.add("Relu", "x")
    other = g.add("Sigmoid", "x")
    return g.add("Sub", g.add("Max", one, other), g.add("Mul", one, other))


CONV = "type: Conv2D, patch: 3x3, filters: 4"
ROWS = {
    "Conv": (
        window("Conv", (4, 6, 3, 3), (4,), pads=[1] * 4),
        f"{CONV}, padding: same",
    ),
    "strided": (
        window("Conv", (4, 6, 3, 3), (4,), strides=[2, 2]),
        "type: Conv2D, patch: 3x3/2, filters: 4",
    ),
    "strided and padded": (
        window("Conv", (4, 6, 3, 3), (4,), strides=[2, 1], pads=[0, 1, 1, 1]),
        "type: ZeroPadding2D, padding: [[0, 1], [1, 1]]",
        f"{CONV}, strides: 2x1",
    ),
    "dilated": (
        window("Conv", (4, 6, 3, 3), (4,), dilations=[2, 1]),
        f"{CONV}, dilation_rate: 2x1",
    ),
    "1x1": (
        window("Conv", (4, 6, 1, 1), (4,)),
        "type: Conv2D, patch: 1x1, filters: 4",
    ),
    "rounded up": (
        window("MaxPool", kernel_shape=[2, 2], strides=[2, 2], ceil_mode=1),
        "type: MaxPooling2D, patch: 2x2/2",
    ),
    "grouped": (window("Conv", (4, 3, 3, 3), (4,), group=2), f"{CONV}, groups: 2"),
    "depthwise": (
        window("Conv", (6, 1, 3, 3), (6,), group=6),
        "type: DepthwiseConv2D, patch: 3x3",
    ),
    "ConvTranspose": (
        window("ConvTranspose", (6, 4, 3, 3), (4,), strides=[2, 2]),
        "type: Conv2DTranspose, patch: 3x3/2, filters: 4",
    ),
    "MaxPool": (
        window("MaxPool", kernel_shape=[3, 3], strides=[2, 2]),
        "type: MaxPooling2D, patch: 3x3/2",
    ),
    "AveragePool": (
        window("AveragePool", kernel_shape=[3, 3], pads=[1] * 4),
        "type: AveragePooling2D, patch: 3x3/1, padding: same",
    ),
    "GlobalAveragePool": (
        lambda g: g.add("ReduceMean", "x", [2, 3]),
        "type: GlobalAveragePooling2D, keepdims: true",
    ),
    "LRN": (
        lambda g: g.add("LRN", "x", size=5, alpha=0.5),
        "type: LocalResponseNormalization, alpha: 0.5",
    ),
    "BatchNormalization": (
        lambda g: g.add("Relu", normal(g, g.add("Conv", "x", g.weights(6, 6, 1, 1)))),
        "type: Conv2D, patch: 1x1, filters: 6, use_bias: false",
        "type: BatchNormalization",
        "type: relu",
    ),
    "Gemm": (
        lambda g: g.add("Gemm", g.add("Flatten", "x"), g.weights(480, 5), g.weights(5)),
        "type: Flatten",
        "type: Dense, units: 5",
    ),
    "GroupNormalization": (
        lambda g: g.add(
            "GroupNormalization", "x", g.weights(6), g.weights(6), num_groups=2
        ),
        "type: GroupNormalization, groups: 2",
    ),
    "groups written out": (by_groups, "type: GroupNormalization, groups: 2"),
    "LayerNormalization": (
        lambda g: last(g, of_layer),
        "type: LayerNormalization",
    ),
    "MatMul": (lambda g: last(g, linear), "type: Conv2D, patch: 1x1, filters: 4"),
    "flatten": (
        lambda g: g.add("Relu", g.add("Flatten", g.add("Add", "x", "x"))),
        "type: add, from: [input, input]",
        "type: Flatten",
        "type: relu",
    ),
    "cast": (
        lambda g: g.add("Cast", g.add("Cast", "x", to=11), to=1),
        "type: Activation, activation: linear",
    ),
    "shuffle": (shuffled, "type: ChannelShuffle, groups: 2"),
    "DepthToSpace": (
        lambda g: g.add("DepthToSpace", g.add("Concat", "x", "x", axis=1), blocksize=2),
        "type: concatenate, from: [input, input]",
        "type: DepthToSpace, block_size: 2",
    ),
    "SpaceToDepth": (
        lambda g: g.add("SpaceToDepth", "x", blocksize=2),
        "type: SpaceToDepth, block_size: 2",
    ),
    "Slice": (
        halves,
        "type: ChannelSlice, stop: 3, from: input",
        "type: ChannelSlice, start: 3, from: input",
        "type: concatenate, from: [r1, r0]",
    ),
    "Pad": (
        lambda g: g.add("Pad", "x", [0, 0, 1, 2, 0, 0, 0, 1]),
        "type: ZeroPadding2D, padding: [[1, 0], [2, 1]]",
    ),
    "Resize": (
        lambda g: g.add("Resize", "x", "", [1.0, 1.0, 2.0, 2.0]),
        "type: UpSampling2D, size: 2x2",
    ),
    "linear Resize": (
        lambda g: g.add("Resize", "x", "", [1.0, 1.0, 2.0, 2.0], mode="linear"),
        "type: UpSampling2D, size: 2x2, interpolation: bilinear",
    ),
    "LRN written out": (
        of_neighbours,
        "type: LocalResponseNormalization, alpha: 0.5",
    ),
    "excitation": (
        excited,
        "type: GlobalAveragePooling2D, keepdims: true",
        "type: Conv2D, patch: 1x1, filters: 2, activation: relu",
        "type: Conv2D, patch: 1x1, filters: 6, activation: sigmoid",
        "type: multiply, from: [input, r2]",
    ),
    "tiles": (
        tiled,
        "type: GlobalAveragePooling2D, keepdims: true",
        "type: UpSampling2D, size: 2x3",
    ),
    "slopes": (
        lambda g: g.add("PRelu", "x", g.weights(6, 1, 1)),
        "type: PReLU, shared_axes: 1x2",
    ),
    "merges": (
        residual,
        "type: relu, from: input",
        "type: sigmoid, from: input",
        "type: maximum, from: [r0, r1]",
        "type: multiply, from: [r0, r1]",
        "type: subtract, from: [r2, r3]",
    ),
    **{
        kind: (lambda g, kind=kind, each=each: g.add(kind, "x", **each), f"type: {row}")
        for kind, row, each in (
            ("Elu", "elu", {}),
            ("Selu", "selu", {}),
            ("LeakyRelu", "LeakyReLU, negative_slope: 0.1", {"alpha": 0.1}),
            ("HardSigmoid", "hard_sigmoid", {"alpha": 1 / 6}),
            ("Gelu", "gelu", {}),
            ("Shrink", "hard_shrink", {"bias": 0.0, "lambd": 0.5}),
            ("Softmax", "Softmax", {"axis": 1}),
            ("LogSoftmax", "log_softmax", {"axis": 1}),
        )
    },
    "clip": (lambda g: g.add("Clip", "x", 0.0, 6.0), "type: relu6"),
    "hard silu": (
        lambda g: g.add(
            "Div",
            g.add("Mul", "x", g.add("Clip", g.add("Add", "x", 3.0), 0.0, 6.0)),
            6.0,
        ),
        "type: hard_silu",
    ),
}


def mutants(model) -> Iterator[tuple[str, onnx.ModelProto]]:
    """Yield copies of a model in each of which one thing is another."""
    for at, node in enumerate(model.graph.node):
        schema = onnx.defs.get_schema(node.op_type, model.opset_import[0].version)
        for name, attribute in schema.attributes.items():
            if {name, f"{node.op_type} {name}"} & UNCOMPARED:
                continue
            for value in values(node, name, attribute):
                made = deepcopy(model)
                changed = made.graph.node[at]
                kept = [each for each in changed.attribute if each.name != name]
                del changed.attribute[:]
                changed.attribute.extend([*kept, helper.make_attribute(name, value)])
                yield f"{node.op_type} {name}={value}", made
        for one, other in combinations(range(len(node.input)), 2):
            made = deepcopy(model)
            taken = made.graph.node[at].input
            taken[one], taken[other] = taken[other], taken[one]
            yield f"{node.op_type} of {[*taken]}", made
    for at, tensor in enumerate(model.graph.initializer):
        array = numpy_helper.to_array(tensor)
        if array.size > 8 or (array.ndim and tensor.data_type == TensorProto.FLOAT):
            continue
        for place in np.ndindex(array.shape):
            for step in (-1, 1, 2):
                other = array.copy()
                other[place] += step if array.dtype.kind == "i" else 0.5 * step
                made = deepcopy(model)
                made.graph.initializer[at].CopyFrom(
                    numpy_helper.from_array(other, tensor.name)
                )
                yield f"{tensor.name} {other.tolist()}", made


def others(model) -> Iterator[tuple[str, onnx.ModelProto]]:
    """Yield copies of a model in each of which a node is another, or less, or more."""
    held = {each.name for each in model.graph.initializer}
    for at, node in enumerate(model.graph.node):
        for kind in next((each for each in ALIKE if node.op_type in each), ()):
            made = deepcopy(model)
            made.graph.node[at].op_type = kind
            yield f"{kind} for {node.op_type}", made
        for name in {*node.input} - held - {"", "x"}:
            yield f"no {node.op_type}", rewired(model, node.output[0], name)
        for kind in ("Relu", "Neg"):
            made = rewired(model, node.output[0], "more")
            more = helper.make_node(kind, [node.output[0]], ["more"])
            made.graph.node.insert(at + 1, more)
            yield f"{kind} behind {node.op_type}", made


def rewired(model, old, new):
    """Return a copy of a model in which all take one value for another."""
    made = deepcopy(model)
    for node in made.graph.node:
        node.input[:] = [new if name == old else name for name in node.input]
    for output in made.graph.output:
        output.name = new if output.name == old else output.name
    return made


def values(node, name, attribute) -> Iterator[object]:
    """Yield other values of an attribute."""
    kinds = AttributeProto.AttributeType
    held = {each.name: helper.get_attribute_value(each) for each in node.attribute}
    usual = attribute.default_value
    now = held.get(name, helper.get_attribute_value(usual) if usual.type else None)
    if attribute.type.value == kinds.STRING:
        yield from WORDS.get(name, ())
    elif attribute.type.value == kinds.INT:
        yield from ({1, 7, 11} if name == "to" else {-2, -1, 0, 1, 2, 3}) - {now}
    elif attribute.type.value == kinds.FLOAT:
        yield from ((now or 0.0) + step for step in (-0.3, 0.05, 0.7))
    elif attribute.type.value == kinds.INTS:
        if name == "perm":
            yield from (list(each) for each in permutations(now) if list(each) != now)
            return
        lengths = {"pads": 4, "axes": 0}.get(name, 2)
        given = list(now or [1 if name != "pads" else 0] * lengths)
        for place in range(len(given)):
            for step in (-1, 1):
                yield [*given[:place], given[place] + step, *given[place + 1 :]]


def output_of(model, x):
    """Return what a model computes; nothing where ONNX refuses it."""
    try:
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ReferenceEvaluator(model).run(None, {"x": x})[0]
    except Exception:  # the evaluator refuses in any way
        return None


@pytest.mark.slow
@pytest.mark.parametrize("name", ROWS)
def test_what_changes_the_outputs_is_told(name, tmp_path):
    write, *rows = ROWS[name]
    graph = Graph(1, 6, 8, 10, opset=21)
    model = graph.model(write(graph))
    table, path = load_table(graph, *rows), tmp_path / "model.onnx"
    x = np.random.default_rng(2).normal(size=(1, 6, 8, 10)).astype("float32") * 3
    before = output_of(model, x)
    onnx.save(model, path)
    images = tuple(each.shape for each in table.inputs)
    assert told(align(table, open_model(str(path), images))) == []
    changed = 0
    rest = () if name in OPEN else others(model)
    for what, mutant in (*mutants(model), *rest):
        after = output_of(mutant, x)
        if after is None or _are_equal(before, after):
            continue
        changed += 1
        onnx.save(mutant, path)
        try:
            alignment = align(table, open_model(str(path), images))
        except ModelError:
            continue
        assert alignment.differs, what
    assert changed


def _are_equal(one, other):
    """Whether outputs hold the same, in whatever layout: that is the file's own."""
    if other.ndim != 4:
        return _are_close(one, other)
    orders = [(0, 1, 2, 3), (0, 2, 3, 1), (0, 3, 1, 2)]
    return any(_are_close(one, other.transpose(order)) for order in orders)


def _are_close(one, other):
    one, other = np.squeeze(one), np.squeeze(other)
    return one.shape == other.shape and np.allclose(one, other, 1e-4, 1e-4)
