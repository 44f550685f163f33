"""The cells of a variant: what is built, where the edited table says otherwise."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from archcompiler.architecture import Architecture, claimed_columns
from archcompiler.claims.claims import shown_by
from archcompiler.claims.conventions import COUNTS, Convention, read_conventions
from archcompiler.claims.sizes import (
    agrees_with_filter,
    agrees_with_size,
    filter_shapes,
    is_note,
)
from archcompiler.diagnostics import SpecError
from archcompiler.graph.calls import (
    Argument,
    CalledStep,
    OpTarget,
    Target,
    all_steps,
)
from archcompiler.graph.resolution import Calls
from archcompiler.graph.rows import PlacedRow
from archcompiler.language.expressions import (
    ExpressionError,
    Scope,
    Value,
    names_of,
    parse_template,
    paste,
    read_value,
)
from archcompiler.language.program.program import Program, TableRow, named_rows
from archcompiler.language.spec.spec import CLAIM_COLUMNS
from archcompiler.language.text.document import Scalar
from archcompiler.language.text.notation import Printed, read_printed, read_size
from archcompiler.reports.tables.content import PaperCell
from archcompiler.shapes import Shape, format_shape

Reached = dict[tuple[str, str], None]
"""Arguments of ops with the values, as text, that a cell gives them; in order."""


class BuiltCells:
    """The cells of a variant's rows: what is built, not what its base prints."""

    def __init__(self, architecture: Architecture, original: Program) -> None:
        self.architecture = architecture
        self.calls = architecture.expansion.calls
        self.flow = _Flow(architecture.program.values)
        self.flow_before = _Flow(original.values)
        self.original = original
        self.printed = named_rows(original)
        conventions = read_conventions(architecture.program, [])
        self.conventions = {c: conventions.get(c) or shown_by(c) for c in COUNTS}

    def cell(
        self, row: TableRow, placed: PlacedRow, meaning: str, text: str
    ) -> PaperCell:
        """Return a cell whose spec has a text: as written, or with what is built."""
        if meaning in CLAIM_COLUMNS:
            if meaning in claimed_columns(row):
                return PaperCell(text)
            return self._claim(placed, meaning, text)
        if not text or not any(a.name == meaning for a in placed.arguments):
            return PaperCell(text)
        return self._argument(placed, meaning, text)

    # Claims -----------------------------------------------------------------

    def _claim(self, placed: PlacedRow, meaning: str, text: str) -> PaperCell:
        """Return what is computed for a column in which papers print results."""
        before = self.printed.get(placed.name)
        if before is not None and not text:
            old = before.cells.get(meaning)
            text = old.text if isinstance(old, Scalar) else ""
        if not placed.ran:
            return PaperCell()
        if before is not None and meaning not in {**before.cells, **before.choices}:
            return PaperCell()
        if meaning in COUNTS:
            shown = self._count(placed, meaning, text)
        elif meaning == "depth":
            own = placed.output.row == placed.index
            shown = str(placed.output.row_depth if own else 0)
        elif meaning == "filter shape":
            shown = self._filters(placed, text)
        else:
            size = placed.input if meaning == "input size" else placed.output
            shown = _size(size.shape, text)
        return PaperCell(shown, source="" if shown == text else "computed")

    def _count(self, placed: PlacedRow, column: str, text: str) -> str:
        convention = self.conventions[column]
        number = self.architecture.count(convention.counts, placed)
        try:
            printed = read_printed(text)
        except ValueError:
            return self._scaled(convention, column, number) if number else ""
        agrees = convention.agrees(printed, number)
        return text if agrees else convention.write(printed, number)

    def _scaled(self, convention: Convention, column: str, number: int) -> str:
        """Write a count in the largest unit of the column that is not too large."""
        units = {printed.unit for printed in self._column(column)}
        known = sorted(units, key=convention.units.__getitem__)
        fitting = [unit for unit in known if convention.units[unit] <= number]
        unit = (fitting or known or [""])[-1 if fitting else 0]
        decimals = 1 if unit and number < 10 * convention.units[unit] else 0
        return convention.write(Printed(0, decimals, unit), number)

    def _column(self, column: str) -> Iterator[Printed]:
        for row in self.printed.values():
            cell = row.cells.get(column)
            if isinstance(cell, Scalar):
                try:
                    yield read_printed(cell.text)
                except ValueError:
                    continue

    def _filters(self, placed: PlacedRow, text: str) -> str:
        shapes = filter_shapes(self.architecture.totals(placed).layers)
        if not shapes or (text and is_note(text)):
            return text
        try:
            if text and agrees_with_filter(text, shapes):
                return text
        except ValueError:
            return text
        return ", ".join(dict.fromkeys(shapes))

    # Arguments --------------------------------------------------------------

    @cached_property
    def _before(self) -> Calls | None:
        """The blocks of the table that is edited; None where they are wrong."""
        try:
            return Calls(self.original)
        except SpecError:
            return None

    def _argument(self, placed: PlacedRow, meaning: str, text: str) -> PaperCell:
        """Return what a number of the table has become on its way to the layers."""
        if self._before is None or placed.kind is None or placed.target is None:
            return PaperCell(text)
        try:
            target = self._before.targets.find(placed.type, placed.kind)
        except SpecError:
            return PaperCell(text)
        value = read_value(text)
        was = list(self.flow_before.reached(target, meaning, value))
        now = list(self.flow.reached(placed.target, meaning, value))
        return _become(text, was, now)


