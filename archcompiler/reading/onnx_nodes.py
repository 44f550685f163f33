"""ONNX' nodes: one rule for each kind that the vocabulary of units has."""

from collections.abc import Callable

import archcompiler.reading.onnx_arithmetic as arithmetic
import archcompiler.reading.onnx_normalisation as normalisation
from archcompiler.models.onnx_constants import ROUNDING, TO_WHOLE
from archcompiler.models.onnx_file import OnnxNode
from archcompiler.ops import merging, pooling, rearranging
from archcompiler.ops.activation import Activation, Softmax
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.convolution import Conv2D
from archcompiler.ops.dense import Dense
from archcompiler.reading.onnx_channels import slicing, splitting
from archcompiler.reading.onnx_curves import FUNCTIONS, activation, function
from archcompiler.reading.onnx_quantised import of_whole_numbers
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_resizing import expanding, padding, resizing, tiling
from archcompiler.reading.onnx_rounding import rounding
from archcompiler.reading.onnx_shaping import (
    casting,
    dropping,
    flattening,
    gathering,
    passing,
    rearrangement,
    reshaping,
    squeezing,
    transposition,
)
from archcompiler.reading.onnx_together import ENDS, together
from archcompiler.reading.onnx_values import NotReadError
from archcompiler.reading.onnx_windows import (
    average_pooling,
    convolution,
    max_pooling,
    transposed_convolution,
)
from archcompiler.units.arrays import Held, kernel_reshaped
from archcompiler.units.calls import as_image

Rule = Callable[[Reader, OnnxNode], int]


def gemm(reader: Reader, node: OnnxNode) -> int:
    """Add a dense layer."""
    matrix = reader.constant(node, 1)
    if matrix is None or len(matrix.dimensions) != 2 or node.number("transA", 0):
        raise NotReadError
    if node.number("alpha", 1) != 1 or node.number("beta", 1) != 1:
        raise NotReadError
    rows, columns = matrix.dimensions
    is_turned = bool(node.number("transB", 0))
    units = rows if is_turned else columns
    op = Dense(units=units, use_bias=len(node.inputs) > 2)
    arrays = reader.kernel_and_bias(node, *((1, 0) if is_turned else ()))
    return reader.lower(node, op, (reader.operand(node),), arrays=arrays)


def matrix_product(reader: Reader, node: OnnxNode) -> int:
    """Add a dense layer without its bias, which an addition brings.

    Of an image whose channels are last, it is a 1x1 convolution.
    """
    matrix = reader.constant(node, 1)
    if matrix is None or len(matrix.dimensions) != 2:
        raise NotReadError
    units, name = matrix.dimensions[1], node.inputs[0]
    rank = reader.rank(name)
    if rank > 2 and not (rank == 4 and reader.is_last(name)):
        raise NotReadError
    op: AbstractOp = Dense(units=units, use_bias=False)
    arrays = reader.kernel_and_bias(node)
    if rank == 4:
        op = Conv2D(filters=units, kernel_size=(1, 1), use_bias=False)
        arrays = kernel_reshaped(arrays, 1, 1, *matrix.dimensions)
    return reader.lower(node, op, (reader.operand(node),), arrays=arrays)


def rectifier(reader: Reader, node: OnnxNode) -> int:
    """Add a rectifier with learnt slopes, which positions or channels may share."""
    constant, name = reader.constant(node, 1), node.inputs[0]
    if constant is None:
        raise NotReadError
    rank = reader.rank(name) or 1 + len(constant.dimensions)
    _, *shape = [1] * (rank - len(constant.dimensions)) + [*constant.dimensions]
    held = Held("alpha", node.inputs[1], node.name, written=node.kind).reshaped(*shape)
    if not reader.is_last(name):
        shape = [*shape[1:], shape[0]]
        held = held.transposed(*range(1, len(shape)), 0)
    slopes = as_image(tuple(shape))
    place = activation(reader, node, reader.operand(node), "prelu", slopes=slopes)
    reader.units.change(place, arrays=(held,))
    return place


def log_softmax(reader: Reader, node: OnnxNode) -> int:
    """Add the logarithm of a softmax over the channels."""
    if _axis(reader, node) not in (None, reader.channel_axis(node.inputs[0])):
        raise NotReadError
    op = Activation(activation="log_softmax")
    return reader.lower(node, op, (reader.operand(node),))


def softmax(reader: Reader, node: OnnxNode) -> int:
    """Add a softmax over an axis."""
    name, place = node.inputs[0], reader.operand(node)
    axis = _axis(reader, node)
    if axis in (None, reader.channel_axis(name)):
        return reader.lower(node, Softmax(), (place,))
    moved = axis if reader.is_last(name) else axis - 1
    arrives = reader.shape(name)
    return reader.lower(node, Softmax(axis=moved), (place,), arrives=arrives)


