"""The program: a spec with its variants composed, its rows laid out under columns."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from archcompiler.diagnostics import Findings, Source, Span
from archcompiler.language.expressions import Value
from archcompiler.language.expressions.naming import asked_for, repetition_asked
from archcompiler.language.expressions.patterns import Pattern, read_pattern
from archcompiler.language.forms.forms import Written
from archcompiler.language.program.derived import values_of
from archcompiler.language.program.headings import meanings
from archcompiler.language.spec.spec import (
    Block,
    Chooser,
    Claims,
    Erratum,
    Expect,
    Paper,
    Sweep,
    TableColumn,
)
from archcompiler.language.spec.table import written_row
from archcompiler.language.text.document import Node, Scalar

if TYPE_CHECKING:
    from archcompiler.language.recipe.training import Training

Errata = Mapping[str, Mapping[str, Erratum]]

TOTAL = "total"
"""The row of claims about the whole network, in verdicts and under `errata:`."""

_NOTHING: Mapping[str, Any] = {}


class TableRow(NamedTuple):
    """A row: its cells by the meaning of their column, blank ones left out."""

    at: Scalar
    front: Scalar | None
    cells: Mapping[str, Written]

    choices: Mapping[str, tuple[Written, ...]] = _NOTHING
    """For a column of sub-headings, the cell under each."""

    claimed: bool = True
    """Whether its printed cells are claims; those of an edited table are not."""

    own: frozenset[str] = frozenset()
    """The columns whose cells the variant itself prints: claims, whatever it edits."""

    keys: Mapping[str, Scalar] = _NOTHING
    """Where cells are written by meaning, the place of each key."""

    def place(self, meaning: str) -> Scalar:
        """Return the place of a cell: its key where it has one."""
        return self.keys.get(meaning) or first_text(self.cells[meaning])

    def text(self, meaning: str) -> Scalar | None:
        """Return a cell that is one text; None where it is blank."""
        cell = self.cells.get(meaning)
        return cell if isinstance(cell, Scalar) else None


class Used(NamedTuple):
    """A file of blocks, where `use` names it."""

    name: Scalar
    source: Source
    blocks: Mapping[str, Block]


@dataclass(frozen=True, slots=True)
class Declared:
    """What the last file or variant gave, and `--set` beside it: it must matter."""

    parameters: tuple[Scalar, ...] = ()
    blocks: tuple[Scalar, ...] = ()
    used: tuple[Used, ...] = ()


class Change(NamedTuple):
    """One edit and its place."""

    path: tuple[str | int, ...]
    span: Span


class Origin(ABC):
    """What made a program of another one: a variant, or `--set`."""

    base: "Program"

    @property
    @abstractmethod
    def changes(self) -> Sequence[Change]:
        """The single edits; an edit comes after those on which it may build."""

    @abstractmethod
    def holds(self, span: Span) -> bool:
        """Whether a place lies in the text of the edits."""

    @abstractmethod
    def with_only(self, changes: Collection[Change]) -> "Program":
        """Return what some of the edits make of the base.

        Raises:
            SpecError: for edits that cannot be without the others.
        """


@dataclass(frozen=True)
class Program:
    """Everything that one model needs, from a file or from a chain of variants.

    `settings` holds what `--set` or Python changed; `edited` says why inherited claims
    were dropped, or is empty.
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
    errata: Errata
    expect: Expect | None
    variants: tuple[str, ...] = ()
    varied: tuple[Node, ...] = field(default=(), repr=False, compare=False)
    """Variants as they are written: they may call blocks that the table does not."""

    settings: tuple[str, ...] = ()
    edited: str = ""
    lost_totals: bool = False
    """Whether an edit dropped totals that the paper claims of the base."""

    inherits_training: bool = False
    """Whether the recipe is wholly that of the base."""

    files: tuple[Source, ...] = ()
    """The specs that were read, the root of the chain first."""

    used: tuple[Used, ...] = ()
    """The files of blocks that these name."""

    declared: Declared = Declared()
    training: "Training | None" = None
    sweep: Sweep | None = None
    """Of the file that was named: no variant inherits it."""

    origin: Origin | None = field(default=None, repr=False, compare=False)
    """What made the program of another; None where it extends nothing."""

    @cached_property
    def values(self) -> dict[str, Value]:
        """The parameters' values.

        Raises:
            SpecError: where one is derived and has none.
        """
        return values_of(self.parameters)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The rows of which some row takes a repetition that is not the last."""
        cells = [row.cells.get("from") for row in self.rows]
        texts = [cell.text for given in cells if given for cell in _listed(given)]
        if not any(map(repetition_asked, texts)):
            return frozenset()
        return asked_for(texts, named_rows(self))

    @cached_property
    def meanings(self) -> dict[str, str]:
        """What each heading of the table means."""
        return meanings_of(self.columns)

    @cached_property
    def headings(self) -> dict[str, str]:
        """The heading of each meaning."""
        return {c.meaning.text: c.heading.text for c in self.columns}

    @cached_property
    def errata_by_meaning(self) -> Errata:
        """The errata by row and column, headings replaced by what they mean."""
        return {
            row: {
                self.meanings.get(column, column): erratum
                for column, erratum in errata.items()
            }
            for row, errata in self.errata.items()
        }

    @property
    def chooser(self) -> Chooser | None:
        """What chooses among the sub-headings of columns, if there are any."""
        choosers = (column.chooser for column in self.columns)
        return next((each for each in choosers if each is not None), None)

    @property
    def configurations(self) -> tuple[Scalar, ...]:
        """The legal values of the choosing parameter, in the table's order."""
        return self.chooser.choices if self.chooser else ()


