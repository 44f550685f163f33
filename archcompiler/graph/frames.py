"""Frames: one call of a block each."""

from collections.abc import Mapping
from dataclasses import dataclass

from archcompiler.graph.calls import CalledBlock, CalledStep
from archcompiler.graph.graph import Node
from archcompiler.graph.rows import PlacedRow
from archcompiler.language.document import Scalar
from archcompiler.language.expressions import Value
from archcompiler.shapes import Shape


@dataclass(slots=True)
class Frame:
    """One call of a block: what its text may name, and who called it."""

    block: CalledBlock
    values: Mapping[str, Value]
    """Parameters, words about repetition, and each column that has a value."""

    inputs: tuple[Node, ...]
    prefix: str
    call: CalledStep | PlacedRow
    caller: "Frame | None"
    steps: dict[str, Node] | None = None
    """The outputs of steps that have a name, once there are any."""

    def tensor(self, name: str) -> Node | None:
        """Return the tensor that a name means now, or None where it means none."""
        if self.steps is not None and name in self.steps:
            return self.steps[name]
        if name == "in":
            return self.inputs[0]
        names = self.block.inputs
        return self.inputs[names.index(name)] if name in names else None

    def shape(self, name: str) -> Shape | None:
        """Return the shape of a named tensor, or None where the name is none."""
        node = self.tensor(name)
        return node.shape if node is not None else None

    def name(self, name: str, node: Node) -> None:
        """Let a step's name mean its output."""
        if self.steps is None:
            self.steps = {}
        self.steps[name] = node


def origin(cell: Scalar, caller: Frame | None) -> Scalar:
    """Follow a text that is just `<column>` to where the column's value came from."""
    while caller is not None and cell.text.startswith("<") and cell.text.endswith(">"):
        name, call = cell.text[1:-1], caller.call
        given = next((a.cell for a in call.arguments if a.name == name), None)
        if given is not None:
            cell, caller = given, caller.caller
            continue
        if call.target is not None and name in call.target.preset:
            return call.place
        default = caller.block.columns.get(name)
        return default.cell if default is not None else cell
    return cell


def path(call: CalledStep | PlacedRow, caller: Frame | None, beside: Scalar) -> str:
    """Return the blocks that lead to a step, and the step's line."""
    place = call.place
    names = [f"`{place.text}` ({place.line_seen_from(beside)})"]
    while caller is not None:
        names.append(f"`{caller.block.name}`")
        caller = caller.caller
    return " > ".join(reversed(names))
