"""Constants that the nodes of an ONNX file make of other constants, and of shapes.

Of weights the dimensions are all that is needed. Few numbers are computed, by the
reference that ONNX has of each node: shapes are known, however they were put together.
"""

import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from math import prod
from typing import Any

from archcompiler.models.onnx_file import (
    MOST_ELEMENTS,
    Constant,
    Dimensions,
    OnnxNode,
)
from archcompiler.models.onnx_graph import OnnxGraph

TO_WHOLE = frozenset({"QuantizeLinear", "com.microsoft.QuantizeLinear"})
"""Rounding to whole numbers."""

ROUNDING = TO_WHOLE | {"DequantizeLinear", "com.microsoft.DequantizeLinear"}
"""To whole numbers and back again: as good as nothing."""

IN_WHOLE_NUMBERS = frozenset(
    {"ConvInteger", "MatMulInteger", "QLinearConv", "QLinearMatMul"}
)
"""Layers whose weights are whole numbers."""

_SAME = ROUNDING | {"Identity", "Cast", "CastLike"}
"""Nodes that leave each element of their first operand where it is."""

_MOVING = _SAME | {"Reshape", "Flatten", "Transpose", "Squeeze", "Unsqueeze"}
"""Nodes that give each element of their first operand, and no other."""

_ARITHMETIC = frozenset(
    {
        *(
            "Abs",
            "Add",
            "And",
            "Ceil",
            "Clip",
            "Concat",
            "Div",
            "Equal",
            "Exp",
            "Floor",
        ),
        *("Gather", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Log", "Max"),
        *("Min", "Mod", "Mul", "Neg", "Not", "Or", "Pow", "Reciprocal", "ReduceMax"),
        *("ReduceMin", "ReduceProd", "ReduceSum", "Round", "Sigmoid", "Sign", "Slice"),
        *("Split", "Sqrt", "Sub", "Tanh", "Where"),
    }
)
"""Nodes that cannot make much of few numbers."""

_SIZED = {"ConstantOfShape": 0, "Expand": 1}
"""Nodes that make as much as an operand says, and the operand's place."""

_WORDS = ("value", "value_float", "value_floats", "value_int", "value_ints")
"""Where a constant that is a node has its elements."""


@dataclass(frozen=True)
class Folder:
    """Takes the nodes that give constants, in the order of the file."""

    graph: OnnxGraph
    dimensions_of: Callable[[str], Dimensions]
    """Returns the shape of a value, as far as it is known by now."""

    def takes(self, node: OnnxNode) -> bool:
        """Whether a node gives constants, which are known from then on."""
        if not self._gives_constants(node):
            return False
        arrays = self._arrays(node)
        for at, name in enumerate(node.outputs):
            array = arrays[at] if at < len(arrays) else None
            made = _literal(node) if node.kind == "Constant" else None
            made = made or self._made(node, name, array)
            if made is None:
                self.graph.computed.add(name)
            else:
                self.graph.constants[name] = made
        return True

    def _gives_constants(self, node: OnnxNode) -> bool:
        if node.kind in ("Constant", "Shape", "Size"):
            return True
        return bool(node.inputs) and all(map(self.graph.is_constant, node.inputs))

    def _made(self, node: OnnxNode, name: str, array: Any) -> Constant | None:
        """Return a constant as far as it is known."""
        first = self.graph.constants.get(node.inputs[0]) if node.inputs else None
        source = first.source if first and node.kind in _MOVING else name
        if array is not None:
            is_real = name in self.graph.reals or array.dtype.kind == "f"
            held = array if array.size <= MOST_ELEMENTS else None
            return Constant(tuple(array.shape), is_real, held, source, _filled(node))
        inferred = self._laid_out(node, first) or self.dimensions_of(name)
        lengths = tuple(each for each in inferred if each is not None)
        if lengths and len(lengths) == len(inferred):
            is_real = self._is_real(node, name, first)
            return Constant(lengths, is_real, source=source, filled=_filled(node))
        if first is not None and node.kind in _SAME:
            return replace(first, is_real=self._is_real(node, name, first), array=None)
        return None

    def _is_real(self, node: OnnxNode, name: str, first: Constant | None) -> bool:
        """Whether a node gives real numbers; where ONNX isn't sure, its kind tells."""
        value = node.attributes.get("value")
        if node.kind == "ConstantOfShape":
            return value.is_real if isinstance(value, Constant) else True
        kept = first is not None and first.is_real and node.kind in _MOVING
        return name in self.graph.reals or kept or node.kind in ROUNDING

    def _laid_out(self, node: OnnxNode, first: Constant | None) -> Dimensions:
        """Return the shape that a node is told in numbers."""
        told = self.graph.constants.get(node.inputs[-1]) if node.inputs else None
        numbers = told.numbers if told else None
        if numbers is None or first is None:
            return ()
        if node.kind == "ConstantOfShape":
            return tuple(map(int, numbers))
        return laid_out(numbers, first.dimensions) if node.kind == "Reshape" else ()

    def _arrays(self, node: OnnxNode) -> list[Any]:
        """Return the few numbers that a node gives; nothing where they are many."""
        if node.kind in ("Shape", "Size"):
            return self._shape(node)
        if node.kind not in _MOVING | _ARITHMETIC | _SIZED.keys() | {"Range"}:
            return []
        given = [self.graph.constants.get(name) for name in node.inputs if name]
        arrays = [each.array for each in given if each is not None]
        if len(arrays) < len(given) or any(array is None for array in arrays):
            return []
        if _is_large(node, arrays):
            return []
        return _run(node, dict(zip(filter(None, node.inputs), arrays, strict=True)))

    def _shape(self, node: OnnxNode) -> list[Any]:
        import numpy as np

        name = node.inputs[0]
        lengths = self.dimensions_of(name)
        if name in self.graph.constants:
            lengths = self.graph.constants[name].dimensions
        known = [each for each in lengths if each is not None]
        if not known or len(known) < len(lengths):
            return []
        return _run(node, {name: np.broadcast_to(np.float32(0), known)})


def _is_large(node: OnnxNode, arrays: list[Any]) -> bool:
    """Whether a node makes more of its numbers than are read."""
    if node.kind == "Range":
        start, limit, step = (each.item() for each in arrays)
        return not step or (limit - start) / step > MOST_ELEMENTS
    if node.kind not in _SIZED:
        return False
    return bool(prod(arrays[_SIZED[node.kind]].ravel().tolist()) > MOST_ELEMENTS)


def _filled(node: OnnxNode) -> float | None:
    """Return the number with which a node fills a shape."""
    if node.kind != "ConstantOfShape":
        return None
    value = node.attributes.get("value")
    return (value.numbers or (0.0,))[0] if isinstance(value, Constant) else 0.0


def laid_out(numbers: Sequence[float], before: Dimensions) -> Dimensions:
    """Return the shape that numbers tell: 0 keeps an axis, -1 is what is left."""
    known = [each for each in before if each is not None]
    if len(known) < len(before) or 0 in known:
        return ()
    lengths = [*map(int, numbers)]
    for at, length in enumerate(lengths[: len(known)]):
        lengths[at] = length or known[at]
    left, rest = divmod(prod(known), abs(prod(lengths)) or 1)
    filled = tuple(left if each == -1 else each for each in lengths)
    return filled if not rest and prod(filled) == prod(known) else ()


def broadcast(numbers: Sequence[float], before: Dimensions) -> Dimensions:
    """Return the shape that a value is expanded to: an axis of 1 as numbers tell it."""
    lengths = [*map(int, numbers)]
    rank = max(len(lengths), len(before))
    if None in before or not lengths:
        return ()
    ours, theirs = ((1,) * (rank - len(each)) + (*each,) for each in (before, lengths))
    pairs = [*zip(ours, theirs, strict=True)]
    meets = all(1 in pair or pair[0] == pair[1] for pair in pairs)
    return tuple(b if a == 1 else a for a, b in pairs) if meets else ()


def _literal(node: OnnxNode) -> Constant | None:
    """Return what a node holds itself."""
    import numpy as np

    for word in _WORDS:
        value = node.attributes.get(word)
        if isinstance(value, Constant):
            return replace(value, source=node.outputs[0])
        if value is not None:
            array = np.asarray(value, "float32" if "float" in word else "int64")
            held = array if array.size <= MOST_ELEMENTS else None
            return Constant(array.shape, "float" in word, held, node.outputs[0])
    return None


def _run(node: OnnxNode, arrays: dict[str, Any]) -> list[Any]:
    """Return what a node makes of arrays; nothing where it makes no sense."""
    import numpy as np
    from onnx.reference import ReferenceEvaluator

    with warnings.catch_warnings(), suppress(Exception):
        warnings.simplefilter("ignore")
        return [*map(np.asarray, ReferenceEvaluator(node.proto).run(None, arrays))]
    return []
