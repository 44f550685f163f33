"""Lowering: ops of the op table become units; one rule for each family of ops."""

from archcompiler.ops import activation as functions
from archcompiler.ops import merging, normalization, pooling, scaling
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.convolution import Conv2D, Conv2DTranspose
from archcompiler.ops.dense import Dense
from archcompiler.ops.depthwise import DepthwiseConv2D, SeparableConv2D
from archcompiler.ops.rearranging import ChannelSlice, ChannelSplit
from archcompiler.ops.reshaping import Flatten, Reshape
from archcompiler.ops.resizing import Cropping2D, ZeroPadding2D
from archcompiler.units.calls import Call, Rule
from archcompiler.units.elementwise import activate, concatenate, merge, scale
from archcompiler.units.rearranging import keep_channels, other, reshape
from archcompiler.units.weighted import (
    convolution,
    dense,
    depthwise_convolution,
    separable_convolution,
    transposed_convolution,
)
from archcompiler.units.windows import crop, pad, pool, pool_globally


def lower(call: Call) -> int:
    """Add what an op does, and return the place of its output.

    Raises:
        OpError: for an op that does not fit what arrives.
    """
    return RULES.get(type(call.op), other)(call)


RULES: dict[type[AbstractOp], Rule] = {
    Conv2D: convolution,
    DepthwiseConv2D: depthwise_convolution,
    SeparableConv2D: separable_convolution,
    Conv2DTranspose: transposed_convolution,
    Dense: dense,
    pooling.MaxPooling2D: pool,
    pooling.AveragePooling2D: pool,
    pooling.GlobalAveragePooling2D: pool_globally,
    pooling.GlobalMaxPooling2D: pool_globally,
    merging.Add: merge,
    merging.Subtract: merge,
    merging.Multiply: merge,
    merging.Average: merge,
    merging.Maximum: merge,
    merging.Minimum: merge,
    merging.Concatenate: concatenate,
    functions.Activation: activate,
    functions.ReLU: activate,
    functions.LeakyReLU: activate,
    functions.ELU: activate,
    functions.PReLU: activate,
    functions.Softmax: activate,
    normalization.Normalization: scale,
    scaling.Rescaling: scale,
    scaling.Scale: scale,
    scaling.LayerScale: scale,
    Flatten: reshape,
    Reshape: reshape,
    ChannelSlice: keep_channels,
    ChannelSplit: keep_channels,
    ZeroPadding2D: pad,
    Cropping2D: crop,
}
"""The rule of each op; any other op is told by its name and arguments."""
