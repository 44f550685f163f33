"""The table of a page: printed cells with their verdicts, computed ones with bars."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from archcompiler.claims.verdicts import MARKS
from archcompiler.pages.drawing import DrawnPart
from archcompiler.reports.tables.content import Heading, PaperCell, PaperRow, PaperTable
from archcompiler.reports.tables.wording import meanings
from archcompiler.tabular.wording import hold_numbers

T = TypeVar("T")

BARRED = ("parameters", "macs")
"""The computed columns whose numbers are shares of something."""


@dataclass(frozen=True)
class ShownCell:
    """A cell; `share` is its bar's part of the longest, None where it has none."""

    text: str
    span: int = 1
    verdict: str = ""
    mark: str = ""
    meaning: str = ""
    share: float | None = None
    computed: bool = False
    is_number: bool = False


@dataclass(frozen=True)
class ShownRow:
    """A row; `id` is that of the figure's line, nothing for a row that did not run."""

    name: str
    id: str
    cells: Sequence[ShownCell]


@dataclass(frozen=True)
class ShownGroup:
    """Rows that fold together; `part` is the id of the figure's, if there are several.

    `title` names the first and the last of them.
    """

    part: str
    title: str
    rows: Sequence[ShownRow]


@dataclass(frozen=True)
class ShownTable:
    """A table as a page shows it."""

    caption: str
    name: str
    """The heading of the rows' names."""

    headings: Sequence[ShownCell]
    groups: Sequence[ShownGroup]
    total: Sequence[ShownCell]
    legend: Sequence[tuple[str, str, str]]
    """The verdicts that occur: mark, verdict, meaning."""


def shown_table(
    table: PaperTable, ids: Mapping[str, str], parts: Sequence[DrawnPart]
) -> ShownTable:
    """Return a table with the ids of its rows, in the parts of its drawing."""
    table, name = _without_names(table)
    showing = _Showing(table)
    rows = [
        ShownRow(line.name, ids.get(line.name, ""), showing.cells(line.cells))
        for line in table.lines
    ]
    headings = [
        ShownCell(heading.text, computed=heading.computed, is_number=number)
        for heading, number in zip(table.headings, showing.numbers, strict=True)
    ]
    total = showing.cells(table.total)
    used = {cell.judgement for line in table.lines for cell in line.cells}
    said = meanings(table)
    legend = [(mark, word, said[mark]) for word, mark in MARKS.items() if word in used]
    groups = list(_groups(rows, parts))
    return ShownTable(table.caption, name, headings, groups, total, legend)


def _without_names(table: PaperTable) -> tuple[PaperTable, str]:
    """Return a table without the column that names its rows, and its heading.

    The names stand in front of all rows anyway, as `total` in front of the totals.
    """
    headings = [heading.meaning for heading in table.headings]
    total = [PaperCell() for _ in table.total[:1]] + table.total[1:]
    at = headings.index("name") if "name" in headings else -1
    if at < 0 or any(line.cells[at].text != line.name for line in table.lines):
        return replace(table, total=total), "row"
    lines = [PaperRow(line.name, _without(line.cells, at)) for line in table.lines]
    others, total = _without(table.headings, at), _without(total, at)
    bare = replace(table, headings=others, lines=lines, total=total)
    return bare, table.headings[at].text


def _without(cells: Sequence[T], at: int) -> list[T]:
    return [*cells[:at], *cells[at + 1 :]]


def _groups(
    rows: Sequence[ShownRow], parts: Sequence[DrawnPart]
) -> Iterator[ShownGroup]:
    """Yield the rows of each part; one that did not run stands with those before it."""
    part_of = {name: at for at, part in enumerate(parts) for name in part.rows}
    found: list[list[ShownRow]] = [[] for _ in parts]
    at = 0
    for row in rows:
        at = part_of.get(row.name, at)
        found[at].append(row)
    for part, group in zip(parts, found, strict=True):
        yield ShownGroup(part.id, part.title, group)


class _Showing:
    def __init__(self, table: PaperTable) -> None:
        self.headings = table.headings
        self.meanings = meanings(table)
        columns = [*zip(*[line.cells for line in table.lines], strict=True)]
        self.numbers = [hold_numbers([c.text for c in column]) for column in columns]
        self.most = [
            max([cell.computed or 0 for cell in column], default=0)
            if _is_barred(heading)
            else 0
            for heading, column in zip(self.headings, columns, strict=True)
        ]

    def cells(self, cells: Sequence[PaperCell]) -> list[ShownCell]:
        """Return the cells of a row, without those that another one covers."""
        return [self._cell(at, cell) for at, cell in enumerate(cells) if cell.span]

    def _cell(self, at: int, cell: PaperCell) -> ShownCell:
        heading, most = self.headings[at], self.most[at]
        share = None
        if most and cell.computed and cell.computed <= most:
            share = round(cell.computed / most, 4)
        mark = MARKS[cell.judgement] if cell.judgement else ""
        return ShownCell(
            cell.text,
            cell.span,
            cell.judgement or "",
            mark,
            self.meanings.get(mark, ""),
            share,
            heading.computed,
            self.numbers[at],
        )


def _is_barred(heading: Heading) -> bool:
    return heading.computed and heading.meaning in BARRED