def _axis(reader: Reader, node: OnnxNode) -> int | None:
    """Return the axis that is summed: all from there on, where the file is old."""
    name, is_old = node.inputs[0], reader.graph.version < 13
    rank, axis = reader.rank(name), int(node.number("axis", 1 if is_old else -1))
    if not rank:
        return None
    axis %= rank
    lengths = reader.dimensions(name)
    longer = [at for at in range(axis, len(lengths)) if lengths[at] != 1]
    if is_old and len(longer) > 1:
        raise NotReadError
    if is_old:
        axis = next(iter(longer), axis)
    if axis == 0:
        raise NotReadError
    return axis


def op_rule(op: AbstractOp) -> Rule:
    """Return the rule of an op of one value."""
    return lambda reader, node: reader.lower(node, op, (reader.operand(node),))


def reduction(over_positions: AbstractOp, over_channels: AbstractOp) -> Rule:
    """Return the rule of a reduction, which over height and width pools globally.

    Of channels that are reduced, one is left, even where the file adds it afterwards.
    """

    def rule(reader: Reader, node: OnnxNode) -> int:
        name = node.inputs[0]
        axes = {int(axis) % 4 for axis in reader.numbers(node, 1, "axes") or ()}
        if reader.rank(name) != 4:
            raise NotReadError
        if axes == {1, 2, 3} - {reader.channel_axis(name)}:
            return reader.lower(node, over_positions, (reader.operand(node),))
        if axes == {reader.channel_axis(name)}:
            return reader.lower(node, over_channels, (reader.operand(node),))
        raise NotReadError

    return rule


_RULES: dict[str, Rule] = {
    **dict.fromkeys(arithmetic.COMPARISONS, arithmetic.comparison),
    **dict.fromkeys(FUNCTIONS, function),
    "Conv": convolution,
    "ConvTranspose": transposed_convolution,
    "Gemm": gemm,
    "MatMul": matrix_product,
    "QLinearConv": of_whole_numbers(convolution, 3, 8),
    "QLinearMatMul": of_whole_numbers(matrix_product, 3),
    "ConvInteger": of_whole_numbers(convolution, 1),
    "MatMulInteger": of_whole_numbers(matrix_product, 1),
    "MaxPool": max_pooling,
    "AveragePool": average_pooling,
    "GlobalAveragePool": op_rule(pooling.GlobalAveragePooling2D()),
    "GlobalMaxPool": op_rule(pooling.GlobalMaxPooling2D()),
    "ReduceMean": reduction(
        pooling.GlobalAveragePooling2D(), pooling.ChannelAveragePooling()
    ),
    "ReduceMax": reduction(pooling.GlobalMaxPooling2D(), pooling.ChannelMaxPooling()),
    "Pad": padding,
    "Resize": resizing,
    "Upsample": resizing,
    "Tile": tiling,
    "Expand": expanding,
    "BatchNormalization": normalisation.of_batch,
    "InstanceNormalization": normalisation.of_instances,
    "GroupNormalization": normalisation.of_groups,
    "LayerNormalization": normalisation.of_layer,
    "LRN": normalisation.of_neighbours,
    "Add": arithmetic.addition,
    "Sum": arithmetic.of_values(merging.Add()),
    "Mul": arithmetic.product,
    "Sub": arithmetic.difference,
    "Div": arithmetic.quotient,
    "Max": arithmetic.of_values(merging.Maximum()),
    "Min": arithmetic.of_values(merging.Minimum()),
    "Mean": arithmetic.of_values(merging.Average()),
    "Concat": arithmetic.concatenation,
    "Slice": slicing,
    "Split": splitting,
    "PRelu": rectifier,
    "Softmax": softmax,
    "LogSoftmax": log_softmax,
    "Gather": gathering,
    "Identity": passing,
    "Dropout": dropping,
    "Cast": casting,
    "Flatten": flattening,
    "Squeeze": squeezing,
    "Unsqueeze": squeezing,
    "Reshape": reshaping,
    "Transpose": transposition,
    **dict.fromkeys(ROUNDING, passing),
    **dict.fromkeys(TO_WHOLE, rounding),
    "DepthToSpace": rearrangement(rearranging.DepthToSpace),
    "SpaceToDepth": rearrangement(rearranging.SpaceToDepth),
}

RULES: dict[str, Rule] = {
    **_RULES,
    **{kind: together(_RULES[kind]) for kind in ENDS},
}
"""The rule of each kind of node; any other is named as unknown."""
