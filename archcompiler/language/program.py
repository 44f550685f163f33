"""The program: a spec with its variants composed and its rows laid out under their columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from archcompiler.diagnostics import Diagnostic, SpecError, fail, suggest
from archcompiler.language.document import Scalar
from archcompiler.language.expressions import ExpressionError, Value, read_value
from archcompiler.language.patterns import read_pattern
from archcompiler.language.spec import (
    CLAIM_COLUMNS,
    Block,
    Claims,
    Erratum,
    Expect,
    Paper,
    Row,
    TableColumn,
)

__all__ = ["Program", "TableRow", "choose", "diagnose", "lay_out"]


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row: its cells by the meaning of their column, blank ones left out."""

    at: Scalar
    front: Scalar | None
    cells: Mapping[str, Any]
    """A Scalar each, or a tuple of them where the cell is a list."""

    choices: Mapping[str, tuple[Scalar, ...]] = field(default_factory=dict)
    """For a column of sub-headings, the cell under each."""

    claimed: bool = True
    """Whether its printed cells are claims; those of an edited table are not."""

    own: frozenset[str] = frozenset()
    """The columns whose cells the variant itself prints: claims, whatever it edits."""


@dataclass(frozen=True, slots=True)
class Program:
    """Everything that one model needs, from a file or from a chain of variants.

    `settings` holds what `--set` or Python changed; `edited` says why inherited claims were
    dropped, or is empty.
    """

    name: str
    at: Scalar
    paper: Paper | None
    inputs: Mapping[str, Scalar]
    parameters: Mapping[str, Scalar]
    blocks: Mapping[str, Block]
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    outputs: tuple[Scalar, ...] | None
    claims: Claims | None
    total_claims: Mapping[str, Scalar]
    errata: Mapping[str, Mapping[str, Erratum]]
    expect: Expect | None
    variants: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    edited: str = ""
    files: tuple[Any, ...] = ()
    """The sources that were read, the root of the chain first."""

    @property
    def values(self) -> dict[str, Value]:
        """The parameters' values."""
        return {name: read_value(cell.text) for name, cell in self.parameters.items()}

    @property
    def chooser(self) -> TableColumn | None:
        """The column whose sub-heading a parameter chooses, where the table has one."""
        return next((column for column in self.columns if column.parameter), None)

    @property
    def configurations(self) -> tuple[Scalar, ...]:
        """The legal values of the choosing parameter, in the table's order."""
        return self.chooser.choices if self.chooser else ()


def claimed_columns(row: TableRow) -> list[str]:
    """Return the columns under which the row prints something that is still claimed."""
    cells, own = row.cells, row.own
    return [c for c in CLAIM_COLUMNS if c in cells and (row.claimed or c in own)]


def diagnose(error: ExpressionError, cell: Scalar, note: str = "") -> Diagnostic:
    """Return the diagnostic of an expression that failed within a cell."""
    span = cell.part(error.start, error.end)
    message = f"{error.message}{note}"
    return Diagnostic(error.code, message, span, help=error.help)


def lay_out(columns: tuple[TableColumn, ...], row: Row) -> TableRow:
    """Return a row with its cells under their columns' meanings.

    Raises:
        SpecError: for a cell too many, or one under a heading that the table lacks.
    """
    if row.bare is not None:
        return TableRow(row.at, row.front, {"type": row.bare})
    if row.by_meaning is not None:
        return _by_meaning(columns, row, row.by_meaning)
    cells: dict[str, Scalar] = {}
    choices: dict[str, tuple[Scalar, ...]] = {}
    listed: tuple[Any, ...] = row.listed or ()
    at = 0
    for column in columns:
        if column.parameter is None:
            meaning = column.meaning.text
            if at < len(listed) and not is_blank(listed[at]):
                cells[meaning] = _single(listed[at], meaning)
            at += 1
            continue
        chosen = tuple(_single(c, "type") for c in listed[at : at + len(column.choices)])
        choices[column.meaning.text] = chosen
        at += len(column.choices)
    if len(listed) > at:
        _refuse_extra_cell(columns, listed, at)
    return TableRow(row.at, row.front, cells, choices)


