"""What a paper states beside its table: its place, its claims, its misprints."""

import re
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from archcompiler.diagnostics import write
from archcompiler.language.document import Mapping, Node, Scalar
from archcompiler.language.forms import (
    Form,
    Text,
    Values,
    located,
    read_text,
    values_of,
)
from archcompiler.ops.fields import quote

_ARXIV = (
    r"[0-9]{4}\.[0-9]{4,5}(?:v[0-9]+)?|[a-z-]{2,16}(?:\.[A-Z]{2})?/[0-9]{7}(?:v[0-9]+)?"
)


def _read_arxiv(node: Any) -> Scalar:
    """Return an arXiv number; refuse an address or a word around it."""
    cell = read_text(node)
    found = re.search(_ARXIV, cell.text)
    if found and found[0] != cell.text:
        message = f"`arxiv` is the number alone, received {quote(cell.text)}"
        raise located("bad-value", message, cell.span, write(found[0]))
    return cell


_TEXT = WithJsonSchema({"type": ["string", "number"]})
ArxivNumber = Annotated[Scalar, BeforeValidator(_read_arxiv), _TEXT]


class Paper(Form):
    """Where the table is printed."""

    what: ClassVar[str] = "`paper`"

    title: Text
    arxiv: ArxivNumber | None = None
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


ConventionsOfRow = Annotated[
    dict[str, CellConvention],
    values_of("the convention of cells", "row: {column: {...}}"),
]
CellConventions = Annotated[dict[str, ConventionsOfRow], Values]


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


def _read_total(node: Any) -> Scalar:
    """Return a total; refuse the commas with which papers print it."""
    cell = read_text(node)
    if re.fullmatch("[0-9]{1,3}(?:,[0-9]{3})+", cell.text):
        message = f"a total is a whole number, received {quote(cell.text)}"
        help = write(cell.text.replace(",", ""))
        raise located("bad-value", message, cell.span, help)
    return cell


Total = Annotated[Scalar, BeforeValidator(_read_total), _TEXT]


class Expect(Form):
    """Totals that must come out exactly."""

    what: ClassVar[str] = "`expect`"

    parameters: Total | None = None
    trainable: Total | None = None
    non_trainable: Total | None = Field(default=None, alias="non-trainable")
    macs: Total | None = None
    depth: Total | None = None
