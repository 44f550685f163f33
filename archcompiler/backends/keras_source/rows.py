"""Rows: the calls of the table, in its order, as statements of the builder."""

from collections.abc import Mapping

from archcompiler.backends.keras_source.calls import block_call
from archcompiler.backends.keras_source.code import Piece
from archcompiler.backends.keras_source.facets import VALUE
from archcompiler.backends.keras_source.identifiers import Identifiers
from archcompiler.backends.keras_source.layer_names import (
    Name,
    name_code,
    name_of_first,
)
from archcompiler.backends.keras_source.layers import layer_call
from archcompiler.backends.keras_source.names import (
    RepetitionNames,
    TableNames,
    looping,
    numbered,
)
from archcompiler.backends.keras_source.ops import op_of_layer
from archcompiler.backends.keras_source.passing import Passing
from archcompiler.backends.keras_source.references import (
    counts_values,
    layers_taken,
    names_taken_by_row,
    sources_of,
)
from archcompiler.backends.keras_source.sites import names_in_type
from archcompiler.backends.keras_source.slots import Reads
from archcompiler.backends.keras_source.symbols import (
    ADD,
    Code,
    Known,
    Nature,
    Symbol,
)
from archcompiler.backends.keras_source.texts import argument_symbol
from archcompiler.backends.keras_source.unprintable import Unprintable, writing
from archcompiler.backends.keras_source.writer import Writer
from archcompiler.graph.expansion import Expansion, PlacedRow
from archcompiler.graph.spreading import spread
from archcompiler.language.expressions.naming import is_relative, repetition_name

Words = Mapping[str, Symbol]


class RowWriter:
    """Writes rows; knows which variable holds the value of each that came before."""

    def __init__(
        self, expansion: Expansion, passing: Passing, identifiers: Identifiers
    ) -> None:
        self.graph = expansion.graph
        self.passing = passing
        self.identifiers = identifiers
        self.writer = Writer(identifiers.taken)
        self.reads = Reads()
        self.taken = layers_taken(expansion)
        self.asked = expansion.program.asked
        self.unrolled = bool(self.asked) or any(map(counts_values, expansion.rows))
        self.variables: dict[str, str] = {}
        self.history: list[str] = []

    def write(self, row: PlacedRow) -> None:
        """Write a row's call, as often as it repeats."""
        with writing(row.place):
            self._write(row)

    def _write(self, row: PlacedRow) -> None:
        self._require_fixed(row)
        if not row.ran:
            return
        operands = self.operands(row)
        target = "x"
        if self._lasts(row):
            target = self.identifiers.new(row.slug, "row_", "output")
        if row.repetitions in (None, 1):
            number = () if row.repetitions is None else ("_1",)
            words = _words(row, 1)
            self._assign(target, row, operands, (row.slug, *number), words)
            self.history.append(target)
            self._number(row, 1, target)
        elif self.unrolled:
            self._unroll(row, operands, target)
        else:
            self._loop(row, operands, target)

    def _lasts(self, row: PlacedRow) -> bool:
        """Whether a row's value needs a variable of its own."""
        if self.unrolled or row.output.name in self.taken:
            return True
        repeats = row.repetitions not in (None, 1)
        return repeats and "in" in names_taken_by_row(row)

    def _require_fixed(self, row: PlacedRow) -> None:
        """Refuse parameters that decide what runs: rows are written as they ran."""
        kept = self.passing.parameters.kept.keys()
        deciding = names_in_type(row) & kept
        for symbol in self._deciding(row):
            if isinstance(symbol, Code):
                deciding |= symbol.nature.parameters
                deciding |= kept if symbol.nature.shaped else set()
        if deciding:
            why = f"what the row `{row.name}` runs depends on it"
            raise Unprintable(why, frozenset(deciding))

    def _deciding(self, row: PlacedRow) -> list[Symbol]:
        """Return what decides whether, and how often, a row runs."""
        names = self._names("", _words(row, 1))
        given = [a for a in (row.when, row.repeat) if a is not None]
        symbols = [argument_symbol(argument, names) for argument in given]
        site = self.passing.sites.at(row)
        if site is not None and row.repeat is None and row.repeats:
            symbols.append(self.passing.passed(site, ("repeat", VALUE), names))
        return symbols

    # Operands ---------------------------------------------------------------

    def operands(self, row: PlacedRow, previous: str | None = None) -> list[str]:
        """Return what a row takes; `previous` is the repetition before."""
        sources = sources_of(row)
        if not sources:
            return [self.history[-1]]
        operands = []
        for at, cell in enumerate(spread(sources, self.variables)):
            if is_relative(cell.text):
                operands.append(self.history[-int(cell.text[1:])])
            elif previous is not None and at == 0:
                operands.append(previous)
            else:
                operands.append(self.variables[cell.text])
        return operands

    def _names(self, first: str, words: Words) -> RepetitionNames:
        names = TableNames(self.passing.parameters, self.reads)
        names.tensors = {**self.variables, "in": first}
        return RepetitionNames(names, words)

    # Calls ------------------------------------------------------------------

    def _loop(self, row: PlacedRow, operands: list[str], target: str) -> None:
        self.writer.assign(target, operands[0])
        count = Known(row.repetitions)
        with self.writer.loop(count) as number:
            words = {**looping(number, count), **_numbers(row, number)}
            name = (row.slug, f"_{{{number}}}")
            self._assign(target, row, operands, name, words, [target, *operands[1:]])
        self.history.append(target)

    def _unroll(self, row: PlacedRow, operands: list[str], target: str) -> None:
        first, count = operands[0], row.repetitions or 1
        for number in range(1, count + 1):
            variable = target
            if number < count:
                variable = self.identifiers.new(f"{row.slug}_{number}", "row_")
            name = (row.slug, f"_{number}")
            self._assign(variable, row, [first], name, _words(row, number), operands)
            self.history.append(variable)
            self._number(row, number, variable)
            operands = self.operands(row, variable)

    def _number(self, row: PlacedRow, number: int, variable: str) -> None:
        if row.repetitions is not None and row.name in self.asked:
            self.variables[repetition_name(row.name, number)] = variable

    def _assign(
        self,
        target: str,
        row: PlacedRow,
        first: list[str],
        name: Name,
        words: Words,
        operands: list[str] | None = None,
    ) -> None:
        """Write one repetition; `in` means the first operand of the first."""
        names = self._names(first[0], words)
        piece = self._piece(row, operands or first, name, names)
        self.writer.assign(target, piece)

    def _piece(
        self, row: PlacedRow, operands: list[str], name: Name, names: RepetitionNames
    ) -> Piece:
        site = self.passing.sites.at(row)
        if site is not None:
            return block_call(site, self.passing, names, names, operands, name)
        op = op_of_layer(name_of_first(name, ""), self.graph)
        if op is None:
            raise Unprintable(f"the row `{row.name}` never runs as the spec stands")
        return layer_call(op, row.arguments, names, operands, name_code(name))


def _words(row: PlacedRow, number: int) -> dict[str, Symbol]:
    """Return the words about repetition in one call of a row."""
    index, count = Known(row.first_index + number - 1), Known(row.count)
    words = numbered(number, row.repetitions or 1)
    return {**words, "index": index, "count": count}


def _numbers(row: PlacedRow, variable: str) -> dict[str, Symbol]:
    """Return the words that number the table's calls, within a loop from 1."""
    offset = row.first_index - 1
    sign = "+" if offset > 0 else "-"
    text = f"{variable} {sign} {abs(offset)}" if offset else variable
    return {"index": Code(text, Nature(), ADD), "count": Known(row.count)}
