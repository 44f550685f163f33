"""The calls of a block, and the layers that each of them made."""

from collections.abc import Hashable, Iterable, Iterator, Set
from dataclasses import dataclass, field

from archcompiler.graph.calls import CalledBlock, CalledStep
from archcompiler.graph.expansion import Expansion
from archcompiler.graph.nodes import Frame, OpNode
from archcompiler.graph.rows import PlacedRow

Key = tuple[Hashable, ...]


@dataclass(eq=False)
class BlockCall:
    """One call of a block: its frame, its layers in order, the calls within it."""

    frame: Frame
    row: PlacedRow
    layers: list[OpNode] = field(default_factory=list)
    inner: list["BlockCall"] = field(default_factory=list)

    @property
    def block(self) -> CalledBlock:
        """The block that is called."""
        return self.frame.block

    @property
    def stacks(self) -> int:
        """How many layers are more than what hangs on others: see `is_heavy`."""
        return sum([is_heavy(node) for node in self.layers])

    def key(self, node: OpNode, folded: Set[int] = frozenset()) -> Key:
        """Return which step of the block made a layer: equal in all of its calls.

        Layers of a `folded` block within have one key.
        """
        key: list[Hashable] = [node.number, id(node.call)]
        for frame in self.frames_within(node):
            if id(frame.block) in folded:
                key.clear()
                key += [0, id(frame.call)]
            else:
                key += [frame.number, id(frame.call)]
        return tuple(reversed(key))

    def name_of(self, node: OpNode) -> str:
        """Return what other steps of the block call a layer's value, if they do."""
        name = name_of(node.call, node.number)
        for frame in self.frames_within(node):
            if frame.output is not node:
                return ""
            name = name_of(frame.call, frame.number)
        return name

    def frames_within(self, node: OpNode) -> Iterator[Frame]:
        """Return the calls within this one that made a layer, inner ones first."""
        for frame in frames_above(node.frame):
            if frame is self.frame:
                return
            yield frame


def name_of(call: object, number: int) -> str:
    """Return what a step is called by others; repetitions have no name of their own."""
    name = call.name if isinstance(call, CalledStep) else None
    return name if name is not None and not number else ""


def is_heavy(node: OpNode) -> bool:
    """Whether a layer has a cell of its own: it weighs, pools, merges or resizes."""
    op = node.op
    family = op.family or op.role
    resizes = node.facts.window.strides != (1, 1)
    return family in ("weighted", "pooling", "merging") or resizes


def frames_above(frame: Frame | None) -> Iterator[Frame]:
    """Return a call of a block and those around it, inner ones first."""
    while frame is not None:
        yield frame
        frame = frame.caller


def row_of(frame: Frame) -> PlacedRow:
    """Return the row whose call leads to a frame."""
    *_, outermost = frames_above(frame)
    assert isinstance(outermost.call, PlacedRow)
    return outermost.call


def block_calls(expansion: Expansion) -> dict[int, BlockCall]:
    """Return every call of a block by the id of its frame, in order."""
    calls = {id(frame): BlockCall(frame, row_of(frame)) for frame in expansion.frames}
    for call in calls.values():
        if call.frame.caller is not None:
            calls[id(call.frame.caller)].inner.append(call)
    for node in expansion.graph:
        if isinstance(node, OpNode):
            for frame in frames_above(node.frame):
                calls[id(frame)].layers.append(node)
    return calls


def by_block(calls: Iterable[BlockCall]) -> dict[int, list[BlockCall]]:
    """Return calls by the id of their block."""
    found: dict[int, list[BlockCall]] = {}
    for call in calls:
        found.setdefault(id(call.block), []).append(call)
    return found
