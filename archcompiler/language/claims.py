"""What a paper states beside its table: its place, its claims, its misprints."""

from typing import Annotated, Any, ClassVar

from pydantic import Field

from archcompiler.language.document import Mapping, Node
from archcompiler.language.forms import Form, Text, Values, read_text


class Paper(Form):
    """Where the table is printed."""

    what: ClassVar[str] = "`paper`"

    title: Text
    arxiv: Text | None = None
    doi: Text | None = None
    url: Text | None = None
    year: Text | None = None
    authors: Text | None = None
    section: Text | None = None
    table: Text | None = None
    figure: Text | None = None
    note: Text | None = None


class CellConvention(Form):
    """How one printed number is to be read, where its column is read otherwise."""

    what: ClassVar[str] = "a cell's convention"

    counts: Text | None = None
    rounding: Text | None = None
    K: Text | None = None
    M: Text | None = None
    G: Text | None = None
    B: Text | None = None


class Convention(CellConvention):
    """What the printed numbers of a column count, and how they are rounded."""

    what: ClassVar[str] = "a claim's convention"

    counts: Text


CellConventions = Annotated[
    dict[str, Annotated[dict[str, CellConvention], Values]], Values
]


class Claims(Form):
    """Conventions of the printed columns, and the totals that the paper states."""

    what: ClassVar[str] = "`claims`"

    params: Convention | None = None
    ops: Convention | None = None
    depth: Text | None = None
    total_params: Text | None = Field(default=None, alias="total params")
    total_ops: Text | None = Field(default=None, alias="total ops")
    cells: CellConventions = Field(default={})
    """By row and column, the cells that are read otherwise than their column."""


class Erratum(Form):
    """Why a printed cell is not what the table computes."""

    what: ClassVar[str] = "an erratum"

    reason: Text
    printed: Text | None = None

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read a reason, or `{printed, reason}`."""
        if isinstance(node, Mapping):
            return cls.read_mapping(node)
        return {"at": node, "reason": read_text(node)}


class Expect(Form):
    """Totals that must come out exactly."""

    what: ClassVar[str] = "`expect`"

    parameters: Text | None = None
    trainable: Text | None = None
    non_trainable: Text | None = Field(default=None, alias="non-trainable")
    macs: Text | None = None
    depth: Text | None = None
