"""ONNX' layers of whole numbers: read as the layers that they stand for."""

from collections.abc import Callable
from dataclasses import replace

from archcompiler.models.onnx_file import OnnxNode
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_rounding import rounding

Rule = Callable[[Reader, OnnxNode], int]

_SCALE = 6
"""The operand that scales what comes out, where a layer rounds it."""


def of_whole_numbers(rule: Rule, *weights: int) -> Rule:
    """Return the rule of a layer whose weights, at these operands, are whole numbers.

    They are counted as what they stand for, and none is taken for one that it isn't.
    """

    def quantised(reader: Reader, node: OnnxNode) -> int:
        taken = [node.inputs[at] for at in weights if at < len(node.inputs)]
        plain = replace(node, inputs=(node.inputs[0], *filter(None, taken)))
        place = rule(reader, plain)
        known = map(reader.graph.constants.get, plain.inputs[1:])
        reader.parameters += sum(each.size for each in known if each is not None)
        reader.units.change(place, arrays=())
        return _rounded(reader, node, place) if len(node.inputs) > _SCALE else place

    return quantised


def _rounded(reader: Reader, node: OnnxNode, place: int) -> int:
    """Add the rectifier that may have gone into the rounding of what comes out."""
    (name,) = node.outputs
    reader.places[name] = place
    inputs = (name, *node.inputs[_SCALE : _SCALE + 2])
    rounded = replace(node, kind="QuantizeLinear", inputs=inputs)
    reader.places[name] = rounding(reader, rounded)
    return reader.places[name]
