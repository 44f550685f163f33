"""Claims: every printed cell judged, and every erratum with it."""

from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from archcompiler.architecture import Architecture, claimed_columns
from archcompiler.claims.conventions import (
    Convention,
    default_convention,
    read_conventions,
)
from archcompiler.claims.errata import check_errata, excuses
from archcompiler.claims.exceptions import read_exceptions
from archcompiler.claims.expectations import check_expectations
from archcompiler.claims.sizes import (
    agrees_with_filter,
    agrees_with_size,
    filter_shapes,
    is_note,
)
from archcompiler.claims.verdicts import SIZE_COLUMNS, Judgement, Verdict
from archcompiler.diagnostics import Diagnostic, write
from archcompiler.graph.expansion import PlacedRow
from archcompiler.graph.nodes import Node
from archcompiler.language.expressions import ExpressionError, compile_template, paste
from archcompiler.language.expressions.failures import diagnose
from archcompiler.language.mistakes.other_forms import size_help
from archcompiler.language.program.program import TOTAL, Program
from archcompiler.language.text.document import Scalar
from archcompiler.language.text.notation import read_printed
from archcompiler.ops.fields import quote, read_number
from archcompiler.shapes import Shape, format_shape

T = TypeVar("T")


class Audit(NamedTuple):
    """What the printed table says of the computed one."""

    verdicts: tuple[Verdict, ...]
    """One for each printed cell that is a claim, rows first and totals last."""

    diagnostics: tuple[Diagnostic, ...]
    """Everything that is wrong with claims, errata and expectations."""

    untrue: tuple[Diagnostic, ...]
    """Errata that excuse a cell which agrees in this configuration of the table."""

    def count(self, judgement: Judgement) -> int:
        """Return how many cells were judged so."""
        return sum(verdict.judgement == judgement for verdict in self.verdicts)

    def findings(self, program: Program) -> tuple[Diagnostic, ...]:
        """Return what is wrong; an erratum may hold in another configuration."""
        untrue = () if program.configurations else self.untrue
        return (*self.diagnostics, *untrue)


def audit(architecture: Architecture) -> Audit:
    """Judge every printed cell and total against the computed ones."""
    return _Auditor(architecture).run()


