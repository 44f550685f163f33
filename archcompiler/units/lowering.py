"""Lowering: ops of the op table become units; one rule for each family of ops."""

from dataclasses import replace

from archcompiler.ops import activation as functions
from archcompiler.ops import merging, normalization, pooling, scaling
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.convolution import Conv2D, Conv2DTranspose
from archcompiler.ops.dense import Dense
from archcompiler.ops.depthwise import DepthwiseConv2D, SeparableConv2D
from archcompiler.ops.rearranging import (
    ChannelShuffle,
    ChannelSlice,
    ChannelSplit,
    DepthToSpace,
    SpaceToDepth,
)
from archcompiler.ops.reshaping import Flatten, Permute, Reshape
from archcompiler.ops.resizing import Cropping2D, Resizing, UpSampling2D, ZeroPadding2D
from archcompiler.units.calls import AppliedOp, Rule
from archcompiler.units.elementwise import activate, concatenate, merge, scale
from archcompiler.units.layouts import before_layout, turned
from archcompiler.units.rearranging import (
    keep_channels,
    normalise_groups,
    other,
    permute,
    rearrange,
    reshape,
)
from archcompiler.units.stacking import apart, stack
from archcompiler.units.weighted import (
    convolution,
    dense,
    depthwise_convolution,
    separable_convolution,
    transposed_convolution,
)
from archcompiler.units.windows import crop, enlarge, pad, pool, pool_globally, resize


def lower(call: AppliedOp) -> int:
    """Add what an op does, and return the place of its output.

    Raises:
        OpError: for an op that does not fit what arrives.
    """
    if not call.stays and (both := turned(call)) is not None:
        before, after = both
        return permute(replace(after, operands=(lower(before),)))
    if not call.stays and (parts := [*map(lower, apart(call))]):
        return stack(call.units, call.operands[0], parts)
    if not call.stays and (laid_out := before_layout(call)) is not None:
        plain, unit = laid_out
        return call.units.add(replace(unit, operands=(lower(plain),)))
    found = (RULES[cls] for cls in type(call.op).__mro__ if cls in RULES)
    return next(found, other)(call)


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
    Permute: permute,
    ChannelShuffle: rearrange,
    DepthToSpace: rearrange,
    SpaceToDepth: rearrange,
    normalization.GroupNormalization: normalise_groups,
    ChannelSlice: keep_channels,
    ChannelSplit: keep_channels,
    ZeroPadding2D: pad,
    Cropping2D: crop,
    Resizing: resize,
    UpSampling2D: enlarge,
}
"""The rule of each op, whatever its rank; any other is told by name and arguments."""
