"""ONNX' arithmetic: of several values, or of one value and numbers of the file."""

from collections.abc import Callable, Hashable
from dataclasses import replace

from archcompiler.models.onnx_file import Constant, OnnxNode
from archcompiler.ops import merging
from archcompiler.ops.base import AbstractOp
from archcompiler.reading.onnx_curves import CONDITIONS, apply
from archcompiler.reading.onnx_neighbours import normalisation_by_slices
from archcompiler.reading.onnx_normalisation import (
    NORMALISATIONS,
    local_normalisation_of,
)
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_values import NotReadError
from archcompiler.units.arrays import Arrays
from archcompiler.units.elementwise import SCALED
from archcompiler.units.units import Counts

Rule = Callable[[Reader, OnnxNode], int]

COMPARISONS = (*CONDITIONS, "Pow", "Where")
"""What only is told as a part of a function that an op has."""


def of_values(op: AbstractOp) -> Rule:
    """Return the rule of a merge of any number of values."""
    return lambda reader, node: apply(reader, node, lambda: _merge(reader, node, op))


def addition(reader: Reader, node: OnnxNode) -> int:
    """Add a sum; numbers for each channel after weights are their bias."""
    return apply(reader, node, lambda: _sum(reader, node))


def product(reader: Reader, node: OnnxNode) -> int:
    """Add a product of values, or of a value and numbers."""
    return _with_numbers(reader, node, merging.Multiply())


def difference(reader: Reader, node: OnnxNode) -> int:
    """Add a difference of values, or of a value and numbers."""
    return _with_numbers(reader, node, merging.Subtract())


def quotient(reader: Reader, node: OnnxNode) -> int:
    """Add a value divided by numbers, or a normalisation that is written out."""
    return apply(reader, node, lambda: _quotient(reader, node))


def comparison(reader: Reader, node: OnnxNode) -> int:
    """Add what may be a part of a function, and is told as nothing else."""
    return apply(reader, node, lambda: reader.unknown(node))


def concatenation(reader: Reader, node: OnnxNode) -> int:
    """Add a concatenation along the channels."""
    name = node.inputs[0]
    rank, axis = reader.rank(name), int(node.number("axis", 1))
    if rank and axis % rank != reader.channel_axis(name):
        raise NotReadError
    return _merge(reader, node, merging.Concatenate())


def _with_numbers(reader: Reader, node: OnnxNode, op: AbstractOp) -> int:
    return apply(reader, node, lambda: _scaled(reader, node, op))


def _scaled(reader: Reader, node: OnnxNode, op: AbstractOp) -> int:
    value = _value_beside_numbers(reader, node)
    if value is None:
        return _merge(reader, node, op)
    return _scale(reader, node, value)


def _sum(reader: Reader, node: OnnxNode) -> int:
    value = _value_beside_numbers(reader, node)
    if value is None:
        return _merge(reader, node, merging.Add())
    place = reader.places[value]
    before = reader.units[place].whole or reader.units[place]
    filters = before.settings.get("filters", before.settings.get("units"))
    if before.shape is not None:
        filters = before.shape[-1]
    size = _beside(reader, node).size
    made = _scale(reader, node, value)
    if before.settings.get("bias") is False and filters == size:
        reader.parameters += size - reader.held(node)
        counts = Counts(before.counts.parameters + size, before.counts.macs)
        settings = {**before.settings, "bias": True}
        at = next(n for n, name in enumerate(node.inputs) if name != value)
        arrays = (*before.arrays, *_bias(reader, node, at, before.arrays))
        whole = replace(before, settings=settings, counts=counts, arrays=arrays)
        reader.units.change(made, whole=whole)
    return made


def _bias(reader: Reader, node: OnnxNode, at: int, before: Arrays) -> Arrays:
    if before:
        return (reader.bias(node, at, before[0]),)
    return reader.held_as(node, ("bias",), at)


def _quotient(reader: Reader, node: OnnxNode) -> int:
    value = _value_beside_numbers(reader, node)
    if value is not None and value == node.inputs[0]:
        return _scale(reader, node, value)
    if value is not None:
        raise NotReadError
    op = local_normalisation_of(reader, node) or normalisation_by_slices(reader, node)
    if op is None:
        raise NotReadError
    return reader.lower(node, op, (reader.operand(node),))


def _value_beside_numbers(reader: Reader, node: OnnxNode) -> str | None:
    """Return the one value that meets numbers of its channels; None for several values.

    Raises:
        NotReadError: for numbers of each position.
    """
    values = [name for name in node.inputs if name in reader.places]
    if len(values) == len(node.inputs):
        return None
    beside = [name for name in node.inputs if name not in reader.places]
    if len(values) != 1 or len(beside) != 1:
        raise NotReadError
    known = _beside(reader, node)
    if known.filled is not None and known.dimensions == reader.dimensions(values[0]):
        return values[0]
    if known.size != 1 and not reader.is_of_channels(beside[0], values[0]):
        raise NotReadError
    return values[0]


def _beside(reader: Reader, node: OnnxNode) -> Constant:
    """Return the numbers that stand beside a value."""
    known = [reader.constant(node, at) for at in range(len(node.inputs))]
    found = [each for each in known if each is not None]
    if len(found) != 1:
        raise NotReadError  # they are computed
    return found[0]


def _scale(reader: Reader, node: OnnxNode, value: str) -> int:
    """Add a scaling, of which the file doesn't tell whether its numbers were learnt.

    Right behind a normalisation they are its own.
    """
    place = reader.places[value]
    before, held = reader.units[place], reader.held(node)
    beside = _beside(reader, node)
    is_of_each = beside.size > 1 and beside.filled is None
    numbers = _numbers(reader, node)
    made = reader.lower(node, SCALED, (place,), open=numbers, stays=True)
    unit = reader.units[made]
    parts = before.parts if unit.operands != (place,) else frozenset()
    if is_of_each:
        parts |= {"factor" if node.kind in ("Mul", "Div") else "offset"}
    counts = Counts(unit.counts.parameters + held)
    reader.units.change(made, counts=counts, parts=parts)
    if parts:
        reader.units.change(made, settings={}, open={})
    whole = before.whole or before
    if whole.kind in NORMALISATIONS and is_of_each:
        counts = Counts(whole.counts.parameters + held)
        reader.units.change(made, whole=replace(whole, counts=counts, arrays=()))
    return made


def _numbers(reader: Reader, node: OnnxNode) -> dict[str, Hashable]:
    """Return by what one number scales and moves a value."""
    first, second = map(reader.number, node.inputs)
    number = second if first is None else first
    if number is None:
        return {}
    if node.kind in ("Mul", "Div"):
        return {"scale": 1 / number if node.kind == "Div" else number, "offset": 0.0}
    if node.kind == "Add":
        return {"scale": 1.0, "offset": number}
    sign = 1.0 if first is None else -1.0
    return {"scale": sign, "offset": -sign * number}


def _merge(reader: Reader, node: OnnxNode, op: AbstractOp) -> int:
    places = reader.operands(node)
    if len(places) != len(node.inputs):
        raise NotReadError
    ranks = {reader.rank(name) for name in node.inputs} - {0}
    if len(ranks) > 1 and not all(map(reader.is_last, node.inputs)):
        raise NotReadError  # axes are laid together from the last one
    return places[0] if len(places) == 1 else reader.lower(node, op, places)
