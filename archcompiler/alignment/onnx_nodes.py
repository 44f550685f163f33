"""ONNX' nodes: one rule for each kind that the vocabulary of units has."""

from collections.abc import Callable
from math import isclose, isinf, prod
from typing import Any

from archcompiler.alignment.onnx_channels import slicing, splitting
from archcompiler.alignment.onnx_constants import ROUNDING
from archcompiler.alignment.onnx_file import OnnxNode
from archcompiler.alignment.onnx_layouts import order_of
from archcompiler.alignment.onnx_patterns import local_normalisation as written_out
from archcompiler.alignment.onnx_reader import NotReadError, Reader
from archcompiler.alignment.onnx_windows import (
    average_pooling,
    convolution,
    max_pooling,
    padding,
    transposed_convolution,
)
from archcompiler.alignment.units import Counts, Unit
from archcompiler.alignment.words import rectifier, with_number
from archcompiler.ops import merging, normalization, pooling, rearranging
from archcompiler.ops import reshaping as reshaping_ops
from archcompiler.ops.activation import Softmax
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.dense import Dense
from archcompiler.ops.scaling import Rescaling

Rule = Callable[[Reader, OnnxNode], int]


# Matrices -------------------------------------------------------------------


def gemm(reader: Reader, node: OnnxNode) -> int:
    """Add a dense layer."""
    matrix = reader.constant(node, 1)
    if matrix is None or len(matrix.dimensions) != 2 or node.number("transA", 0):
        raise NotReadError
    rows, columns = matrix.dimensions
    units = rows if node.number("transB", 0) else columns
    op = Dense(units=units, use_bias=len(node.inputs) > 2)
    return reader.lower(node, op, (reader.operand(node),))


def matrix_product(reader: Reader, node: OnnxNode) -> int:
    """Add a dense layer without its bias, which an addition brings."""
    matrix = reader.constant(node, 1)
    if matrix is None or len(matrix.dimensions) != 2:
        raise NotReadError
    op = Dense(units=matrix.dimensions[1], use_bias=False)
    return reader.lower(node, op, (reader.operand(node),))


# Several values, or one and numbers -----------------------------------------


def addition(reader: Reader, node: OnnxNode) -> int:
    """Add a sum; numbers for each channel after weights are their bias."""
    place = _with_numbers(reader, node)
    if place is None:
        return _merge(reader, node, merging.Add())
    before = reader.units[place]
    filters = before.settings.get("filters", before.settings.get("units"))
    beside = reader.constant(node, 0) or reader.constant(node, 1)
    held = 0 if beside is None else beside.size
    if before.settings.get("bias") is False and filters == held:
        _give_bias(reader, place, before, held)
        return place
    return _scale(reader, node, place)


def _give_bias(reader: Reader, place: int, before: Unit, held: int) -> None:
    counts = Counts(before.counts.parameters + held, before.counts.macs)
    settings = {**before.settings, "bias": True}
    reader.units.change(place, settings=settings, counts=counts)


def product(reader: Reader, node: OnnxNode) -> int:
    """Add a product of values, or of a value and numbers."""
    place = _with_numbers(reader, node)
    if place is None:
        return _merge(reader, node, merging.Multiply())
    return _scale(reader, node, place)


def difference(reader: Reader, node: OnnxNode) -> int:
    """Add a difference of values, or of a value and numbers."""
    place = _with_numbers(reader, node)
    if place is None:
        return _merge(reader, node, merging.Subtract())
    return _scale(reader, node, place)


def quotient(reader: Reader, node: OnnxNode) -> int:
    """Add a value divided by numbers, or a normalisation that is written out."""
    place = _with_numbers(reader, node)
    if place is not None:
        return _scale(reader, node, place)
    op = written_out(reader, node)
    if op is None:
        raise NotReadError
    return reader.lower(node, op, (reader.operand(node),))


def _with_numbers(reader: Reader, node: OnnxNode) -> int | None:
    """Return the one value that meets numbers of the file; None for several values."""
    places = reader.operands(node)
    if len(places) == len(node.inputs):
        return None
    if len(places) != 1:
        raise NotReadError
    return places[0]


