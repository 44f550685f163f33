"""Stretches of an ONNX file: nodes without weights that lead from one value to another.

What they are together is found out by what they give, of numbers that tell it.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from archcompiler.models.onnx_file import Constant, OnnxNode
from archcompiler.models.onnx_layouts import order_of
from archcompiler.models.onnx_running import output_of
from archcompiler.ops.base import AbstractOp
from archcompiler.reading.onnx_curves import ARITHMETIC, CONDITIONS, FUNCTIONS
from archcompiler.reading.onnx_reader import Reader
from archcompiler.reading.onnx_values import UNCHANGED
from archcompiler.units.units import Counts

LAYOUT = UNCHANGED | {
    *("DepthToSpace", "Expand", "Flatten", "Gather", "Reshape", "Slice"),
    *("SpaceToDepth", "Squeeze", "Tile", "Transpose", "Unsqueeze"),
}
"""Nodes of which each element that comes out is one that went in."""

REDUCTIONS = frozenset(
    {
        *("GlobalAveragePool", "ReduceL2", "ReduceMax", "ReduceMean", "ReduceSum"),
        *("ReduceSumSquare",),
    }
)
"""Nodes that make one number of many."""

MIXING = REDUCTIONS | {"CumSum", "TopK"}
"""Nodes of which each number that comes out is made of many."""

ELEMENTWISE = frozenset({*FUNCTIONS, *ARITHMETIC, *CONDITIONS}) | UNCHANGED

_KINDS = LAYOUT | MIXING | ELEMENTWISE

LARGE = 100.0
"""Numbers beside which an epsilon is nothing."""

_TOLERANCE = 1e-4

MOST_NODES = 40
"""So many nodes no function of the op table is written in."""

MOST_SOURCES = 6
"""Values that nodes are looked at from, the nearest first."""


class Stretch(NamedTuple):
    """Nodes from one value to another, each after those that feed it."""

    source: str
    nodes: tuple[OnnxNode, ...]

    @property
    def kinds(self) -> set[str]:
        """The kinds of its nodes, but for those that do nothing."""
        return {node.kind for node in self.nodes} - UNCHANGED

    @property
    def output(self) -> str:
        """The value that it ends in."""
        return self.nodes[-1].outputs[0]


def stretches_to(reader: Reader, node: OnnxNode) -> Iterator[Stretch]:
    """Yield the stretches that end in a node, the shortest first."""
    nodes = [node]
    waiting = _values(reader, node)
    found = 0
    while waiting and found < MOST_SOURCES:
        last = max(waiting, key=lambda name: reader.positions.get(name, -1))
        maker = reader.makers.get(last)
        if len(waiting) == 1 and (maker is None or maker.kind not in UNCHANGED):
            found += 1
            yield Stretch(last, tuple(reversed(nodes)))
        if maker is None or maker.kind not in _KINDS or last in reader.together:
            return
        if len(nodes) == MOST_NODES:
            return
        nodes.append(maker)
        waiting -= {*maker.outputs}
        waiting |= _values(reader, maker)


def _values(reader: Reader, node: OnnxNode) -> set[str]:
    return {name for name in node.inputs if name in reader.places}


def arrays_of(reader: Reader, stretch: Stretch) -> dict[str, Any]:
    """Return the constants that a stretch takes; weights that are not read are noise.

    Nothing where one is not known otherwise.
    """
    import numpy as np

    random = np.random.default_rng(0)
    found: dict[str, Any] = {}
    for node in stretch.nodes:
        for name in node.inputs:
            constant = reader.graph.constants.get(name)
            if constant is not None and name not in found:
                found[name] = _array(constant, random)
    return {} if any(each is None for each in found.values()) else found


def _array(constant: Constant, random: Any) -> Any:
    import numpy as np

    if constant.array is not None:
        return constant.array
    if constant.filled is not None:
        return np.full(constant.dimensions, constant.filled, "float32")
    if not constant.is_real:
        return None
    return random.normal(size=constant.dimensions).astype("float32")


def given(reader: Reader, stretch: Stretch, arrays: dict[str, Any], x: Any) -> Any:
    """Return what a stretch gives of a value; None where it makes no sense."""
    values = {stretch.source: x, **arrays}
    return output_of(stretch.nodes, values, reader.graph.version)


def mixes_samples(reader: Reader, stretch: Stretch) -> bool:
    """Whether numbers of several samples come together, as far as axes tell."""
    return any(_mixes(reader, node) for node in stretch.nodes)


def _mixes(reader: Reader, node: OnnxNode) -> bool:
    if node.kind not in MIXING or node.kind == "GlobalAveragePool":
        return False
    rank = reader.rank(node.inputs[0])
    axes = reader.numbers(node, 1, "axes")
    if node.kind == "TopK":
        axes = (node.number("axis", -1),)
    return not rank or not axes or any(int(axis) % rank == 0 for axis in axes)


def lengths_of(reader: Reader, stretch: Stretch) -> tuple[int, ...]:
    """Return the shape of the value that arrives, each open axis as 0."""
    return tuple(each or 0 for each in reader.dimensions(stretch.source)) or (0,)


def channels_at_end(reader: Reader, name: str, array: Any) -> Any:
    """Return an array of a value with its channels last."""
    if array.ndim < 3:
        return array
    return array.transpose(order_of(array.ndim, reader.is_last(name), after=True))


def noise_of(lengths: tuple[int, ...]) -> Any:
    """Return numbers of every size, so that no bound stays unnoticed."""
    import numpy as np

    return (np.random.default_rng(1).normal(size=lengths) ** 3).astype("float32")


def lowered(reader: Reader, stretch: Stretch, op: AbstractOp) -> int:
    """Add the op that a stretch is."""
    operands = (reader.places[stretch.source],)
    return reader.lower(stretch.nodes[-1], op, operands, stays=True)


def counted(reader: Reader, stretch: Stretch, place: int, weights: int) -> int:
    """Let a unit hold what its nodes do, each of which has counted its own."""
    reader.parameters += weights - sum(map(reader.held, stretch.nodes))
    reader.units.change(place, counts=Counts(weights))
    return place


def are_equal(ours: Any, found: Any) -> bool:
    """Whether two arrays hold the same, but for what is not finite and rounding."""
    import numpy as np

    if found is None or ours.shape != found.shape:
        return False
    known = np.isfinite(found)
    rounded = _TOLERANCE * max(1.0, float(abs(ours).max()) / 10)
    return bool(np.allclose(ours[known], found[known], _TOLERANCE, rounded))
