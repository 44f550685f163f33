"""ONNX' nodes that are together what an op does: known by what they give."""

from collections.abc import Callable
from math import prod

from archcompiler.models.onnx_file import OnnxNode
from archcompiler.reading.onnx_curves import activation
from archcompiler.reading.onnx_numbers import normalisation
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_rearranged import rearranged
from archcompiler.reading.onnx_stretches import (
    ELEMENTWISE,
    LARGE,
    LAYOUT,
    MIXING,
    Stretch,
    are_equal,
    arrays_of,
    counted,
    given,
    lengths_of,
    mixes_samples,
    noise_of,
    stretches_to,
)
from archcompiler.units.calls import as_image

Rule = Callable[[Reader, OnnxNode], int]

ENDS = (
    *("Add", "Clip", "Div", "Max", "Mul", "Relu", "Reshape", "Sub", "Transpose"),
    "Where",
)
"""Nodes in which something may end that an op does in one."""

MOST_ELEMENTS = 2**22
"""Elements of a value that are followed through nodes."""

_KINKED = {"Abs", "Clip", "Greater", "GreaterOrEqual", "LeakyRelu", "Less"}
_KINKED |= {"LessOrEqual", "Max", "Min", "Relu", "Where"}

_JOINING = ("Add", "Max", "Sub", "Where")
"""Nodes that can put the two sides of a rectifier together."""


def together(rule: Rule) -> Rule:
    """Return the rule of a node that may end what an op does in one."""

    def found(reader: Reader, node: OnnxNode) -> int:
        for stretch in stretches_to(reader, node):
            place = _op_of(reader, stretch)
            if place is not None:
                reader.together.add(stretch.output)
                return place
        return rule(reader, node)

    return found


def _op_of(reader: Reader, stretch: Stretch) -> int | None:
    """Add the op that a stretch is; None where it is none of the table's."""
    if not 0 < prod(lengths_of(reader, stretch)) <= MOST_ELEMENTS:
        return None
    kinds = stretch.kinds
    if kinds <= LAYOUT:
        return rearranged(reader, stretch) if len(kinds) > 1 else None
    if kinds <= ELEMENTWISE:
        is_rectifier = kinds & _KINKED and stretch.nodes[-1].kind in _JOINING
        return _rectifier(reader, stretch) if is_rectifier else None
    if not kinds & MIXING or mixes_samples(reader, stretch):
        return None
    return normalisation(reader, stretch)


def _rectifier(reader: Reader, stretch: Stretch) -> int | None:
    """Add a rectifier with learnt slopes; as many as an array of the file has."""
    import numpy as np

    arrays = arrays_of(reader, stretch)
    slopes = {n: a for n, a in arrays.items() if a.ndim and a.dtype.kind == "f"}
    if not slopes:
        return None
    lengths = lengths_of(reader, stretch)
    x = [size * noise_of(lengths) for size in (1.0, LARGE**2)]
    found = [given(reader, stretch, arrays, each) for each in x]
    for name, array in slopes.items():
        for slope in (array, -array):
            ours = [np.where(each > 0, each, slope * each) for each in x]
            if all(map(are_equal, ours, found)):
                return _with_slopes(reader, stretch, name)
    return None


def _with_slopes(reader: Reader, stretch: Stretch, name: str) -> int:
    lengths = reader.graph.constants[name].dimensions
    rank = len(lengths_of(reader, stretch))
    _, *shape = [1] * (rank - len(lengths)) + [*lengths]
    if not reader.is_last(stretch.source):
        shape = [*shape[1:], shape[0]]
    place, slopes = reader.places[stretch.source], as_image(tuple(shape))
    made = activation(reader, stretch.nodes[-1], place, "prelu", slopes=slopes)
    return counted(reader, stretch, made, prod(lengths))
