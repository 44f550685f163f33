"""Words: what papers call an op or a function, whichever way it is spelled."""

from functools import cache
from typing import Any, get_args

from archcompiler.ops import activation as functions
from archcompiler.ops import fields
from archcompiler.ops.base import AbstractOp

_SPELLINGS = {
    "celu": "elu",
    **functions.SAME,
    "PReLU": "prelu",
    "Softmax": "softmax",
}
_LAYERS: dict[str, AbstractOp] = {
    "relu": functions.ReLU(),
    "relu6": functions.ReLU(max_value=6.0),
    "leaky_relu": functions.LeakyReLU(negative_slope=0.2),
    "elu": functions.ELU(alpha=1.0),
    "softmax": functions.Softmax(),
}
"""Keras' functions by name that are layers, too: with what the functions take."""

EITHER = "relu or relu6"
"""What a file doesn't tell apart."""


def words_of(op: type[AbstractOp]) -> str:
    """Return an op's name in words: `batch normalisation`, `channel shuffle`."""
    return op.in_words()


def as_layer(op: Any) -> Any:
    """Return the one op of a function, whichever of several says it."""
    if isinstance(op, functions.Activation):
        name = _SPELLINGS.get(op.activation, op.activation)
        op = _LAYERS.get(name, op)
    if isinstance(op, functions.LeakyReLU):
        return functions.ReLU(negative_slope=op.negative_slope)
    return op


def function_of(op: Any) -> str:
    """Return an activation in words: `relu`, `relu6`, `leaky relu 0.1`."""
    op = as_layer(op)
    if isinstance(op, functions.ReLU):
        return _rectifier(op.max_value, op.negative_slope, op.threshold)
    if isinstance(op, functions.ELU):
        return _with_number("elu", op.alpha)
    if isinstance(op, functions.Activation):
        return _spaced(_SPELLINGS.get(op.activation, op.activation))
    return _SPELLINGS[type(op).__name__]


@cache
def never_negative() -> frozenset[str]:
    """Return the functions, in words, that are never below 0."""
    known = [
        functions.Activation(activation=name) for name in get_args(fields.Activation)
    ]
    return frozenset(
        [EITHER, *(function_of(op) for op in known if op.is_never_negative())]
    )


def _rectifier(maximum: float | None, slope: float, threshold: float) -> str:
    """Return a rectifier in words."""
    if slope and maximum is None and not threshold:
        return _with_number("leaky relu", slope)
    text = "relu" if maximum is None else f"relu{maximum:g}"
    text += f" with slope {slope:g}" if slope else ""
    return text + (f" above {threshold:g}" if threshold else "")


def _with_number(name: str, number: float) -> str:
    """Return a function with its number: `elu 1`."""
    return f"{_spaced(name)} {number:g}"


def _spaced(name: str) -> str:
    return name.replace("_", " ")
