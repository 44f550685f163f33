"""A row of the table as it ran."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from archcompiler.graph.calls import Call
from archcompiler.graph.nodes import Node
from archcompiler.language.expressions import Scope, Value
from archcompiler.language.program.program import (
    TableRow,
)
from archcompiler.language.text.document import Scalar
from archcompiler.shapes import Shape

_NOTHING: Mapping[str, Node] = {}


@dataclass(slots=True)
class PlacedRow(Call):
    """A row as it ran: its name and slug, what it called, and what came of it."""

    row: TableRow
    index: int
    name: str
    slug: str
    type: str = ""
    kind: Scalar | None = None
    """The cell of its type; None where this configuration lacks the row."""

    repetitions: int | None = None
    """How often the row's call runs where it says so; None for a single call."""

    count: int = 1
    """The table's calls of the row's block."""

    first_index: int = 0
    """How many table calls of the same block come before."""

    inputs: tuple[Node, ...] = ()
    outputs: list[Node] = field(default_factory=list)
    """What each repetition gave; the current value where the call did not run."""

    values: Mapping[str, Value] = field(default_factory=dict)
    """What the row's cells may name, once it ran."""

    tensors: Mapping[str, Node] = field(default_factory=lambda: _NOTHING)
    """Earlier rows and inputs, of whose shapes the row's cells may ask."""

    ran: bool = False
    """Whether the row's call ran: it is not skipped and its `when` holds."""

    @property
    def skipped(self) -> bool:
        """Whether this configuration lacks the row."""
        return self.kind is None

    @property
    def input(self) -> Node:
        """What `in` means in the cells of the row."""
        return self.inputs[0]

    @property
    def output(self) -> Node:
        """The value that the row's name means."""
        return self.outputs[-1]

    @property
    def scope(self) -> Scope:
        """What the names in the row's cells mean, once it ran."""
        return Scope(self.values, self.shape)

    def shape(self, name: str) -> Shape | None:
        """Return the shape of an earlier value, or None where the name is none."""
        node = self.inputs[0] if name == "in" else self.tensors.get(name)
        return node.shape if node is not None else None

    @property
    def place(self) -> Scalar:
        """The cell of its type."""
        return self.kind or self.row.at
