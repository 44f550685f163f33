"""Canonical form: which layers are skipped, split, folded or renamed, and how."""

from collections.abc import Callable

from archcompiler.models.keras_ops import IDLE
from archcompiler.models.private import (
    LAYER_SCALE,
    SCALE_THEN_ADD,
    SPLIT,
    STOCHASTIC_DEPTH,
    is_function,
)
from archcompiler.models.settings import UNKNOWN, kind_of
from archcompiler.ops.table import OPS
from archcompiler.transplanting.activations import (
    activation_layer,
    elu_layer,
    relu_layer,
    softmax_layer,
)
from archcompiler.transplanting.call import Call
from archcompiler.transplanting.channels import (
    channel_parts,
    channel_pooling,
    channel_slice,
    channel_split,
)
from archcompiler.transplanting.generic import generic
from archcompiler.transplanting.graph import Value
from archcompiler.transplanting.operations import operation
from archcompiler.transplanting.padding import cropping, zero_padding
from archcompiler.transplanting.shaping import (
    channel_scale,
    concatenation,
    global_pooling,
    merging,
    normalization,
    rescaling,
    reshaping,
    scale_then_add,
)
from archcompiler.transplanting.windows import (
    convolution,
    dense,
    pooling,
    separable_convolution,
    transposed_convolution,
)

Rule = Callable[[Call], Value]


def skip(call: Call) -> Value:
    """Leave out a layer that does nothing outside training."""
    return generic(call) if call.is_training else call.operands[0]


def _each(rule: Rule, *names: str) -> dict[str, Rule]:
    return dict.fromkeys(names, rule)


def _noise() -> list[str]:
    """Return Keras' names of the ops that do nothing outside training."""
    return [
        f"archcompiler>{name}" if op.custom else name
        for name, op in OPS.items()
        if op.only_in_training
    ]


def _ranks(name: str) -> tuple[str, str, str]:
    return f"{name}1D", f"{name}2D", f"{name}3D"


RULES: dict[str, Rule] = {
    **_each(skip, *_noise(), *IDLE, STOCHASTIC_DEPTH),
    **_each(activation_layer, "Activation"),
    **_each(relu_layer, "ReLU", "LeakyReLU"),
    **_each(elu_layer, "ELU"),
    **_each(softmax_layer, "Softmax"),
    **_each(zero_padding, *_ranks("ZeroPadding")),
    **_each(cropping, *_ranks("Cropping")),
    **_each(convolution, *_ranks("Conv")),
    **_each(convolution, "DepthwiseConv1D", "DepthwiseConv2D"),
    **_each(separable_convolution, "SeparableConv1D", "SeparableConv2D"),
    **_each(transposed_convolution, "Conv1DTranspose", "Conv2DTranspose"),
    **_each(transposed_convolution, "Conv3DTranspose"),
    **_each(dense, "Dense"),
    **_each(pooling, *_ranks("MaxPooling"), *_ranks("AveragePooling")),
    **_each(global_pooling, "GlobalAveragePooling2D", "GlobalMaxPooling2D"),
    **_each(normalization, "BatchNormalization", "Normalization"),
    **_each(normalization, "LayerNormalization", "UnitNormalization"),
    **_each(rescaling, "Rescaling"),
    **_each(reshaping, "Flatten", "Reshape"),
    **_each(merging, "Add", "Average", "Maximum", "Minimum", "Multiply"),
    **_each(concatenation, "Concatenate"),
    **_each(scale_then_add, SCALE_THEN_ADD),
    **_each(channel_pooling, "archcompiler>ChannelAveragePooling"),
    **_each(channel_pooling, "archcompiler>ChannelMaxPooling"),
    **_each(channel_slice, "archcompiler>ChannelSlice"),
    **_each(channel_split, "archcompiler>ChannelSplit"),
    **_each(channel_scale, "archcompiler>LayerScale", LAYER_SCALE),
    **_each(channel_scale, "archcompiler>Scale"),
}
"""The rule of each Keras class; any other class is `generic`."""


def canonicalise(call: Call) -> tuple[Value, ...]:
    """Add the nodes of a call; return its outputs."""
    if kind_of(call.layer) == SPLIT and UNKNOWN not in call.settings:
        return channel_parts(call)
    value = _rule_of(call)(call)
    if len(call.results) == 1:
        return (value,)
    return tuple(Value(value.node, output) for output in range(len(call.results)))


def _rule_of(call: Call) -> Rule:
    if UNKNOWN in call.settings:
        return generic
    if is_function(call.layer):
        return operation
    return (
        RULES.get(kind_of(call.layer), generic) if call.arguments is None else generic
    )
