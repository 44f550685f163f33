"""Normalisation by neighbouring channels, written as a sum of slices."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from alignment.small_graphs import aligned, node, save, told  # noqa: E402

TABLE = """\
name: neighbours
input: 8x9x6
table:
  columns: [name, type, size, alpha, beta, k]
  rows:
  - [a, LocalResponseNormalization, 3, 0.3, 0.75, 2]
"""
TO_FIRST, TO_LAST = [0, 3, 1, 2], [0, 2, 3, 1]


def write(path, starts=(0, 1, 2), axis=3, squared="x", mean=False, first=False):
    """Write the normalisation of an image with channels last, or something like it."""
    around = np.zeros(8, "int64")
    around[[axis, axis + 4]] = 1
    x = "t" if first else "x"
    nodes = [node("Transpose", ["x"], "t", perm=TO_FIRST)] if first else []
    nodes += [
        node("Mul", [x, squared if squared != "x" else x], "square"),
        node("Pad", ["square", "around"], "padded"),
    ]
    weights = {"around": around, "axis": np.asarray([axis])}
    for n, start in enumerate(starts):
        weights[f"from{n}"] = np.asarray([start])
        weights[f"to{n}"] = np.asarray([start + (9 if axis == 2 and not first else 6)])
        limits = ["padded", f"from{n}", f"to{n}", "axis"]
        nodes.append(node("Slice", limits, f"slice{n}"))
    nodes += [
        node("Add", ["slice0", "slice1"], "sum1"),
        node("Add", ["sum1", "slice2"], "sum2"),
    ]
    if mean:
        nodes.append(node("Div", ["sum2", "three"], "mean"))
    nodes += [
        node("Mul", ["mean" if mean else "sum2", "share"], "scaled"),
        node("Add", ["k", "scaled"], "moved"),
    ]
    if first:
        nodes.append(node("Transpose", ["moved"], "last", perm=TO_LAST))
    nodes += [
        node("Pow", ["last" if first else "moved", "beta"], "power"),
        node("Div", ["x", "power"], "y"),
    ]
    numbers = {"three": 3, "share": 0.3 if mean else 0.1, "k": 2, "beta": 0.75}
    weights.update({key: np.float32(number) for key, number in numbers.items()})
    return save(path, nodes, weights, {"x": [1, 8, 9, 6]})


@pytest.mark.parametrize("way", [{}, {"mean": True}, {"first": True, "axis": 1}])
def test_slices_of_padded_squares_are_a_normalisation(way, tmp_path):
    path = write(tmp_path / "m.onnx", **way)
    assert told(aligned(TABLE, path)) == []
    found = told(aligned(TABLE.replace("0.3", "0.1"), path))
    assert found == [("a", "alpha", "0.1", "0.3")]


@pytest.mark.parametrize(
    "way", [{"starts": (0, 1, 1)}, {"axis": 2}, {"squared": "share"}]
)
def test_what_is_only_like_it_is_something_else(way, tmp_path):
    assert told(aligned(TABLE, write(tmp_path / "m.onnx", **way)))
