"""Signs: values that are never below 0, as the ops say that give them."""

from typing import get_args

from pydantic import ValidationError

from archcompiler.ops import fields
from archcompiler.ops.activation import Activation, ReLU
from archcompiler.ops.table import OPS
from archcompiler.transplanting.graph import Graph, Node, Value


def is_never_negative(graph: Graph, value: Value) -> bool:
    """Whether no element of a value is below 0."""
    seen, waiting = {value.node}, [value.node]
    while waiting:
        node = graph.nodes[waiting.pop()]
        if _gives_nothing_negative(node):
            continue
        op = OPS.get(node.kind.removeprefix("archcompiler>"))
        if op is None or not op.keeps_signs:
            return False
        feeding = {operand.node for operand in node.operands}
        waiting += feeding - seen
        seen |= feeding
    return True


def _gives_nothing_negative(node: Node) -> bool:
    if node.kind == "relu":
        return _rectifies(node)
    if node.kind not in get_args(fields.Activation):
        return False
    return Activation.model_validate({"activation": node.kind}).is_never_negative()


def _rectifies(node: Node) -> bool:
    given = {key: each for key, each in node.attributes if key in ReLU.model_fields}
    try:
        return ReLU.model_validate(given).is_never_negative()
    except ValidationError:  # a number that the op refuses
        return False