def _become(
    text: str, was: Sequence[tuple[str, str]], now: Sequence[tuple[str, str]]
) -> PaperCell:
    """Return a cell with the number that stands now where its own stood."""
    places = [at for at, (_, reached) in enumerate(was) if reached == text]
    if not places or any(reached == text for _, reached in now):
        return PaperCell(text)
    field = was[places[0]][0]
    here = [reached for name, reached in now if name == field]
    at = [reached for name, reached in was if name == field].index(text)
    if len(here) == len([name for name, _ in was if name == field]):
        return PaperCell(here[at], source="computed")
    if len(here) == 1:
        return PaperCell(here[0], source="computed")
    return PaperCell(text, source="given")


class _Flow:
    """What a cell's text gives the ops within its call, once for each call and text."""

    def __init__(self, parameters: Mapping[str, Value]) -> None:
        self.parameters = parameters
        self.known: dict[tuple[int, str, str], Reached] = {}

    def reached(self, target: Target, name: str, value: Value) -> Reached:
        """Return what an argument alone gives to ops, by their argument.

        What depends on shapes or on other arguments as well is no single number.
        """
        if isinstance(target, OpTarget):
            return {(name, paste(value)): None}
        key = id(target.block), name, paste(value)
        if key not in self.known:
            self.known[key] = self._within(target.block.body, name, value)
        return self.known[key]

    def _within(self, body: Sequence[CalledStep], name: str, value: Value) -> Reached:
        found: Reached = {}
        for step in all_steps(body):
            if step.target is None:
                continue
            for argument in step.arguments:
                given = self._given(argument, name, value)
                if given is not None:
                    found |= self.reached(step.target, argument.name, given)
        return found

    def _given(self, argument: Argument, name: str, value: Value) -> Value | None:
        """Return the value of a text that names one column; None if it needs more."""
        text = argument.cell.text
        if isinstance(argument.evaluate, tuple) or "<" not in text:
            return None
        expressions = parse_template(text).expressions
        used = {each.name for one in expressions for each in names_of(one)}
        if name not in used or used - {name} - self.parameters.keys():
            return None
        try:
            given: Value = argument.compute(
                Scope({**self.parameters, name: value}, _no_shapes)
            )
        except ExpressionError:
            return None
        return given


def _size(shape: Shape, text: str) -> str:
    """Write a shape with as many numbers as a printed text has."""
    try:
        printed = read_size(text)
        if agrees_with_size(text, shape):
            return text
    except ValueError:
        return format_shape(shape)
    if len(shape) == 1 and len(printed) == 3:
        return format_shape((1, 1, *shape))
    if len(shape) == 3 and len(printed) == 2:
        return format_shape(shape[:2])
    return format_shape(shape)


def _no_shapes(_: str) -> Shape | None:
    return None
