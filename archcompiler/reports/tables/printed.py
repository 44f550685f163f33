"""The columns that the paper prints, from the spec alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from archcompiler.architecture import Architecture
from archcompiler.claims.claims import Audit
from archcompiler.claims.sizes import is_note
from archcompiler.claims.verdicts import Verdict
from archcompiler.graph.expansion import PlacedRow
from archcompiler.language.expressions import (
    ExpressionError,
    Scope,
    compile_template,
    paste,
)
from archcompiler.language.forms.forms import Written
from archcompiler.language.program.layout import is_blank
from archcompiler.language.program.program import (
    Program,
    TableRow,
    edited_table,
    named_rows,
)
from archcompiler.language.spec.spec import CLAIM_COLUMNS, Erratum, TableColumn
from archcompiler.language.text.document import Scalar
from archcompiler.reports.tables.content import Heading, PaperCell
from archcompiler.reports.tables.variant import BuiltCells
from archcompiler.shapes import Shape


def printed_headings(program: Program) -> list[Heading]:
    """Return the headings in the paper's order; sub-headings stand for their column.

    A column says its own as well where that is more than what it means, or where
    several have sub-headings.
    """
    spanning = [column for column in program.columns if column.chooser is not None]
    headings = []
    for column in program.columns:
        text, meaning = column.heading.text, column.meaning.text
        if column.chooser is None:
            headings.append(Heading(text, meaning))
        is_plain = len(spanning) == 1 and text == meaning
        for choice in column.choices:
            shown = choice.text if is_plain else f"{text} {choice.text}"
            above = "" if is_plain else text
            headings.append(Heading(shown, meaning, choice.text, above=above))
    return headings


def chosen_heading(program: Program) -> str | None:
    """Return the sub-heading that the parameters choose, if there are any."""
    chooser = program.chooser
    if chooser is None:
        return None
    return program.parameters[chooser.parameter.text].text


def other_headings(program: Program, *, every: bool) -> list[Heading]:
    """Return headings for cells that stand under no column of the table.

    A variant's own cells are always shown, and `every` one where that is asked for.
    """
    columns = {column.meaning.text for column in program.columns}
    original = edited_table(program)
    before = named_rows(original) if original is not None else {}
    meanings: dict[str, None] = {}
    for name, row in named_rows(program).items():
        same = before[name].cells if name in before else {}
        for meaning, cell in row.cells.items():
            new = original is not None and same.get(meaning) is not cell
            if meaning not in columns and (every or new):
                meanings[meaning] = None
    return [Heading(meaning, meaning) for meaning in meanings]


class PrintedCells:
    """Makes the printed cells of the rows, one row at a time."""

    def __init__(
        self, architecture: Architecture, audit: Audit, others: Sequence[str] = ()
    ) -> None:
        self.program = architecture.program
        self.others = others
        """What cells mean that no column of the table holds."""

        original = edited_table(self.program)
        self.built = BuiltCells(architecture, original) if original else None
        self.chosen = chosen_heading(self.program)
        self.errata = self.program.errata_by_meaning
        self.verdicts = {(v.row, v.column): v for v in audit.verdicts}
        self.placed = {row.name: row for row in architecture.rows}
        self.parameters = Scope(self.program.values, _no_shapes)

    def cells(self, name: str, row: TableRow) -> list[PaperCell]:
        """Return a cell for each heading; `row` is as the table has it."""
        placed = self.placed.get(name)
        scopes = list(_scopes(placed)) if placed is not None else []
        errata = self.errata.get(name, {})
        line = _Line(row, placed, errata, scopes or [self.parameters], self.built)
        cells: list[PaperCell] = []
        for column in self.program.columns:
            meaning = column.meaning.text
            verdict = self.verdicts.get((name, meaning))
            if column.chooser is None:
                cells.append(line.cell(meaning, verdict))
            elif meaning in row.choices:
                cells += line.choices(column, self.chosen, verdict)
            else:
                cells += _spanning(line.cell(meaning, verdict), len(column.choices))
        others = [line.cell(m, self.verdicts.get((name, m))) for m in self.others]
        return [*cells, *others]


@dataclass(frozen=True, slots=True)
class _Line:
    """One row, with what is known of it."""

    row: TableRow
    placed: PlacedRow | None
    errata: Mapping[str, Erratum]
    scopes: list[Scope]
    built: BuiltCells | None

    def cell(self, meaning: str, verdict: Verdict | None) -> PaperCell:
        """Return a cell that is the same under all sub-headings."""
        if meaning == "name" and "name" not in self.row.cells:
            front = self.row.front
            return self._judged(meaning, front.text if front else "", verdict)
        built = self._built(meaning, self.row.cells.get(meaning), verdict)
        return built or self._judged(meaning, self._text(meaning), verdict)

    def _built(
        self, meaning: str, written: Written | None, verdict: Verdict | None
    ) -> PaperCell | None:
        """Return what is built; None where the cell is the table's own to judge."""
        if self.built is None or self.placed is None:
            return None
        if verdict is not None or meaning in self.errata:
            return None
        text = self._filled(written)
        return self.built.cell(self.row, self.placed, meaning, text)

    def choices(
        self, column: TableColumn, chosen: str | None, verdict: Verdict | None
    ) -> Iterator[PaperCell]:
        """Yield a cell for each sub-heading; only the chosen one is judged."""
        meaning = column.meaning.text
        written = self.row.choices[meaning]
        for at, choice in enumerate(column.choices):
            cell = written[at] if at < len(written) else None
            if choice.text != chosen:
                yield PaperCell(self._shown(meaning, cell))
            elif built := self._built(meaning, cell, verdict):
                yield built
            else:
                yield self._judged(meaning, self._shown(meaning, cell), verdict)

    def _text(self, meaning: str) -> str:
        return self._shown(meaning, self.row.cells.get(meaning))

    def _shown(self, meaning: str, written: Written | None) -> str:
        text = self._filled(written)
        return "" if self._is_dropped(meaning, text) else text

    def _filled(self, written: Written | None) -> str:
        if written is None or is_blank(written):
            return ""
        return _fill(written, self.scopes)

    def _is_dropped(self, meaning: str, text: str) -> bool:
        """Whether a cell is a claim of the base, which an edited table does not make.

        A claim that the row's call takes as an argument is never dropped.
        """
        claimed = self.row.claimed or meaning in self.row.own
        if claimed or meaning not in CLAIM_COLUMNS:
            return False
        arguments = self.placed.arguments if self.placed else ()
        if any(argument.name == meaning for argument in arguments):
            return False
        return not (meaning == "filter shape" and is_note(text))

    def _judged(self, meaning: str, text: str, verdict: Verdict | None) -> PaperCell:
        """Return a cell with its verdict; a mended one as the paper prints it."""
        erratum = self.errata.get(meaning)
        if erratum is not None and erratum.printed is not None:
            printed, reason = erratum.printed.text, erratum.reason.text
            return PaperCell(printed, text, "excused", reason)
        if verdict is None:
            return PaperCell(text)
        return PaperCell(text, verdict.computed, verdict.judgement, verdict.reason)


def _spanning(cell: PaperCell, count: int) -> list[PaperCell]:
    """Return a cell that all sub-headings share."""
    return [cell._replace(span=count), *[cell._replace(span=0)] * (count - 1)]


def _scopes(placed: PlacedRow) -> Iterator[Scope]:
    """Yield what a row's cells see: in its first, a middle and its last repetition."""
    scope, times = placed.scope, placed.repetitions or 1
    if times == 1:
        yield scope
        return
    for first, last in ((True, False), (False, False), (False, True)):
        if first or last or times > 2:
            values = {**scope.values, "first": first, "last": last}
            yield Scope(values, scope.shapes)


def _fill(cell: Written, scopes: Sequence[Scope]) -> str:
    """Return a cell's text, as written where its holes cannot be filled."""
    if not isinstance(cell, Scalar):
        return ", ".join([_fill(part, scopes) for part in cell])
    if "<" not in cell.text:
        return cell.text
    try:
        template = compile_template(cell.text)
        filled = [paste(template(scope)) for scope in scopes]
    except ExpressionError:
        return cell.text
    return ", ".join(dict.fromkeys(filled))


def _no_shapes(_: str) -> Shape | None:
    return None