def _scale(reader: Reader, node: OnnxNode, place: int) -> int:
    """Add a scaling, of which the file doesn't tell whether its numbers were learnt."""
    made = reader.lower(node, Rescaling(scale=1.0), (place,))
    held = reader.units[made].counts.parameters + reader.held(node)
    reader.units.change(made, settings={}, counts=Counts(held))
    return made


def merging_rule(op: AbstractOp) -> Rule:
    """Return the rule of a merge of any number of values."""
    return lambda reader, node: _merge(reader, node, op)


def _merge(reader: Reader, node: OnnxNode, op: AbstractOp) -> int:
    places = reader.operands(node)
    if len(places) != len(node.inputs):
        raise NotReadError
    return places[0] if len(places) == 1 else reader.lower(node, op, places)


def concatenation(reader: Reader, node: OnnxNode) -> int:
    """Add a concatenation along the channels."""
    name = node.inputs[0]
    rank, axis = reader.rank(name), int(node.number("axis", 1))
    if rank and axis % rank != reader.channel_axis(name):
        raise NotReadError
    return _merge(reader, node, merging.Concatenate())


# Activations ----------------------------------------------------------------


def function(name: str) -> Rule:
    """Return the rule of a function without numbers."""
    return lambda reader, node: _apply(reader, node, name)


def numbered(name: str, attribute: str, default: float) -> Rule:
    """Return the rule of a function with one number."""

    def rule(reader: Reader, node: OnnxNode) -> int:
        text = with_number(name, node.number(attribute, default))
        return _apply(reader, node, text)

    return rule


def softmax(reader: Reader, node: OnnxNode) -> int:
    """Add a softmax over the channels."""
    name = node.inputs[0]
    rank, axis = reader.rank(name), int(node.number("axis", -1))
    if rank and axis % rank != reader.channel_axis(name):
        raise NotReadError
    return reader.lower(node, Softmax(), (reader.operand(node),))


def clip(reader: Reader, node: OnnxNode) -> int:
    """Add a rectifier that saturates, or any two bounds."""
    least = (reader.numbers(node, 1, "min") or (float("-inf"),))[0]
    most = (reader.numbers(node, 2, "max") or (float("inf"),))[0]
    if least == 0:
        return _apply(reader, node, rectifier(None if isinf(most) else most))
    return _apply(reader, node, f"clip from {least:g} to {most:g}")


def hard_sigmoid(reader: Reader, node: OnnxNode) -> int:
    """Add a hard sigmoid; Keras and PyTorch have a sixth where ONNX has a fifth."""
    slope = node.number("alpha", 0.2)
    is_sixth = isclose(slope, 1 / 6, rel_tol=1e-4)
    name = "hard sigmoid"
    return _apply(reader, node, name if is_sixth else with_number(name, slope))


def _apply(reader: Reader, node: OnnxNode, name: str) -> int:
    place = reader.operand(node)
    shape = reader.units[place].shape
    settings = {"function": name}
    return reader.add(node, "activation", settings, shape, (place,), "activation")


# Pooling, normalisation, layout ---------------------------------------------


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


def normalisation(kind: str) -> Rule:
    """Return the rule of a normalisation by statistics."""

    def rule(reader: Reader, node: OnnxNode) -> int:
        place = reader.operand(node)
        shape = reader.units[place].shape
        return reader.add(node, kind, {}, shape, (place,), "normalisation")

    return rule


def local_normalisation(reader: Reader, node: OnnxNode) -> int:
    """Add a normalisation by neighbouring channels, whose mean alpha scales."""
    op = normalization.LocalResponseNormalization(
        size=int(node.number("size", 0)),
        alpha=node.number("alpha", 1e-4),
        beta=node.number("beta", 0.75),
        k=node.number("bias", 1.0),
    )
    return reader.lower(node, op, (reader.operand(node),))


def passing(reader: Reader, node: OnnxNode) -> int:
    """Leave out what only acts in training, or only lays elements out anew."""
    return reader.operand(node)


