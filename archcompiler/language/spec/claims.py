"""What a paper states beside its table: its place, its claims, its misprints."""

import re
from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, WithJsonSchema

from archcompiler.diagnostics import Diagnostic, listed, suggest, write
from archcompiler.language.forms.forms import (
    Form,
    Text,
    Values,
    all_located,
    located,
    read_text,
    values_of,
)
from archcompiler.language.spec.table import CLAIM_COLUMNS
from archcompiler.language.text.document import Mapping, Node, Scalar, Sequence
from archcompiler.language.text.notation import Bound, read_bound, read_quantity
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


def _read_unread(node: Any) -> tuple[Scalar, ...]:
    """Return columns and totals of claims, or `all`."""
    items = node.items if isinstance(node, Sequence) else [node]
    cells = tuple([read_text(item) for item in items])
    totals = [f"total {column}" for column in ("depth", "params", "ops")]
    known = ("all", *CLAIM_COLUMNS, *totals)
    found = [
        Diagnostic(
            "bad-value",
            f"`unread` names claims, received {quote(cell.text)}",
            cell.span,
            help=suggest(cell.text, known) or f"they are {listed(known, 20)}",
        )
        for cell in cells
        if cell.text not in known
    ]
    if found:
        raise all_located(found)
    return cells


_TEXT = WithJsonSchema({"type": ["string", "number"]})
_TEXTS = WithJsonSchema(
    {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
)
Unread = Annotated[tuple[Scalar, ...], BeforeValidator(_read_unread), _TEXTS]
ArxivNumber = Annotated[Scalar, BeforeValidator(_read_arxiv), _TEXT]


class Paper(Form):
    """Where the table is printed."""

    what: ClassVar[str] = "`paper`"

    title: Text
    """The title of the paper."""

    arxiv: ArxivNumber | None = None
    """Its number at arXiv: `1409.4842`."""

    doi: Text | None = None
    """Its digital object identifier."""

    url: Text | None = None
    """Its address."""

    year: Text | None = None
    """The year in which it came out."""

    authors: Text | None = None
    """Who wrote it."""

    section: Text | None = None
    """The section that describes the network."""

    table: Text | None = None
    """The number of the table."""

    figure: Text | None = None
    """The number of the figure."""

    page: Text | None = None
    """The page of the table."""

    note: Text | None = None
    """What else is to be said of the source."""

    unread: Unread = ()
    """What of its claims nobody read in the paper itself."""

    def leaves_unread(self, column: str, *, total: bool) -> bool:
        """Whether nobody read a cell of a column, or the total, in the paper itself."""
        name = f"total {column}" if total else column
        return any(cell.text in (name, "all") for cell in self.unread)


class CellConvention(Form):
    """How one printed number is to be read, where its column is read otherwise."""

    what: ClassVar[str] = "a cell's convention"

    counts: Text | None = None
    """What the number counts: `weights`, `multiply-adds`, a tool's rule."""

    rounding: Text | None = None
    """How it is rounded: `nearest` or `down`."""

    K: Text | None = None
    """What the letter K stands for, 1000 if unsaid."""

    M: Text | None = None
    """What the letter M stands for, 1000000 if unsaid."""

    G: Text | None = None
    """What the letter G stands for, 1000000000 if unsaid."""

    B: Text | None = None
    """What the letter B stands for, 1000000000 if unsaid."""


class Convention(CellConvention):
    """What the printed numbers of a column count, and how they are rounded."""

    what: ClassVar[str] = "a claim's convention"

    counts: Text


class PrintedTotal(CellConvention):
    """A total that the paper states, with how it is read where its column is not."""

    what: ClassVar[str] = "a total"

    printed: Text
    """The total as it is printed."""

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read a number, or `{printed, counts, rounding, ...}`."""
        if isinstance(node, Mapping):
            return cls.read_mapping(node)
        return {"at": node, "printed": read_text(node)}

    @property
    def says_how(self) -> bool:
        """Whether it says how it is read."""
        return isinstance(self.at, Mapping) and len(self.at.entries) > 1


ConventionsOfRow = Annotated[
    dict[str, CellConvention],
    values_of("the convention of cells", "row: {column: {...}}"),
]
CellConventions = Annotated[dict[str, ConventionsOfRow], Values]


class Claims(Form):
    """Conventions of the printed columns, and the totals that the paper states."""

    what: ClassVar[str] = "`claims`"

    params: Convention | None = None
    """What the column `params` counts."""

    ops: Convention | None = None
    """What the column `ops` counts."""

    depth: Text | None = None
    """The printed number of weighted layers on the longest path."""

    total_params: PrintedTotal | None = Field(default=None, alias="total params")
    """The printed total of parameters."""

    total_ops: PrintedTotal | None = Field(default=None, alias="total ops")
    """The printed total of operations."""

    cells: CellConventions = Field(default={})
    """By row and column, the cells that are read otherwise than their column."""


class Erratum(Form):
    """Why a printed cell is not what the table computes."""

    what: ClassVar[str] = "an erratum"

    reason: Text
    """Why the printed cell is wrong."""

    printed: Text | None = None
    """What the paper prints."""

    @classmethod
    def read_node(cls, node: Node) -> dict[str, Any]:
        """Read a reason, or `{printed, reason}`."""
        if isinstance(node, Mapping):
            return cls.read_mapping(node)
        return {"at": node, "reason": read_text(node)}


class Expected:
    """What a total must be: a number exactly, or within a budget."""

    __slots__ = ("bound", "cell")

    def __init__(self, cell: Scalar, bound: Bound) -> None:
        self.cell = cell
        self.bound = bound


def _read_expected(node: Any) -> Expected:
    """Read `5386` or `<= 5.4K`."""
    cell = read_text(node)
    try:
        return Expected(cell, read_bound(cell.text))
    except ValueError as error:
        message = f"{error}, received {quote(cell.text)}"
        raise located(
            "bad-value", message, cell.span, _meant_total(cell.text)
        ) from None


def _meant_total(text: str) -> str:
    """Return what was meant by `1,544` or `5M`, if that can be told."""
    try:
        number = read_quantity(text)
    except ValueError:
        return ""
    return write(str(number) if text[-1].isdigit() else f"<= {text}")


Total = Annotated[Expected, BeforeValidator(_read_expected), _TEXT]


class Expect(Form):
    """Totals that must come out exactly, or stay within a budget."""

    what: ClassVar[str] = "`expect`"

    parameters: Total | None = None
    """All parameters."""

    trainable: Total | None = None
    """The parameters that training changes."""

    non_trainable: Total | None = Field(default=None, alias="non-trainable")
    """The parameters that training leaves, such as moving statistics."""

    macs: Total | None = None
    """The multiply-adds of convolutions and dense layers."""

    depth: Total | None = None
    """The weighted layers on the longest path."""

    def totals(self) -> Iterator[tuple[str, Expected]]:
        """Yield the name of each expected total, as an architecture has it."""
        pairs = ((name, getattr(self, name)) for name in type(self).model_fields)
        return ((name, each) for name, each in pairs if isinstance(each, Expected))
