"""Operations: functions of `keras.ops`, as the layers that compute the same."""

from collections.abc import Callable
from typing import Any

import keras

from archcompiler.models.keras_functions import op_of_function
from archcompiler.ops import activation, merging, pooling, rearranging, scaling
from archcompiler.ops.base import AbstractOp
from archcompiler.transplanting.activations import (
    activate,
    elu_layer,
    rectify,
    softmax_layer,
)
from archcompiler.transplanting.call import Call
from archcompiler.transplanting.channels import keep_channels, pool_channels
from archcompiler.transplanting.generic import generic
from archcompiler.transplanting.graph import Value
from archcompiler.transplanting.shaping import concatenation, merge, rescale

Rule = Callable[[Call, Any], Value]


def operation(call: Call) -> Value:
    """Add what a function does."""
    rule = _OF_ANY_AXIS.get(type(call.layer).__name__)
    if rule is not None and call.arguments is None:
        return rule(call)
    op = op_of_function(call)
    return generic(call) if op is None else RULES[type(op)](call, op)


_OF_ANY_AXIS = {"Concatenate": concatenation, "Softmax": softmax_layer}


def _activate(call: Call, op: activation.Activation) -> Value:
    function = getattr(keras.activations, op.activation)
    return activate(call, call.operands[0], function)


def _rectify(call: Call, op: activation.ReLU | activation.LeakyReLU) -> Value:
    return rectify(call, **op.model_dump(exclude={"op"}))


def _merge(call: Call, op: AbstractOp) -> Value:
    return merge(call, type(op).__name__)


RULES: dict[type[AbstractOp], Rule] = {
    activation.Activation: _activate,
    activation.ReLU: _rectify,
    activation.LeakyReLU: _rectify,
    activation.ELU: lambda call, _: elu_layer(call),
    scaling.Rescaling: lambda call, op: rescale(
        call, call.operands[0], op.scale, op.offset
    ),
    rearranging.ChannelSlice: lambda call, op: keep_channels(call, op.start, op.stop),
    pooling.ChannelAveragePooling: lambda call, op: pool_channels(call, op.op),
    pooling.ChannelMaxPooling: lambda call, op: pool_channels(call, op.op),
    **dict.fromkeys(
        (
            merging.Add,
            merging.Subtract,
            merging.Multiply,
            merging.Maximum,
            merging.Minimum,
            merging.Average,
        ),
        _merge,
    ),
}
"""What each op is in canonical form."""
