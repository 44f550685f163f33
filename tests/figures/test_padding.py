"""Zeros around an image: a part of the window behind them, else told."""

import pytest

from archcompiler import load
from archcompiler.figures.scene import Text

SPEC = """\
name: padded
input: 8x8x3
blocks:
  twice: {{sequence: [{conv}, {op}, ZeroPadding2D: {{padding: 1}}, {op}, {conv}]}}
table:
  columns: [type]
  rows:
  - a: [twice]
  - b: [twice]
"""
CONV = "Conv2D: {patch: 3x3, filters: 4}"


@pytest.mark.parametrize(
    ("op", "told"),
    [
        ("Permute: {dims: [2, 1, 3]}", ["permute", "pad 1 · permute"]),
        ("relu", ["ReLU ×2"]),
        ("Dropout: {rate: 0.5}", ["dropout ×2"]),
        ("MaxPooling2D: {pool_size: 1, strides: 1}", ["1×1 max pool"] * 2),
    ],
)
def test_padding_is_told_where_its_order_matters(op, told):
    scene = load(SPEC.format(op=op, conv=CONV)).plot().scene
    marks = [mark for mark in scene.walk() if isinstance(mark, Text)]
    texts = ["".join(run.text for run in mark.runs) for mark in marks]
    assert [text for text in texts if text in told] == told
    padded = [text for text in texts if "pad " in text]
    assert padded == [text for text in told if "pad " in text]