class _Auditor:
    def __init__(self, architecture: Architecture) -> None:
        self.architecture = architecture
        self.program = architecture.program
        self.found: list[Diagnostic] = []
        self.verdicts: list[Verdict] = []
        self.errata = self.program.errata_by_meaning
        self.conventions = read_conventions(self.program, self.found)
        self.exceptions = read_exceptions(self.program, self.conventions, self.found)

    def run(self) -> Audit:
        if not self.found:
            for row in self.architecture.rows:
                self._judge_row(row)
            self._judge_totals()
        differing = [v.diagnostic for v in self.verdicts if v.judgement == "differs"]
        self.found += differing
        untrue = check_errata(self.architecture, self.errata, self.verdicts, self.found)
        self.found += check_expectations(self.architecture)
        return Audit(tuple(self.verdicts), tuple(self.found), tuple(untrue))

    # Rows -------------------------------------------------------------------

    def _judge_row(self, row: PlacedRow) -> None:
        cells = row.row.cells
        claimed = claimed_columns(row.row)
        if not claimed:
            return
        if row.when is not None and not self._layers(row):
            return  # this configuration leaves the row out
        for column in claimed:
            cell = cells[column]
            if cell.__class__ is not Scalar:
                message = f"`{column}` is one text, received a list"
                place = row.row.place(column)
                self.found.append(Diagnostic("wrong-type", message, place.span))
                continue
            text = self._text(row, cell)
            if text is not None:
                self._judge_cell(row, column, cell, text)

    def _layers(self, row: PlacedRow) -> Sequence[Node]:
        return self.architecture.totals(row).layers

    def _text(self, row: PlacedRow, cell: Scalar) -> str | None:
        """Return a cell with its holes filled; None where that fails."""
        if "<" not in cell.text:
            return cell.text
        try:
            return paste(compile_template(cell.text)(row.scope))
        except ExpressionError as error:
            self.found.append(diagnose(error, cell))
            return None

    def _judge_cell(self, row: PlacedRow, column: str, cell: Scalar, text: str) -> None:
        name = row.name
        if column == "input size":
            self._judge_size(name, column, cell, text, row.input.shape)
        elif column == "output size":
            self._judge_size(name, column, cell, text, row.output.shape)
        elif column == "filter shape":
            self._judge_filter(row, cell, text)
        elif column == "depth":
            depth = row.output.row_depth if row.output.row == row.index else 0
            self._judge_depth(name, cell, text, depth)
        else:
            self._judge_count(name, column, cell, text, row)

    def _judge_size(
        self, row: str, column: str, cell: Scalar, text: str, shape: Shape
    ) -> None:
        computed = format_shape(shape)
        self._judge(row, column, cell, text, computed, agrees_with_size, shape)

    def _judge_filter(self, row: PlacedRow, cell: Scalar, text: str) -> None:
        if is_note(text):
            return
        shapes = filter_shapes(self._layers(row))
        shown = ", ".join(shapes) or "no filters"
        self._judge(
            row.name, "filter shape", cell, text, shown, agrees_with_filter, shapes
        )

    def _judge_depth(self, row: str, cell: Scalar, text: str, depth: int) -> None:
        self._judge(row, "depth", cell, text, str(depth), _agrees_with_depth, depth)

    def _judge_count(
        self,
        row: str,
        column: str,
        cell: Scalar,
        text: str,
        placed: PlacedRow | None = None,
    ) -> None:
        convention = self.conventions.get(column)
        if self.exceptions:
            convention = self.exceptions.get((row, column), convention)
        try:
            printed = read_printed(text)
        except ValueError as error:
            self._refuse(error, text, cell, _in_capitals(text))
            return
        shown = convention or shown_by(column)
        number = self.architecture.count(shown.counts, placed)
        computed = shown.show(printed, number)
        if convention is None:
            self._add(Verdict(row, column, text, computed, "unstated", cell))
            return
        agrees = convention.agrees(printed, number)
        exact = "" if agrees else convention.describe(printed, number)
        self._decide(
            Verdict(row, column, text, computed, "agrees", cell, exact), agrees
        )

    # Totals -----------------------------------------------------------------

    def _judge_totals(self) -> None:
        for column, cell in self.program.total_claims.items():
            if column == "depth":
                depth = self.architecture.depth
                self._judge_depth(TOTAL, cell, cell.text, depth)
            else:
                self._judge_count(TOTAL, column, cell, cell.text)

    # Judging ----------------------------------------------------------------

    def _judge(
        self,
        row: str,
        column: str,
        cell: Scalar,
        text: str,
        computed: str,
        agrees: Callable[[str, T], bool],
        value: T,
    ) -> None:
        try:
            good = agrees(text, value)
        except ValueError as error:
            help = size_help(text) if column in SIZE_COLUMNS else ""
            self._refuse(error, text, cell, help)
            return
        self._decide(Verdict(row, column, text, computed, "agrees", cell), good)

    def _decide(self, verdict: Verdict, agrees: bool) -> None:
        if agrees:
            self._add(verdict)
            return
        erratum = self.errata.get(verdict.row, {}).get(verdict.column)
        if erratum is None or not excuses(erratum, verdict.cell):
            self._add(verdict._replace(judgement="differs"))
            return
        reason = erratum.reason.text
        self._add(verdict._replace(judgement="excused", reason=reason))

    def _add(self, verdict: Verdict) -> None:
        self.verdicts.append(verdict)

    def _refuse(
        self, error: ValueError, text: str, cell: Scalar, help: str = ""
    ) -> None:
        message = f"{error}, received {quote(text)}"
        help = help if text == cell.text else str(help)
        self.found.append(Diagnostic("bad-value", message, cell.span, help=help))


def _in_capitals(text: str) -> str:
    """Return the help for `4.6k`, a number but for its small letter, or nothing."""
    try:
        read_printed(text.upper())
    except ValueError:
        return ""
    return write(text.upper())


def _agrees_with_depth(text: str, depth: int) -> bool:
    printed = read_number(text)
    if not isinstance(printed, int):
        raise ValueError("a depth is a whole number")
    return printed == depth


_DEFAULTS = {
    "params": default_convention("weights and biases"),
    "ops": default_convention("multiply-adds"),
}


def shown_by(column: str) -> Convention:
    """Return how a count is shown where the spec does not say what is counted."""
    return _DEFAULTS[column]
