"""The form of every table: columns, and rows of cells, whatever writes them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Column(NamedTuple):
    """A column: what stands above it, and what becomes of it where room is short."""

    heading: str
    right: bool = False
    glued: bool = False
    """Whether it stands close to the column before, as a sign does."""

    rank: int = 0
    """Of the columns that do not fit, the highest is left out first; 0 always stays."""

    shortest: int = 0
    """Characters to which its texts may be cut; 0 where they may not."""

    wraps: bool = False
    """Whether its texts may be wrapped."""

    key: str = ""
    """Its name for programs, where the heading is not one of its own."""

    above: str = ""
    """How the heading begins, if that is one heading above several columns: in text it
    stands there once."""

    @property
    def name(self) -> str:
        """The name for programs."""
        return self.key or self.heading


class Cell(NamedTuple):
    """A cell: its text, and what only some formats show."""

    text: str = ""
    mark: str = ""
    """A sign behind the text, such as a verdict's."""

    value: Any = None
    """What programs get instead of the text: a number without its commas."""

    more: tuple[str, ...] = ()
    """Lines that follow the text."""

    indent: int = 0
    """How deep the row stands below the one that it belongs to."""

    span: int = 1
    """How many columns share the cell; 0 for those that the first one covers."""


Row = Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A table; a `total` stands under a rule of its own."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    total: Row = ()
    marks: Mapping[str, str] = field(default_factory=dict)
    """What the signs behind the texts mean."""

    wraps: bool = False
    """Whether all columns may be, with a blank line between the rows."""

    title: str = ""
    """What it is of, where its report has several tables."""

    @property
    def every_row(self) -> list[Row]:
        """All rows, the total last."""
        return [*self.rows, self.total] if self.total else [*self.rows]

    @property
    def legend(self) -> list[tuple[str, str]]:
        """The signs that occur, with what they mean."""
        used = {cell.mark for row in self.rows for cell in row}
        return [(sign, what) for sign, what in self.marks.items() if sign in used]


def number(value: int, *, signed: bool = False) -> Cell:
    """Return the cell of a count: `1,234`, or `+1,234` of a difference."""
    sign = "+" if signed and value else ""
    return Cell(f"{value:{sign},}", value=value)


def bare(value: str | float | None) -> Cell:
    """Return the cell of a value as programs get it; None is blank."""
    return Cell("" if value is None else str(value), value=value)


def texts(row: Sequence[str]) -> list[Cell]:
    """Return cells that are texts alone."""
    return [Cell(text) for text in row]


def plain_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int] = ()
) -> Table:
    """Return a table of texts; `right` names the columns of numbers, from 0."""
    columns = [Column(text, right=at in right) for at, text in enumerate(headings)]
    return Table(columns, [texts(row) for row in rows])
