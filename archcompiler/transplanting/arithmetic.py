"""Arithmetic: two tensors merge, a tensor and a number are a rescaling."""

from collections.abc import Callable, Mapping
from typing import Any

from archcompiler.transplanting.call import TENSOR, Call
from archcompiler.transplanting.generic import generic
from archcompiler.transplanting.graph import Value
from archcompiler.transplanting.shaping import merging, rescale

Scaling = Callable[[float], tuple[float, float]]
"""The scale and the offset that a number stands for."""

_EITHER: dict[str, Scaling] = {
    "Add": lambda number: (1.0, number),
    "Multiply": lambda number: (number, 0.0),
}
_TENSOR_FIRST: dict[str, Scaling] = {
    **_EITHER,
    "Subtract": lambda number: (1.0, -number),
    "Divide": lambda number: (1 / number, 0.0),
    "TrueDivide": lambda number: (1 / number, 0.0),
}
_NUMBER_FIRST: dict[str, Scaling] = {
    **_EITHER,
    "Subtract": lambda number: (-1.0, number),
}
_MERGES = ("Add", "Multiply", "Subtract", "Maximum", "Minimum")


def arithmetic(call: Call) -> Value:
    """`x + y`, `x / 6`, `1 - x`, and what else has two operands."""
    one, other = _operands(call)
    if one == other == TENSOR:
        return _merge(call)
    if one == TENSOR:
        return _rescale(call, _TENSOR_FIRST, other)
    return _rescale(call, _NUMBER_FIRST, one)


def _operands(call: Call) -> tuple[Any, Any]:
    """Return both operands, as they were passed."""
    arguments: Any = call.arguments
    positional, named = arguments
    if len(positional) != 2 or named:
        return None, None
    one, other = positional
    return one, other


def _merge(call: Call) -> Value:
    """Add the layer of that name; it broadcasts alike only where the ranks are one."""
    ranks = {len(size) for size in call.sizes}
    is_layer = type(call.layer).__name__ in _MERGES and len(ranks) == 1
    return merging(call) if is_layer else generic(call)


def _rescale(call: Call, scalings: Mapping[str, Scaling], number: Any) -> Value:
    scaling = scalings.get(type(call.layer).__name__)
    if scaling is None or type(number) not in (int, float) or not number:
        return generic(call)
    return rescale(call, call.operands[0], *scaling(float(number)))