def reshaping(reader: Reader, node: OnnxNode) -> int:
    """Add elements laid out anew, as far as the file says how."""
    place = reader.operand(node)
    before, after = reader.units[place].shape, reader.shape(node.outputs[0])
    if after is None or before is None or after == before:
        return place
    if sum(length > 1 for length in after) <= 1:
        return reader.lower(node, reshaping_ops.Flatten(), (place,))
    if prod(after or ()) != prod(before):
        return place  # the batch was mixed in, or is not known
    return reader.add(node, "reshape", {"target": after}, after)


def transposition(reader: Reader, node: OnnxNode) -> int:
    """Leave out what carries the channels to the end, or back: a value knows it."""
    name, rank = node.inputs[0], reader.rank(node.inputs[0])
    order = node.numbers("perm", tuple(reversed(range(rank))))
    before, after = (reader.is_last(each) for each in (name, node.outputs[0]))
    if order != order_of(len(order), before, after):
        raise NotReadError
    return reader.operand(node)


def rearrangement(op: type[Any]) -> Rule:
    """Return the rule of blocks that become channels, or channels that become them."""

    def rule(reader: Reader, node: OnnxNode) -> int:
        if node.word("mode", "DCR") != "DCR":
            raise NotReadError
        size = int(node.number("blocksize", 0))
        return reader.lower(node, op(block_size=size), (reader.operand(node),))

    return rule


RULES: dict[str, Rule] = {
    "Conv": convolution,
    "ConvTranspose": transposed_convolution,
    "Gemm": gemm,
    "MatMul": matrix_product,
    "MaxPool": max_pooling,
    "AveragePool": average_pooling,
    "GlobalAveragePool": op_rule(pooling.GlobalAveragePooling2D()),
    "GlobalMaxPool": op_rule(pooling.GlobalMaxPooling2D()),
    "ReduceMean": reduction(
        pooling.GlobalAveragePooling2D(), pooling.ChannelAveragePooling()
    ),
    "ReduceMax": reduction(pooling.GlobalMaxPooling2D(), pooling.ChannelMaxPooling()),
    "Pad": padding,
    "BatchNormalization": normalisation("batch normalisation"),
    "InstanceNormalization": normalisation("instance normalisation"),
    "GroupNormalization": normalisation("group normalisation"),
    "LayerNormalization": normalisation("layer normalisation"),
    "LRN": local_normalisation,
    "Add": addition,
    "Sum": merging_rule(merging.Add()),
    "Mul": product,
    "Sub": difference,
    "Div": quotient,
    "Max": merging_rule(merging.Maximum()),
    "Min": merging_rule(merging.Minimum()),
    "Mean": merging_rule(merging.Average()),
    "Concat": concatenation,
    "Slice": slicing,
    "Split": splitting,
    "Relu": function("relu"),
    "Sigmoid": function("sigmoid"),
    "Tanh": function("tanh"),
    "Softplus": function("softplus"),
    "Softsign": function("softsign"),
    "Mish": function("mish"),
    "Gelu": function("gelu"),
    "HardSwish": function("hard silu"),
    "Swish": function("silu"),
    "Selu": function("selu"),
    "PRelu": function("prelu"),
    "Softmax": softmax,
    "LogSoftmax": function("log softmax"),
    "Elu": numbered("elu", "alpha", 1.0),
    "LeakyRelu": numbered("leaky relu", "alpha", 0.01),
    "HardSigmoid": hard_sigmoid,
    "Clip": clip,
    "Identity": passing,
    "Dropout": passing,
    "Cast": passing,
    "Flatten": op_rule(reshaping_ops.Flatten()),
    "Squeeze": passing,
    "Unsqueeze": passing,
    "Reshape": reshaping,
    "Transpose": transposition,
    **dict.fromkeys(ROUNDING, passing),
    "DepthToSpace": rearrangement(rearranging.DepthToSpace),
    "SpaceToDepth": rearrangement(rearranging.SpaceToDepth),
}
"""The rule of each kind of node; any other is named as unknown."""
