"""Any layer or op: what it is called, and its whole config."""

from archcompiler.models.settings import kind_of
from archcompiler.transplanting.call import Call
from archcompiler.transplanting.graph import Value


def generic(call: Call) -> Value:
    """Add a node that equals only layers of the same class and settings."""
    attributes = {**call.settings, **call.precision(), **call.ranks()}
    if call.arguments is not None:
        attributes["arguments"] = call.arguments
    return call.add(kind_of(call.layer), attributes, weights=call.weights())
