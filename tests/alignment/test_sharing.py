"""Layers that a file calls twice, and a table once, of both values in a stack."""

import numpy as np
import pytest

pytest.importorskip("onnx")

from alignment.small_graphs import aligned, node, save, told

TABLE = """\
name: one
input: 8x8x6
blocks:
  attention:
    branches: [[GlobalAveragePooling2D: {keepdims: true}], [GlobalMaxPooling2D: {keepdims: true}]]
    merge: concatenate
    then:
    - Reshape: {target_shape: [2, 1, -1]}
    - Conv2D: {name: reduce, patch: 1x1, filters: 2, activation: relu}
    - Conv2D: {name: expand, patch: 1x1, filters: 6}
    - GlobalAveragePooling2D
    - Rescaling: {name: sum, scale: 2}
table:
  columns: [name, type]
  rows:
  - [a, attention]
"""  # noqa: E501
RANDOM = np.random.default_rng(0)
WEIGHTS = {
    f"{name}{at}": RANDOM.normal(size=size).astype("float32")
    for name, size in (("w", (2, 6)), ("b", 2), ("v", (6, 2)), ("c", 6))
    for at in (1, 2)
}


def file_of(path, names):
    """Write what two calls do of a mean and of the largest, with weights by name."""
    nodes = []
    for at, (pool, kernels) in enumerate(zip(("Average", "Max"), names, strict=True)):
        w, b, v, c = kernels.split()
        nodes += [
            node(f"Global{pool}Pool", ["x"], f"p{at}"),
            node("Flatten", [f"p{at}"], f"f{at}"),
            node("Gemm", [f"f{at}", w, b], f"g{at}", transB=1),
            node("Relu", [f"g{at}"], f"r{at}"),
            node("Gemm", [f"r{at}", v, c], f"h{at}", transB=1),
        ]
    nodes.append(node("Add", ["h0", "h1"], "y"))
    used = {name: WEIGHTS[name] for each in names for name in each.split()}
    return save(path / "a.onnx", nodes, used, {"x": (1, 6, 8, 8)})


@pytest.mark.parametrize(
    ("second", "layers"),
    [
        ("w1 b1 v1 c1", []),
        ("w1 b1 v2 c2", ["a_expand"]),
        ("w2 b2 v2 c2", ["a_reduce", "a_expand"]),
        ("w1 b2 v1 c1", ["a_reduce"]),
        ("w2 b1 v1 c1", ["a_reduce"]),
    ],
)
def test_a_layer_that_is_called_twice_is_called_once_of_a_stack(
    second, layers, tmp_path
):
    found = aligned(TABLE, file_of(tmp_path, ("w1 b1 v1 c1", second)))
    shared = [each.counterpart for each in found.findings]
    assert (shared, found.differs) == (layers, bool(layers)), told(found)
    assert {each.what for each in found.findings} <= {"shared weights"}


def test_which_layer_a_table_shares_is_told(tmp_path):
    found = aligned(TABLE, file_of(tmp_path, ("w1 b1 v1 c1", "w1 b1 v2 c2")))
    assert told(found) == [("a", "shared weights", "those of `a_expand`", "its own")]


@pytest.mark.parametrize("is_turned", [True, False])
def test_a_stack_has_a_vector_at_each_position(is_turned, tmp_path):
    """Laid out with its channels first, a position has elements of both vectors."""
    lengths, order = ([1, 2, 1, 6], [0, 3, 1, 2]) if is_turned else ([1, 6, 2, 1], [])
    turn = [node("Transpose", ["s"], "t", perm=order)] if order else []
    nodes = [
        node("GlobalAveragePool", ["x"], "p"),
        node("GlobalMaxPool", ["x"], "q"),
        node("Concat", ["p", "q"], "both", axis=1),
        node("Reshape", ["both", "lengths"], "s"),
        *turn,
        node("Conv", ["t" if turn else "s", "w", "b1"], "g"),
        node("Relu", ["g"], "r"),
        node("Conv", ["r", "v", "c1"], "h"),
        node("GlobalAveragePool", ["h"], "mean"),
        node("Flatten", ["mean"], "row"),
        node("Mul", ["row", "two"], "y"),
    ]
    weights = {name: WEIGHTS[name] for name in ("b1", "c1")}
    weights |= {
        "w": WEIGHTS["w1"][..., None, None],
        "v": WEIGHTS["v1"][..., None, None],
    }
    weights |= {"lengths": np.array(lengths), "two": np.float32(2)}
    path = save(tmp_path / "a.onnx", nodes, weights, {"x": (1, 6, 8, 8)})
    assert aligned(TABLE, path).differs != is_turned
