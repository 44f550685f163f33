"""Borders that a node of an ONNX file puts around an image before it is pooled."""

import numpy as np
import pytest

onnx = pytest.importorskip("onnx")

from alignment.small_graphs import aligned, node, save, told  # noqa: E402

POOL = """\
name: pool
input: 8x9x3
table:
  columns: [name, type, patch, padding]
  rows:
  - [a, MaxPooling2D, 3x3/2, same]
"""
SAME = (0, 0, 0, 1, 0, 0, 1, 1)


def write(path, sides, mode="constant", value=None, kind="MaxPool"):
    """Write pooling of an image that another node pads."""
    numbers = ["x", "sides"] if value is None else ["x", "sides", "value"]
    nodes = [
        node("Pad", numbers, "padded", mode=mode),
        node(kind, ["padded"], "y", kernel_shape=[3, 3], strides=[2, 2]),
    ]
    weights = {"sides": np.asarray(sides), "value": np.float32(value or 0)}
    return save(path, nodes, weights, {"x": [1, 3, 8, 9]})


@pytest.mark.parametrize(
    "border",
    [{"mode": "edge"}, {"value": -np.inf}, {"value": np.finfo("float32").min}],
)
def test_a_border_that_never_wins_is_the_border_of_same(border, tmp_path):
    assert told(aligned(POOL, write(tmp_path / "m.onnx", SAME, **border))) == []
    sides = (0, 0, 1, 1, 0, 0, 2, 1)
    found = told(aligned(POOL, write(tmp_path / "m.onnx", sides, **border)))
    assert found == [("a", "padding", "same", "1+2 x 1")]


@pytest.mark.parametrize("border", [{}, {"value": -1.0}, {"mode": "reflect"}])
def test_another_border_is_told(border, tmp_path):
    assert told(aligned(POOL, write(tmp_path / "m.onnx", SAME, **border)))


def test_a_border_that_repeats_counts_in_a_mean(tmp_path):
    path = write(tmp_path / "m.onnx", SAME, mode="edge", kind="AveragePool")
    text = POOL.replace("MaxPooling2D", "AveragePooling2D")
    assert ("a", "unknown layer", "none", "Pad") in told(aligned(text, path))
