"""The op table: every op by its Keras class name, and by the plain words of papers."""

from typing import Any

from archcompiler.ops import (
    activation,
    convolution,
    dense,
    depthwise,
    merging,
    normalization,
    pooling,
    rearranging,
    regularization,
    reshaping,
    resizing,
    scaling,
)
from archcompiler.ops.base import AbstractOp

FAMILIES = (
    convolution,
    depthwise,
    dense,
    pooling,
    activation,
    normalization,
    scaling,
    regularization,
    merging,
    reshaping,
    rearranging,
    resizing,
)

OPS: dict[str, type[AbstractOp]] = {
    name: value
    for family in FAMILIES
    for name, value in vars(family).items()
    if isinstance(value, type)
    and issubclass(value, AbstractOp)
    and not name.startswith("Abstract")
    and value.__module__ == family.__name__  # not one that another family reads
}
"""Every op by its class name, which is Keras' name."""

WORDS: dict[str, tuple[type[AbstractOp], dict[str, Any]]] = {
    word: (op, dict(fields)) for op in OPS.values() for word, fields in op.words.items()
}
"""Every plain word: the op that it stands for, and the fields that it sets."""
