"""The op that computes what a Keras layer or function does, with all of its fields.

The inverse of `AbstractOp.layer_call`, and held to it: an op is taken for a layer only
where the layer that the op makes has the same config.
"""

from collections.abc import Hashable, Mapping
from functools import cache, lru_cache
from math import prod
from typing import Any, get_args

import keras
from pydantic import ValidationError

from archcompiler.backends.keras_model.building import make_layer
from archcompiler.models.calls import KerasCall
from archcompiler.models.keras_functions import op_of_function
from archcompiler.models.private import LAYER_SCALE, STOCHASTIC_DEPTH, is_function
from archcompiler.models.settings import freeze, kind_of, settings_of
from archcompiler.ops import fields, initializers
from archcompiler.ops.base import AbstractOp, OpError
from archcompiler.ops.convolution import Conv2D
from archcompiler.ops.dense import Dense
from archcompiler.ops.ranks import RANKS, of_rank, ranked
from archcompiler.ops.table import OPS

_LIKE: dict[str, tuple[str, Mapping[str, str]]] = {
    LAYER_SCALE: ("LayerScale", {"init_values": "initial_value"}),
    STOCHASTIC_DEPTH: ("StochasticDepth", {"drop_path_rate": "rate"}),
}
"""Classes of keras.applications that do what an op of ours does, and their fields."""

IDLE = ("ActivityRegularization", "Identity")
"""Keras' layers without an op that do nothing outside training."""


def op_of(call: KerasCall) -> AbstractOp | None:
    """Return the op that a call applies to its tensors; None where there is none.

    Channels are taken to be last, whatever the layer says. An activation that no name
    tells is left out, as `own_activation` gives it; initial values are at their
    defaults.
    """
    if not is_real(call):
        return None
    if is_function(call.layer):
        return op_of_function(call)
    op = _op_of_class(call) if call.arguments is None else None
    if op is None or (call.is_training and op.has_modes) or not _holds(call, op):
        return None
    return op


def is_real(call: KerasCall) -> bool:
    """Whether what a call gives are real numbers: whole ones are cut off."""
    return "float" in call.dtype


def own_activation(layer: Any) -> Any:
    """Return a layer's activation where it is no function of Keras' own."""
    given = getattr(layer, "activation", None)
    name = getattr(given, "__name__", "")
    named = name in get_args(fields.Activation)
    return None if named and getattr(keras.activations, name, None) is given else given


def open_fields(call: KerasCall, op: AbstractOp) -> dict[str, Hashable]:
    """Return the op's uncompared fields as the layer has them; none that no op says."""
    config = {} if is_function(call.layer) else call.layer.get_config()
    found: dict[str, Hashable] = {}
    for name in op.uncompared():
        given = config.get(name, getattr(op, name))
        value = _initial_value(given) if isinstance(given, Mapping) else given
        if value is not None:
            found[name] = value
    return found


def _initial_value(config: Mapping[str, Any]) -> Hashable:
    """Return an initializer as ops have it: a name, with arguments, or a number."""
    given = config["config"]
    if config["class_name"] == "Constant":
        value = given["value"]
        return float(value) if isinstance(value, int | float) else None
    named = _named_initializers().get(freeze(config))
    if named is not None:
        return named
    for name, (class_name, _) in initializers.CLASSES.items():
        if class_name == config["class_name"] and given["seed"] is None:
            return initializers.initializer(name, given)
    return None


@cache
def _named_initializers() -> dict[Hashable, str]:
    """Return Keras' initializers by their config, with the names that ops have."""
    names = get_args(initializers.InitializerName)
    made = {name: keras.initializers.get(name) for name in names}
    serialise = keras.saving.serialize_keras_object
    return {freeze(serialise(each)): name for name, each in made.items()}


def _op_of_class(call: KerasCall) -> AbstractOp | None:
    kind = kind_of(call.layer).removeprefix("archcompiler>")
    like, renamed = _LIKE.get(kind, (kind, {}))
    cls = OPS.get(like) or ranked(like, OPS)
    if cls is None:
        return None
    config = _config(call, cls)
    given = {renamed.get(key, key): value for key, value in config.items()}
    try:
        op = cls.model_validate(
            {key: value for key, value in given.items() if key in cls.model_fields}
        )
    except ValidationError:
        return None
    if like == kind and not _makes(op, config):
        return None
    return _at_each_position(op, call)


def _config(call: KerasCall, cls: type[AbstractOp]) -> dict[str, Any]:
    """Return what tells the function: axes from the end, values as fields hold them."""
    config: dict[str, Any] = dict(call.settings)
    if "axis" in config:
        config["axis"] = call.axis
    if own_activation(call.layer) is not None:
        config.pop("activation", None)
    left_out = {"data_format", *cls.training_arguments}
    return {
        key: cls.field_of(key, value)
        for key, value in config.items()
        if key not in left_out
    }


def _makes(op: AbstractOp, config: Mapping[str, Any]) -> bool:
    """Whether the layer that an op makes has a config."""
    made = _made(op)
    for key, value in config.items():
        if key not in made:
            return False  # as with weights of low rank
        given = type(op).field_of(key, made[key])
        if key == "axis" and isinstance(given, tuple):
            (given,) = given
        if given != value:
            return False
    return True


@lru_cache(maxsize=1024)
def _made(op: AbstractOp) -> Mapping[str, Any]:
    return settings_of(make_layer(op, "made"))


def _holds(call: KerasCall, op: AbstractOp) -> bool:
    """Whether a layer has the weights that its op says, if the sizes tell them."""
    try:
        sizes = [weight.size for weight in op.weights(call.sizes)]  # type: ignore[arg-type]
    except (OpError, TypeError):  # of an image that doesn't fit, or of open size
        return True
    held = [prod(weight.shape) for weight in getattr(call.layer, "weights", ())]
    return sizes == held


def _at_each_position(op: AbstractOp, call: KerasCall) -> AbstractOp | None:
    """Return a dense layer of an image as the 1x1 convolution that it is.

    Of more axes than a volume has, it is no op.
    """
    size = call.sizes[0]
    rank = len(size) - 1
    if not isinstance(op, Dense) or {*size[:-1]} <= {1}:
        return op
    if rank > max(RANKS):
        return None
    return of_rank(Conv2D, rank).model_validate(
        {
            "filters": op.units,
            "kernel_size": (1,) * rank,
            "activation": op.activation,
            "use_bias": op.use_bias,
        }
    )
