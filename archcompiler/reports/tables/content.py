"""What a printed table holds, whatever the format that writes it."""

from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from archcompiler.claims.verdicts import Judgement
from archcompiler.language.spec.claims import Paper

Source = Literal["", "computed", "given"]
"""Where a variant's text comes from: it is written in the table, or computed where what
is built is not what the base prints, or given to a block that makes other numbers."""


class Heading(NamedTuple):
    """A column: one of the paper's, or a computed one."""

    text: str
    meaning: str
    """What the column means to the language; of a computed one, its key in JSON."""

    choice: str | None = None
    """The sub-heading; of a computed column, the one for which it is computed."""

    computed: bool = False
    asked: bool = False
    """Whether it is asked for by name."""

    above: str = ""
    """How the text begins, if that stands above several columns."""

    unit: str = ""
    """The unit of the bare numbers, where people read another one."""


class PaperCell(NamedTuple):
    """A cell: its text, which is blank where nothing is printed or computed."""

    text: str = ""
    computed: Any = None
    """What is computed beside a printed claim, or the number of a computed column."""

    judgement: Judgement | None = None
    reason: str = ""
    """The erratum's."""

    source: Source = ""

    span: int = 1
    """How many sub-headings share the cell; 0 for those that the first one covers."""


class PaperRow(NamedTuple):
    """A row of the table, with a cell under each heading."""

    name: str
    cells: list[PaperCell]


@dataclass(frozen=True, slots=True)
class PaperTable:
    """A table to print; `total` has computed cells only, and none if none is shown."""

    name: str
    paper: Paper | None
    headings: list[Heading]
    lines: list[PaperRow]
    total: list[PaperCell]
    notes: tuple[str, ...]
    edits: str = ""
    """The name of the table that a variant edits; its numbers are not the paper's."""

    settings: str = ""
    """What `--set` or Python set."""

    caption: str = ""
    """Name, paper and what else says whose table it is."""
