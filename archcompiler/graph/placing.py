"""Placing: each row of the table named, and resolved to what it calls."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from archcompiler.diagnostics import Findings, SpecError, listed, meant
from archcompiler.graph.calls import Argument, BlockTarget, Target
from archcompiler.graph.foreign_calls import as_row
from archcompiler.graph.names import Names
from archcompiler.graph.nodes import Node
from archcompiler.graph.resolution import Calls
from archcompiler.graph.row_names import RowNames
from archcompiler.graph.rows import PlacedRow
from archcompiler.graph.untaken import Untaken, refuse_untaken
from archcompiler.language.expressions import ExpressionError, paste
from archcompiler.language.expressions.failures import diagnose
from archcompiler.language.expressions.patterns import read_pattern
from archcompiler.language.forms.forms import Written
from archcompiler.language.mistakes.synonyms import is_near
from archcompiler.language.program.layout import is_blank
from archcompiler.language.program.program import (
    Program,
    TableRow,
    first_text,
    named_rows,
)
from archcompiler.language.spec.spec import CLAIM_COLUMNS, ROW_WORDS
from archcompiler.language.spec.table import written_row
from archcompiler.language.text.document import Scalar
from archcompiler.ops.table import OPS, WORDS


def place_rows(
    program: Program, calls: Calls, inputs: Mapping[str, Node]
) -> list[PlacedRow]:
    """Place the rows, resolving those that this configuration has.

    Raises:
        SpecError: with the mistakes of all rows.
    """
    _refuse_columns_without_type(program, calls.found)
    placing = _Placing(program, calls, inputs)
    rows = [placing.place(name, row) for name, row in named_rows(program).items()]
    calls.read |= placing.names.read
    refuse_untaken(placing.untaken, rows, program, calls.arguments)
    if not rows:
        message = f"`{program.name}` has no rows left"
        calls.found.add("missing-key", message, program.at.span)
    calls.found.finish()
    return rows


def _refuse_columns_without_type(program: Program, found: Findings) -> None:
    """Report a column that the listed rows lack, once."""
    columns = program.columns
    if not columns or any(column.meaning.text == "type" for column in columns):
        return
    if all(row.keys or "type" in row.cells for row in program.rows):
        return
    message = "no column means `type`, which says what a row calls"
    help = "give that meaning to a column: `type`, or `heading: type`"
    span = columns[0].heading.span
    found.add("missing-argument", message, span, help=help)
    found.finish()


class _Placing:
    """Places rows one by one, each in sight of the names of those before."""

    def __init__(
        self, program: Program, calls: Calls, inputs: Mapping[str, Node]
    ) -> None:
        self.program = program
        self.calls = calls
        self.found = calls.found
        tensors = {"in", *inputs}
        words = ("first", "last")
        self.names = Names(program.parameters, (), tensors, words, self.found)
        self.placed = 0
        self.untaken: Untaken = {}
        self.row_names = RowNames(program, inputs, self.found)
        self.choice = _chosen(program)

    def place(self, name: str, row: TableRow) -> PlacedRow:
        lacks = any(self._lacking(row, self.choice))
        if row.choices:
            self._refuse_half_blank(name, row)
            row = _choose_cells(row, self.choice)
        kind = None if lacks else row.text("type")
        placed = PlacedRow(row, self.placed, name, "", kind=kind)
        self.placed += 1
        if kind is not None:
            self._resolve(placed, kind)
        elif not lacks:
            self._refuse_missing_type(row)
        self.names.tensors.add(name)
        return placed

    def _refuse_half_blank(self, name: str, row: TableRow) -> None:
        """Refuse cells of a model of which one says that it lacks the row, one not."""
        for at, model in enumerate(self.program.configurations):
            blank = list(self._lacking(row, at))
            filled = [m for m, given in row.choices.items() if _is_filled(given, at)]
            if filled and blank:
                given = row.choices[blank[0]]
                place = first_text(given[at]) if at < len(given) else row.at
                message = f"`{model.text}` has no `{blank[0]}` in the row `{name}`, "
                message += f"but a cell `{filled[0]}`"
                cells = f"all cells of `{model.text}` in the row"
                help = f"fill it, or leave {cells} blank: it then lacks the row"
                self.found.add("missing-argument", message, place.span, help=help)

    def _lacking(self, row: TableRow, model: int) -> Iterator[str]:
        """Return the meanings whose blank cells say that this model lacks the row.

        A claim may be blank, as what is not printed is not claimed, and so may an
        argument that what this model has in the row doesn't take.
        """
        for meaning, given in row.choices.items():
            if meaning in CLAIM_COLUMNS or _is_filled(given, model):
                continue
            others = any(not is_blank(cell) for cell in given)
            if others and self._may_take(row, model, meaning):
                yield meaning

    def _may_take(self, row: TableRow, model: int, meaning: str) -> bool:
        """Whether what a model calls in a row may take an argument."""
        kinds = row.choices.get("type", ())
        if meaning in ROW_WORDS or not _is_filled(kinds, model):
            return True
        kind = first_text(kinds[model])
        try:
            return meaning in self.calls.targets.find(kind.text, kind).accepted
        except SpecError:  # told where the model is placed
            return True

    def _refuse_missing_type(self, row: TableRow) -> None:
        front = row.front.text if row.front is not None else ""
        near = [at for key, at in row.keys.items() if is_near(key, "type")]
        span = row.at.span
        if self._is_callable(front):
            help = f"write `{written_row(front, front, row.cells)}`"
        elif near:
            help, span = meant("type"), near[0].span
        else:
            help = self._name_left_out(row)
        if not help and not row.keys:
            columns = [column.meaning.text for column in self.program.columns]
            help = f"cells stand in the order of the columns: {listed(columns)}"
        self.found.add("missing-argument", "the row has no type", span, help=help)

    def _name_left_out(self, row: TableRow) -> str:
        """Return the help for a row that lacks the cell of the column `name`."""
        name = row.text("name")
        if row.keys or name is None or not self._is_callable(name.text):
            return ""
        first = row.front.text if row.front is not None else "..."
        return f"the column `name` has a cell, too: write `[{first}, {name.text}, ...]`"

    def _is_callable(self, word: str) -> bool:
        return word in OPS or word in WORDS or word in self.calls.blocks

    def _resolve(self, placed: PlacedRow, kind: Scalar) -> None:
        try:
            placed.type = self._read_type(kind)
            placed.target = target = self._target(placed, kind)
        except SpecError as error:
            help = self._name_left_out(placed.row)
            found = error.diagnostics
            self.found.take(*[replace(f, help=help or f.help) for f in found])
            return
        self._give_cells(placed, target)
        if not self.calls.never_runs(placed.when):
            self.calls.arguments.refuse_missing(target, placed.row.cells, kind)
        self.calls.arguments.refuse_both(placed, target.window_field)
        self.row_names.name(placed)

    def _read_type(self, kind: Scalar) -> str:
        if "<" not in kind.text:
            return kind.text
        reported = len(self.found)
        try:
            text = paste(self.names.compile(kind)(self.calls.scope))
        except ExpressionError as error:
            raise SpecError([diagnose(error, kind)]) from None
        if len(self.found) > reported:
            raise SpecError([])
        return text

    def _target(self, placed: PlacedRow, kind: Scalar) -> Target:
        try:
            return self.calls.targets.find(placed.type, kind)
        except SpecError as error:
            whole = self._split_by_comma(placed, kind)
            meant = self.calls.targets.written_as_call(placed.type, kind)
            if meant is not None:
                help = f"write the row as `{as_row(placed.type, meant)}`"
            elif whole is not None:
                help = f'a comma ends a cell: write `"{whole}"` with its quotes'
            elif placed.type in self.names.tensors - {"in", *self.program.inputs}:
                help = f"`{placed.type}` is a row; layers cannot share weights: "
                help += "call its block again"
            else:
                raise
            diagnostics = [replace(d, help=help, edits=()) for d in error.diagnostics]
            raise SpecError(diagnostics) from None

    def _split_by_comma(self, placed: PlacedRow, kind: Scalar) -> str | None:
        """Return the block's name that a comma cut into cells, if one did."""
        cells = placed.row.cells.values()
        texts = [c.text for c in cells if isinstance(c, Scalar) and c is not kind]
        whole = placed.type
        for text in texts[:8]:
            whole = f"{whole}, {text}"
            if any(read_pattern(name).match(whole) for name in self.calls.blocks):
                return whole
        return None

    # Cells ------------------------------------------------------------------

    def _give_cells(self, placed: PlacedRow, target: Target) -> None:
        """Split the cells into words of the language, arguments and claims."""
        names, accepted = self.names, target.accepted
        of_block = isinstance(target, BlockTarget)
        arguments: list[Argument] = []
        for meaning, cell in placed.row.cells.items():
            if meaning in accepted and meaning not in _WORDS:
                if cell.__class__ is tuple:
                    self.calls.arguments.refuse_list(target, meaning, cell)
                arguments.append(names.argument(meaning, cell, of_block))
            elif meaning in CLAIM_COLUMNS:
                if isinstance(cell, Scalar) and "<" in cell.text:
                    names.compile(cell)
            elif meaning == "when":
                placed.when = self.calls.condition(first_text(cell), names)
            elif meaning == "repeat":
                placed.repeat = names.argument(meaning, cell)
            elif meaning not in ROW_WORDS and meaning not in placed.row.keys:
                self.untaken.setdefault(meaning, []).append((placed, target))
            elif meaning not in ROW_WORDS:
                place, words = placed.row.keys[meaning], (*ROW_WORDS, *CLAIM_COLUMNS)
                self.calls.arguments.refuse_unknown(
                    target, meaning, place, placed.type, words
                )
        placed.give(arguments)


_HEADINGS = (*ROW_WORDS, *CLAIM_COLUMNS)
_WORDS = frozenset({"type", "from", "when", "repeat"})


def _chosen(program: Program) -> int:
    """Return which of the sub-headings the parameter chooses."""
    chooser = program.chooser
    if chooser is None:
        return 0
    text = program.parameters[chooser.parameter.text].text
    return [choice.text for choice in chooser.choices].index(text)


def _is_filled(given: Sequence[Written], model: int) -> bool:
    """Whether a model has a cell among those of a spanning heading."""
    return model < len(given) and not is_blank(given[model])


def _choose_cells(row: TableRow, choice: int) -> TableRow:
    """Return a row with the chosen cell of each column of sub-headings."""
    cells = dict(row.cells)
    for meaning, given in row.choices.items():
        if _is_filled(given, choice):
            cells[meaning] = given[choice]
    return row._replace(cells=cells)
