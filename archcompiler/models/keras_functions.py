"""Keras' functions as ops: `relu(x)`, `x + y`, `x / 6`, `x[..., 2:8]`."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from math import prod
from typing import Any, get_args

import keras
from pydantic import ValidationError

from archcompiler.models.calls import TENSOR, KerasCall
from archcompiler.models.private import call_that_made
from archcompiler.models.settings import settings_of
from archcompiler.ops import activation, fields, merging, pooling, reshaping, resizing
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.ranks import of_rank
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
    """`relu(x)`, `gelu(x, approximate=False)`: what an activation's name calls."""
    settings = dict(call.settings)
    if "axis" in settings:
        settings["axis"] = call.axis
    word = _activations().get((type(call.layer).__name__, frozenset(settings.items())))
    return activation.Activation.model_validate({"activation": word}) if word else None


@cache
def _activations() -> Mapping[Hashable, str]:
    """Return the names of Keras' activations by the one function that each calls."""
    tensor = keras.Input((2,))
    found: dict[Hashable, str] = {}
    for word in get_args(fields.Activation):
        for home in (keras.activations, keras.ops):  # `ops.gelu` has another default
            function = getattr(home, word, None)
            key = _key(function, tensor) if function is not None else None
            if key is not None and (home is keras.activations or not key[1]):
                found.setdefault(key, word)
    return found


def _key(function: Callable[[Any], Any], tensor: Any) -> tuple[str, Any] | None:
    """Return the one function that another one calls, with its settings."""
    try:
        made = call_that_made(function(tensor))
    except ValueError:  # of code that only runs on numbers
        return None
    if made.input_tensors != [tensor]:
        return None
    settings = settings_of(made.operation)
    return type(made.operation).__name__, frozenset(settings.items())


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


def _over(channels: type[AbstractOp], image: type[AbstractOp]) -> "Rule":
    """Return the rule of `mean` and `max`: over an image's channels or its places."""

    def rule(call: KerasCall) -> AbstractOp | None:
        settings, size = call.settings, call.sizes[0]
        if settings.get("initial") is not None:
            return None
        axes = call.axis if isinstance(call.axis, tuple) else (call.axis,)
        if len(size) == 3 and axes == (-1,) and settings["keepdims"] is True:
            return channels.model_validate({})
        rank = len(size) - 1
        if rank not in (1, 2, 3) or {*axes} != {*range(-rank - 1, -1)}:
            return None
        given = {"keepdims": settings["keepdims"]}
        return of_rank(image, rank).model_validate(given)

    return rule


def _pool(op: type[AbstractOp]) -> "Rule":
    """Return the rule of `max_pool(x, 2)` and `average_pool`, as of the layers."""

    def rule(call: KerasCall) -> AbstractOp | None:
        given = dict(call.settings)
        rank = len(call.sizes[0]) - 1
        for name in ("pool_size", "strides"):
            if isinstance(given[name], int):
                given[name] = (given[name],) * rank
        del given["data_format"]
        return of_rank(op, rank).model_validate(given)

    return rule


def _pad(call: KerasCall) -> AbstractOp | None:
    """`pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))`, which fills with zeros."""
    settings: Any = call.settings
    batch, *sides, channels = settings["pad_width"]
    if settings["mode"] != "constant" or {batch, channels} != {(0, 0)}:
        return None
    op = of_rank(resizing.ZeroPadding2D, len(sides))
    return op.model_validate({"padding": sides})


def _reshape(call: KerasCall) -> AbstractOp | None:
    """`reshape(x, (-1, 256))`, where each sample keeps its values."""
    (given,), (made,) = call.sizes, call.results
    if None in (*given, *made) or prod(given) != prod(made):  # type: ignore[arg-type]
        return None
    if len(made) == 1:
        return reshaping.Flatten()
    return reshaping.Reshape.model_validate({"target_shape": made})


def _transpose(call: KerasCall) -> AbstractOp | None:
    axes: Any = call.settings["axes"]
    if axes is None or axes[0] != 0:
        return None
    return reshaping.Permute.model_validate({"dims": axes[1:]})


Rule = Callable[[KerasCall], AbstractOp | None]

RULES: dict[str, Rule] = {
    "AveragePool": _pool(pooling.AveragePooling2D),
    "Clip": _clip,
    "Concatenate": _concatenate,
    "Elu": _as_layer(activation.ELU),
    "LeakyRelu": _as_layer(activation.LeakyReLU),
    "Max": _over(pooling.ChannelMaxPooling, pooling.GlobalMaxPooling2D),
    "MaxPool": _pool(pooling.MaxPooling2D),
    "Mean": _over(pooling.ChannelAveragePooling, pooling.GlobalAveragePooling2D),
    "Pad": _pad,
    "ReLU": _as_layer(activation.ReLU),
    "Reshape": _reshape,
    "Softmax": _as_layer(activation.Softmax),
    "Transpose": _transpose,
}
"""The rule of each function that takes settings; any other is an activation."""

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
    if type(call.layer).__name__ == "Maximum" and number == 0:
        return activation.Activation(activation="relu")
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