def meanings_of(columns: Iterable[TableColumn]) -> dict[str, str]:
    """Return what each heading means."""
    return {column.heading.text: column.meaning.text for column in columns}


def _listed(cell: Written) -> Iterator[Scalar]:
    if isinstance(cell, Scalar):
        yield cell
        return
    for item in cell:
        yield from _listed(item)


def first_text(cell: Written) -> Scalar:
    """Return a cell's text, or the first of its list."""
    return cell if isinstance(cell, Scalar) else first_text(cell[0])


def choose(program: Program, name: str, configuration: Scalar) -> Program:
    """Return the program with another value of the parameter that chooses."""
    return replace(
        program,
        parameters={**program.parameters, name: configuration},
        expect=None,
        total_claims={},
        errata=row_errata(program),
    )


def edited_table(program: Program) -> Program | None:
    """Return the program whose table a variant edits; None for a table as printed."""
    if not program.edited:
        return None
    while program.edited and program.origin is not None:
        program = program.origin.base
    return program


def row_errata(program: Program) -> Errata:
    """Return the errata of rows: totals are claimed of the default configuration."""
    return {row: found for row, found in program.errata.items() if row != TOTAL}


def row_name(row: TableRow, patterns: Sequence[Pattern]) -> str:
    """Return the name in front, else the name cell, the `<name>` hole, or the type."""
    if row.front is not None:
        return row.front.text
    name = row.text("name")
    if name is not None:
        return name.text
    kind = row.text("type")
    if kind is None:
        cells = [first_text(cell) for cell in row.choices.get("type", ())]
        return next((cell.text for cell in cells if not cell.blank), "")
    return _name_in(kind.text, tuple(patterns))


@lru_cache(maxsize=4096)
def _name_in(kind: str, patterns: tuple[Pattern, ...]) -> str:
    """Return the `<name>` hole of a type, or the type."""
    pattern = naming_pattern(kind, patterns)
    found = pattern.match(kind) if pattern is not None else None
    return str(found["name"]) if found and "name" in found else kind


def naming_pattern(kind: str, patterns: Sequence[Pattern]) -> Pattern | None:
    """Return the pattern of which a row is named, if one matches its type.

    A block with the type's literal text takes over the call, not the name: the row
    stays what it is called without that block.
    """
    matching = [pattern for pattern in patterns if pattern.find(kind)]
    named = [pattern for pattern in matching if "name" in pattern.holes]
    return next(iter([*named, *matching]), None)


def patterns_among(blocks: Iterable[str]) -> list[Pattern]:
    """Return the patterns among blocks' names; wrong ones are refused elsewhere."""
    patterns = []
    for block in blocks:
        if "<" in block:
            with suppress(ValueError):
                patterns.append(read_pattern(block))
    return patterns


def named_rows(program: Program) -> dict[str, TableRow]:
    """Return the rows by their names.

    Raises:
        SpecError: where two rows share a name.
    """
    named: dict[str, TableRow] = {}
    found = Findings()
    naming = patterns_among([name for name in program.blocks if "<name>" in name])
    for row in program.rows:
        name = row_name(row, naming)
        if name in named:
            _refuse_twin(program, name, named[name], row, found)
        named[name] = row
    found.finish()
    return named


def _refuse_twin(
    program: Program, name: str, first: TableRow, row: TableRow, found: Findings
) -> None:
    """Refuse the row that was written later: a variant's, not its base's."""
    if is_written_before(program, row.at, first.at):
        first, row = row, first
    message = f"two rows are called `{name}`"
    label = f"the first is on {first.at.line_seen_from(row.at)}"
    help = _column_of_names(program, first, row) or row_with_other_name(row)
    found.add("duplicate-name", message, row.at.span, label=label, help=help)


def _column_of_names(program: Program, first: TableRow, row: TableRow) -> str:
    """Return the help where an unknown column in front tells the rows apart."""
    heading = program.columns[0].meaning.text if program.columns else ""
    if heading in meanings(program.blocks) or row.front or first.front:
        return ""
    one, other = first.text(heading), row.text(heading)
    if one is None or other is None or one.text == other.text:
        return ""
    return f"where `{heading}` names the rows, write `{heading}: name`"


def is_written_before(program: Program, one: Scalar, other: Scalar) -> bool:
    """Whether one place was written before another: a base before its variant."""
    files = program.files
    if one.source is not other.source:
        return files.index(one.source) < files.index(other.source)
    return (one.line, one.column) < (other.line, other.column)


def row_with_other_name(row: TableRow) -> str:
    """Return the help for a row whose name is taken."""
    cells = {name: cell for name, cell in row.cells.items() if name != "type"}
    kind, written = row.text("type"), "other name: [...]"
    if kind is not None and row.keys.keys() == row.cells.keys():
        written = written_row("other name", kind.text, cells)
    elif kind is not None and not cells:
        written = f"other name: {kind.text}"
    name = "a name" if row.front is None else "another name"
    return f"put {name} in front: `{written}`"