def _refuse_extra_cell(
    columns: tuple[TableColumn, ...], listed: tuple[Scalar, ...], width: int
) -> None:
    extra = listed[width]
    message = f"the row has {len(listed)} cells, the table has {width} columns"
    help = "a comma ends a cell: a text that holds one wants quotes"
    span = extra.span
    for before, cell in zip(listed, listed[1:], strict=False):
        number = before.text[-3:].isdigit() and len(cell.text) == 3 and cell.text.isdigit()
        if number and cell.column == before.end + 1:  # 1,000 without a space
            help = f"a comma ends a cell: write `{before.text}{cell.text}`"
            span = before.span
    fail("extra-cell", message, span, help=help)


def _by_meaning(
    columns: tuple[TableColumn, ...], row: Row, given: Mapping[str, tuple[Scalar, Scalar]]
) -> TableRow:
    words = {"name", "repeat", "from", "when", "type", *CLAIM_COLUMNS}
    by_heading = {column.heading.text: column.meaning.text for column in columns}
    meanings = set(by_heading.values())
    cells: dict[str, Scalar] = {}
    for text, (key, cell) in given.items():
        meaning = text if text in meanings or text in words else by_heading.get(text, text)
        if meaning not in meanings and meaning not in words and not text.strip():
            fail("unknown-key", "a cell needs the name of its column", key.span)
        if meaning in cells:
            fail("duplicate-key", f"the cell `{meaning}` is given twice", key.span)
        if not is_blank(cell):
            cells[meaning] = _single(cell, meaning) if meaning in words else cell
    return TableRow(row.at, row.front, cells)


def is_blank(cell: Any) -> bool:
    """Whether a cell, which may be a list, is blank."""
    return isinstance(cell, Scalar) and cell.blank


def _single(cell: Any, meaning: str) -> Any:
    """Return a cell that is one text, or what `from` lists."""
    if isinstance(cell, Scalar) or meaning == "from":
        return cell
    help = "a cell that starts with `[` wants quotes"
    place = _first(cell)
    fail("wrong-type", f"the cell `{meaning}` is a text, received a list", place.span, help=help)


def _first(cell: Any) -> Scalar:
    return cell if isinstance(cell, Scalar) else _first(cell[0])


def choose(program: Program, configuration: Scalar) -> Program:
    """Return the program with another of the table's configurations."""
    chooser = program.chooser
    assert chooser is not None
    parameters = {**program.parameters, chooser.parameter.text: configuration}
    errata = {row: found for row, found in program.errata.items() if row != "total"}
    return replace(
        program, parameters=parameters, expect=None, total_claims={}, errata=errata
    )


def refuse_unknown(names: Mapping[str, Scalar], known: Any, what: str) -> None:
    """Raise for each name that is not among the known ones."""
    found = [
        Diagnostic(
            "bad-variant", f"there is no {what} `{name}`", key.span, help=suggest(name, known)
        )
        for name, key in names.items()
        if name not in known
    ]
    if found:
        raise SpecError(found)


def row_name(row: TableRow, blocks: Mapping[str, Block]) -> str:
    """Return a row's name: the one in front, its name cell, its `<name>` hole, or its type."""
    if row.front is not None:
        return row.front.text
    if "name" in row.cells:
        return row.cells["name"].text
    kind = row.cells.get("type")
    if kind is None:
        texts = [cell.text for cells in row.choices.values() for cell in cells if not cell.blank]
        return texts[0] if texts else ""
    if kind.text not in blocks:
        for name in blocks:
            pattern = read_pattern(name)
            if "name" in pattern.holes and (found := pattern.match(kind.text)):
                return str(found["name"])
    return kind.text


def named_rows(program: Program) -> list[tuple[str, TableRow]]:
    """Return the rows with their names.

    Raises:
        SpecError: where two rows share a name.
    """
    named: dict[str, TableRow] = {}
    found = []
    for row in program.rows:
        name = row_name(row, program.blocks)
        if name in named:
            message = f"two rows are called `{name}`"
            help = f"the first stands on line {named[name].at.line + 1}; put a name in front: `other: [...]`"
            found.append(Diagnostic("duplicate-name", message, row.at.span, help=help))
        named[name] = row
    if found:
        raise SpecError(found)
    return list(named.items())
