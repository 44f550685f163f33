"""ONNX' rounding to whole numbers: nothing, but where it cuts off what is below 0.

A tool that quantises leaves a rectifier out in front of a rounding to numbers of which
0 is the least.
"""

from typing import Any

from archcompiler.models.onnx_file import OnnxNode
from archcompiler.ops.activation import ReLU
from archcompiler.ops.base import Family
from archcompiler.reading.onnx_curves import activation
from archcompiler.reading.onnx_reader import Reader
from archcompiler.units.margins import is_never_negative
from archcompiler.units.words import EITHER

_BEFORE: frozenset[Family] = frozenset({"weighted", "normalisation", "scaling"})
"""The families of what rectifiers follow, beside a sum."""

MOST = 6.0
"""Up to here, one that saturates has gone into the rounding just as well."""


def rounding(reader: Reader, node: OnnxNode) -> int:
    """Leave out the rounding, and add the rectifier that has gone into it."""
    place = reader.operand(node)
    unit = reader.units[place]
    largest = _largest(reader, node)
    if largest is None or not (unit.family in _BEFORE or unit.kind == "add"):
        return place
    if is_never_negative(reader.units, place):
        return place
    if largest > MOST * 1.01:
        return reader.lower(node, ReLU(), (place,))
    return activation(reader, node, place, EITHER)


def _largest(reader: Reader, node: OnnxNode) -> float | None:
    """Return the largest number that is left; None where some are below 0."""
    import numpy as np

    zero: Any = np.uint8(0)
    if node.inputs[2:] not in ((), ("",)):
        held = reader.constant(node, 2)
        zero = None if held is None else held.array
    elif "output_dtype" in node.attributes:
        return None
    scale = reader.numbers(node, 1, "scale")
    if zero is None or not scale or zero.dtype.kind not in "ui":
        return None
    limits = np.iinfo(zero.dtype)
    if not (zero == limits.min).all():
        return None
    return max(scale) * (int(limits.max) - int(limits.min))
