"""Layouts: which values of an ONNX file have their channels last.

Convolutions have them first; a transposition carries them to the end and back, and all
that works element by element leaves them where they are. So most layouts follow from
the convolutions, forwards and backwards. Where none does, the table's images decide.
"""

from collections.abc import Iterable, Mapping, Sequence

from archcompiler.models.onnx_file import Dimensions, OnnxNode
from archcompiler.shapes import Shape

Turns = Mapping[bool, bool]
"""Whether the channels are last after a node, by whether they were before it."""

_FIRST = frozenset(
    {
        *("AveragePool", "BatchNormalization", "Conv", "ConvTranspose", "DepthToSpace"),
        *("GlobalAveragePool", "GlobalMaxPool", "GroupNormalization", "LRN", "MaxPool"),
        *("ConvInteger", "InstanceNormalization", "QLinearConv", "SpaceToDepth"),
    }
)
"""Nodes that have the channels first, whatever the network has."""

_ANEW = frozenset(
    {
        *(
            "Einsum",
            "Flatten",
            "Gather",
            "Gemm",
            "MatMul",
            "MatMulInteger",
            "QLinearMatMul",
            "Reshape",
            "Shape",
            "Size",
        ),
        *("Squeeze", "Unsqueeze"),
    }
)
"""Nodes whose output has axes of its own."""


def order_of(rank: int, before: bool, after: bool) -> tuple[int, ...]:
    """Return the order of axes that carries the channels to the end, or back."""
    middle = tuple(range(2, rank))
    if before == after:
        return tuple(range(rank))
    return (0, rank - 1, *range(1, rank - 1)) if before else (0, *middle, 1)


def layouts_of(
    nodes: Sequence[OnnxNode],
    inputs: Mapping[str, Dimensions],
    images: Sequence[Shape],
) -> dict[str, bool]:
    """Return of each value whether its channels are last."""
    layouts = _Layouts(nodes, set(inputs))
    for node in nodes:
        if node.kind in _FIRST:
            layouts.settle(node.inputs[0], is_last=False)
            layouts.settle(node.outputs[0], is_last=False)
    for name, dimensions in inputs.items():
        is_last = _like_table(dimensions, images)
        if is_last is not None:
            layouts.settle(name, is_last=is_last)
    for node in nodes:
        if node.kind == "Transpose":
            layouts.trust(node)
    is_last = any(layouts.found.get(name, False) for name in inputs)
    are_vectors = all(0 < len(each) < 3 for each in inputs.values())
    for name in inputs:  # an image that is made of a vector has the table's axes
        layouts.settle(name, is_last=is_last or are_vectors)
    for node in nodes:
        before = layouts.found.get(node.inputs[0], False) if node.inputs else False
        for name in node.outputs:
            layouts.settle(name, is_last=before)
    return layouts.found


class _Layouts:
    """What was found out so far, and which values follow from which."""

    def __init__(self, nodes: Iterable[OnnxNode], values: set[str]) -> None:
        self.found: dict[str, bool] = {}
        self._following: dict[tuple[str, bool], list[tuple[str, bool]]] = {}
        for node in nodes:
            taken = [name for name in node.inputs if name in values]
            if taken:
                values.update(node.outputs)
                self._bind([*taken, *node.outputs], _turns(node))

    def _bind(self, names: Sequence[str], turns: Turns) -> None:
        """Note which layouts of the first value and the others go together."""
        first, *others = names
        for before, after in turns.items():
            for other in others:
                self._following.setdefault((first, before), []).append((other, after))
                self._following.setdefault((other, after), []).append((first, before))

    def settle(self, name: str, *, is_last: bool) -> None:
        """Note a layout, unless it is known, and all that follow from it."""
        waiting = [(name, is_last)]
        while waiting:
            name, is_last = waiting.pop()
            if name not in self.found:
                self.found[name] = is_last
                waiting += self._following.get((name, is_last), ())

    def trust(self, node: OnnxNode) -> None:
        """Take a transposition for what it looks like."""
        turns = _turns(node)
        if len(turns) == 1:
            self.settle(node.inputs[0], is_last=next(iter(turns)))


def _turns(node: OnnxNode) -> Turns:
    """Return the layouts that go together; nothing where the output is laid out anew.

    Of an image, an order of axes leads either to the end or back; of fewer, both.
    """
    if node.kind in _ANEW or not node.number("keepdims", 1):
        return {}
    if node.kind != "Transpose":
        return {False: False, True: True}
    order = node.numbers("perm", ())
    pairs = [(before, after) for before in (False, True) for after in (False, True)]
    return {
        before: after
        for before, after in pairs
        if order == order_of(len(order), before, after)
    }


def _like_table(dimensions: Dimensions, images: Sequence[Shape]) -> bool | None:
    """Whether an input has its channels last, if the sizes in the table tell it."""
    alike = [each for each in images if len(each) == len(dimensions) - 1 > 1]
    first = any(_agrees(dimensions, (each[-1], *each[:-1])) for each in alike)
    last = any(_agrees(dimensions, each) for each in alike)
    return None if first == last else last


def _agrees(dimensions: Dimensions, lengths: Shape) -> bool:
    """Whether a shape is that of an input, as far as it isn't open."""
    pairs = zip(dimensions[1:], lengths, strict=True)
    return all(axis in (None, length) for axis, length in pairs)
