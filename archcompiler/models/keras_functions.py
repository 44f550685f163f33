"""Keras' functions as ops: `relu(x)`, `x + y`, `x / 6`, `x[..., 2:8]`."""

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any, get_args

from pydantic import ValidationError

from archcompiler.models.calls import TENSOR, KerasCall
from archcompiler.ops import activation, fields, merging, pooling
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.rearranging import ChannelSlice
from archcompiler.ops.scaling import Rescaling

_ALL = ("slice", None, None, None)


def op_of_function(call: KerasCall) -> AbstractOp | None:
    """Return the op that does what a function does; None where there is none."""
    name = type(call.layer).__name__
    try:
        if call.arguments is None:
            return RULES.get(name, _activation)(call)
        return _item(call) if name == "GetItem" else _arithmetic(call)
    except ValidationError:  # a number that no op has
        return None


# Functions of one tensor, or of a list ----------------------------------------


def _activation(call: KerasCall) -> AbstractOp | None:
    """`relu(x)`, `tanh(x)` and other activations that take nothing else."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", type(call.layer).__name__).lower()
    if call.settings or words not in get_args(fields.Activation):
        return None
    return activation.Activation.model_validate({"activation": words})


def _clip(call: KerasCall) -> AbstractOp | None:
    """`clip(x, 0, 6)`: a rectifier that saturates."""
    least, most = call.settings["x_min"], call.settings["x_max"]
    if least != 0 or not isinstance(most, int | float):
        return None
    return activation.ReLU(max_value=float(most))


def _as_layer(op: type[AbstractOp]) -> "Rule":
    """Return the rule of a function with the settings of a layer."""

    def rule(call: KerasCall) -> AbstractOp | None:
        given: dict[str, Any] = dict(call.settings)
        if "axis" in given:
            given["axis"] = call.axis
        return op.model_validate(given) if given.keys() <= {*op.model_fields} else None

    return rule


def _concatenate(call: KerasCall) -> AbstractOp | None:
    return merging.Concatenate() if call.axis == -1 else None


def _over_channels(op: type[AbstractOp]) -> "Rule":
    """Return the rule of `mean(x, axis=-1, keepdims=True)` and `max` of an image."""

    def rule(call: KerasCall) -> AbstractOp | None:
        settings = call.settings
        is_plain = settings["keepdims"] is True and settings.get("initial") is None
        if not is_plain or len(call.sizes[0]) != 3 or call.axis != -1:
            return None
        return op.model_validate({})

    return rule


Rule = Callable[[KerasCall], AbstractOp | None]

RULES: dict[str, Rule] = {
    "Clip": _clip,
    "Concatenate": _concatenate,
    "Elu": _as_layer(activation.ELU),
    "LeakyRelu": _as_layer(activation.LeakyReLU),
    "Max": _over_channels(pooling.ChannelMaxPooling),
    "Mean": _over_channels(pooling.ChannelAveragePooling),
    "ReLU": _as_layer(activation.ReLU),
    "Softmax": _as_layer(activation.Softmax),
}
"""The rule of each function that takes settings; any other is a plain activation."""

# Functions whose arguments matter ---------------------------------------------


def _item(call: KerasCall) -> AbstractOp | None:
    """`x[..., 2:8]`; an item that asks for anything else is no op."""
    match call.arguments:
        case (("tensor", (*before, ("slice", start, stop, None | 1))), ()):
            limits: tuple[Any, Any] = start, stop
            channels = call.sizes[0][-1]
            if _is_whole(before, call) and channels and _are_numbers(*limits):
                first, end, _ = slice(*limits).indices(channels)
                return ChannelSlice(start=first, stop=end) if first < end else None
    return None


def _is_whole(before: Sequence[Hashable], call: KerasCall) -> bool:
    """Whether what stands in the brackets before the channels keeps it all."""
    is_complete = ... in before or len(before) == len(call.sizes[0])
    return is_complete and all(each in (_ALL, ...) for each in before)


def _are_numbers(*limits: Any) -> bool:
    return all(limit is None or isinstance(limit, int) for limit in limits)


def _arithmetic(call: KerasCall) -> AbstractOp | None:
    """`x + y`, `x / 6`, `1 - x`, and what else has two operands."""
    one, other = _operands(call)
    if one == other == TENSOR:
        return _merge(call)
    number, at = (other, 1) if one == TENSOR else (one, 0)
    return _rescale(type(call.layer).__name__, number, at)


def _operands(call: KerasCall) -> tuple[Any, Any]:
    """Return both operands, as they were passed."""
    arguments: Any = call.arguments
    positional, named = arguments
    if len(positional) != 2 or named:
        return None, None
    one, other = positional
    return one, other


def _merge(call: KerasCall) -> AbstractOp | None:
    """Return the layer of that name; it broadcasts alike where the ranks are one."""
    op = getattr(merging, type(call.layer).__name__, None)
    if op is None or len({len(size) for size in call.sizes}) > 1:
        return None
    merge: AbstractOp = op()
    return merge


def _rescale(name: str, number: Any, at: int) -> AbstractOp | None:
    """Return what a number does that stands at a place beside the tensor."""
    if type(number) not in (int, float) or not number:
        return None
    match name, at:
        case "Add", _:
            return Rescaling(scale=1.0, offset=float(number))
        case "Multiply", _:
            return Rescaling(scale=float(number))
        case "Subtract", 1:
            return Rescaling(scale=1.0, offset=-float(number))
        case "Subtract", 0:
            return Rescaling(scale=-1.0, offset=float(number))
        case (("Divide" | "TrueDivide"), 1):
            return Rescaling(scale=1 / number)
    return None
