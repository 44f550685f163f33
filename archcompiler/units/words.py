"""Words: what papers call an op or a function, whichever way it is spelled."""

import re
from functools import cache
from typing import Any, get_args

from archcompiler.ops import activation as functions
from archcompiler.ops import fields
from archcompiler.ops.base import AbstractOp

_SPELLINGS = {
    "swish": "silu",
    "hard_swish": "hard_silu",
    "LeakyReLU": "leaky_relu",
    "PReLU": "prelu",
    "Softmax": "softmax",
}
_DEFAULTS = {"leaky_relu": 0.2, "elu": 1.0}
"""What Keras' functions of these names take; their layers say it."""

EITHER = "relu or relu6"
"""What a file doesn't tell apart."""


def words_of(op: type[AbstractOp]) -> str:
    """Return an op's name in words: `batch normalisation`, `channel shuffle`."""
    name = re.sub(r"2D", "", op.__name__)
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).lower()
    return words.replace("normalization", "normalisation")


def function_of(op: Any) -> str:
    """Return an activation in words: `relu`, `relu6`, `leaky relu 0.1`."""
    if isinstance(op, functions.ReLU):
        return rectifier(op.max_value, op.negative_slope, op.threshold)
    if isinstance(op, functions.LeakyReLU):
        return rectifier(None, op.negative_slope)
    if isinstance(op, functions.ELU):
        return with_number("elu", op.alpha)
    if isinstance(op, functions.Activation):
        name = _SPELLINGS.get(op.activation, op.activation)
        return (
            with_number(name, _DEFAULTS[name]) if name in _DEFAULTS else _spaced(name)
        )
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


def rectifier(maximum: float | None, slope: float = 0.0, threshold: float = 0.0) -> str:
    """Return a rectifier in words."""
    if slope and maximum is None and not threshold:
        return with_number("leaky relu", slope)
    text = "relu" if maximum is None else f"relu{maximum:g}"
    text += f" with slope {slope:g}" if slope else ""
    return text + (f" above {threshold:g}" if threshold else "")


def with_number(name: str, number: float) -> str:
    """Return a function with its number: `elu 1`."""
    return f"{_spaced(name)} {number:g}"


def _spaced(name: str) -> str:
    return name.replace("_", " ")
