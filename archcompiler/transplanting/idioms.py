"""Idioms: functions that models write out, as the one node that they are."""

from collections.abc import Hashable, Sequence
from math import isclose

from archcompiler.transplanting.graph import Graph, Value

Function = tuple[str, Value]
"""What kind of function is written out, and of which value."""

_GATED = {"sigmoid": "silu", "hard_sigmoid": "hard_silu"}


def hard_function(
    graph: Graph, value: Value, scale: Hashable, offset: Hashable
) -> Function | None:
    """Return what `relu6(x + 3) / 6` is, or `x * relu6(x + 3) / 6`; else None."""
    if not isinstance(scale, float) or offset != 0 or not isclose(scale, 1 / 6):
        return None
    x = _before_relu6(graph, value)
    if x is not None:
        return "hard_sigmoid", x
    product = graph[value]
    if product.kind != "Multiply":
        return None
    for x, gate in _both_orders(product.operands):
        if _before_relu6(graph, gate) == x:
            return "hard_silu", x
    return None


def gated_function(graph: Graph, operands: Sequence[Value]) -> Function | None:
    """Return what the product `x * sigmoid(x)` is; else None."""
    for x, gate in _both_orders(operands):
        function = graph[gate]
        if function.kind in _GATED and function.operands == (x,):
            return _GATED[function.kind], x
    return None


def _both_orders(operands: Sequence[Value]) -> Sequence[Sequence[Value]]:
    return (operands, operands[::-1]) if len(operands) == 2 else ()


def _before_relu6(graph: Graph, value: Value) -> Value | None:
    """Return the x of `relu6(x + 3)`."""
    bounded = dict(graph[value].attributes)
    rectifies = graph[value].kind == "relu" and bounded["max_value"] == 6
    if not rectifies or bounded["negative_slope"] or bounded["threshold"]:
        return None
    moved = graph[graph[value].operands[0]]
    numbers = moved.attribute("scale"), moved.attribute("offset")
    is_sum = moved.kind == "Rescaling" and numbers == (1.0, 3.0)
    return moved.operands[0] if is_sum else None
