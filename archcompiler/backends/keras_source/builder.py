"""The builder: one call per row of the table, in its order."""

from typing import Any

from archcompiler.backends.keras_source.calls import (
    Name,
    block_call,
    layer_call,
    print_expression_of,
)
from archcompiler.backends.keras_source.code import (
    Call,
    Items,
    Piece,
    Return,
    lay_out_definition,
    lay_out_statements,
    literal,
)
from archcompiler.backends.keras_source.facets import Unprintable
from archcompiler.backends.keras_source.functions import Writer, write_loop
from archcompiler.backends.keras_source.identifiers import LOCALS, Identifiers
from archcompiler.backends.keras_source.signatures import (
    Signatures,
    TableNames,
    repeating,
)
from archcompiler.backends.keras_source.sites import Site, names_in_type
from archcompiler.backends.keras_source.symbols import (
    ADD,
    Code,
    Known,
    Symbol,
    print_expression,
    text_of,
)
from archcompiler.graph.calls import is_relative
from archcompiler.graph.expansion import Expansion, PlacedRow
from archcompiler.language.document import Scalar
from archcompiler.language.expressions import Attribute, names_of, parse_template
from archcompiler.language.notation import read_size
from archcompiler.language.patterns import slug
from archcompiler.language.program import named_rows


class TableWriter:
    """Writes the function that builds the model."""

    def __init__(
        self, expansion: Expansion, signatures: Signatures, function: str
    ) -> None:
        self.expansion = expansion
        self.signatures = signatures
        self.function = function
        self.used: set[str] = set()
        self.identifiers = Identifiers(
            LOCALS - {"inputs"} | {*signatures.kept.values(), function}
        )
        self.variables: dict[str, str] = {}
        self.writer = Writer(self.identifiers.taken)
        self.needed = _needed(expansion)
        self.history: list[str] = []
        self.unrolled = any(
            cell.text not in ("-1",) and is_relative(cell.text)
            for row in expansion.rows
            for cell in _sources(row)
        )

    def write(self, docstring: list[str]) -> list[str]:
        """Return the lines of the function."""
        current = self._inputs()
        rows = {row.name: row for row in self.expansion.rows}
        for name, _ in named_rows(self.expansion.program):
            if name in rows:
                current = self._row(rows[name], current)
            self.variables[name] = current
        self._return()
        parameters = tuple(
            f"{name}={literal(self.signatures.values[parameter])}"
            for parameter, name in self.signatures.kept.items()
            if parameter in self.used
        )
        lines = lay_out_definition(self.function, parameters)
        return [*lines, *docstring, *lay_out_statements(self.writer.statements, 1)]

    def _inputs(self) -> str:
        names = TableNames(self.signatures, None, self.used)
        program = self.expansion.program
        variable = ""
        for (name, cell), node in zip(
            program.inputs.items(), self.expansion.inputs, strict=True
        ):
            single = len(program.inputs) == 1
            variable = self.identifiers.new("inputs" if single else name, "input_")
            shape = _size_code(cell, names)
            value = Call("keras.Input", (("", shape), ("name=", literal(node.name))))
            self.writer.assign(variable, value)
            self.variables[name] = variable
            self.history.append(variable)
        return variable

    def _return(self) -> None:
        inputs = [self.variables[name] for name in self.expansion.program.inputs]
        outputs = self._output_variables()
        given: list[tuple[str, Piece]] = [
            ("", inputs[0] if len(inputs) == 1 else Items(tuple(inputs))),
            ("", outputs[0] if len(outputs) == 1 else Items(tuple(outputs))),
            ("name=", literal(slug(self.expansion.program.name))),
        ]
        self.writer.statements.append(Return(Call("keras.Model", tuple(given))))

    def _output_variables(self) -> list[str]:
        outputs = self.expansion.program.outputs
        if outputs is None:
            return [self.history[-1]]
        return [self.variables[cell.text] for cell in outputs]

    # Rows -------------------------------------------------------------------

    def _row(self, row: PlacedRow, current: str) -> str:
        if row.when is not None and row.output is row.inputs[0]:
            return current if not _sources(row) else self._operands(row, current)[0]
        self._require_fixed(row)
        assert row.output is not None
        own = row.output.name in self.needed or self.unrolled
        target = self.identifiers.new(row.slug, "row_") if own else "x"
        operands = self._operands(row, current)
        if row.repetitions is None:
            self.writer.assign(
                target, self._piece(row, operands, (row.slug,), self._names(row), 0)
            )
            current = target
        elif self.unrolled:
            current = self._unroll(row, operands, target)
        else:
            current = self._loop(row, operands, target)
        self.history.append(current)
        return current

    def _require_fixed(self, row: PlacedRow) -> None:
        """Refuse parameters that decide what runs: the table's calls are written out."""
        deciding = names_in_type(row) & self.signatures.kept.keys()
        names = self._names(row)
        for argument in (row.when, row.repeat):
            if argument is not None:
                deciding |= _parameters(print_expression_of(argument, names))
        block = row.target.block if row.target else None
        if row.repeat is None and block is not None and "repeat" in block.columns:
            site = self._site(row, block.name)
            deciding |= _parameters(self.signatures.passed(site, "repeat"))
        if deciding:
            raise Unprintable(frozenset(deciding))

    def _loop(self, row: PlacedRow, operands: list[str], target: str) -> str:
        assert row.repetitions is not None
        count = Known(row.repetitions)

        def write(number: str, known: bool, operand: str) -> None:
            names: Any = self._names(row)
            if not known:
                names = repeating(names, row, number.strip("{}"), count)
            name = (row.slug, f"_{number}")
            loop = 0 if known else number.strip("{}")
            piece = self._piece(row, [operand, *operands[1:]], name, names, loop)
            self.writer.assign(target, piece)

        return write_loop(self.writer, count, target, operands[0], write)

    def _unroll(self, row: PlacedRow, operands: list[str], target: str) -> str:
        assert row.repetitions is not None
        for number in range(1, row.repetitions + 1):
            names: Any = self._names(row)
            if row.repetitions > 1:
                names = repeating(names, row, "i", Known(row.repetitions))
                names.words = {
                    "first": Known(number == 1),
                    "last": Known(number == row.repetitions),
                }
            last = number == row.repetitions
            variable = (
                target if last else self.identifiers.new(f"{row.slug}_{number}", "row_")
            )
            piece = self._piece(row, operands, (row.slug, f"_{number}"), names, number)
            self.writer.assign(variable, piece)
            if not last:
                self.history.append(variable)
                operands = self._again(row, variable)
        return target

    def _again(self, row: PlacedRow, previous: str) -> list[str]:
        operands = self._operands(row, previous)
        sources = _sources(row)
        if not sources or not is_relative(sources[0].text):
            operands[0] = previous
        return operands

    def _operands(self, row: PlacedRow, current: str) -> list[str]:
        sources = _sources(row)
        if not sources:
            return [current]
        operands = []
        for cell in sources:
            if cell.text in self.variables:
                operands.append(self.variables[cell.text])
            else:
                operands.append(self.history[-int(cell.text[1:])])
        return operands

    def _names(self, row: PlacedRow) -> TableNames:
        names = TableNames(self.signatures, row, self.used)
        names.tensors = dict(self.variables)
        return names

    def _piece(
        self,
        row: PlacedRow,
        operands: list[str],
        name: Name,
        names: Any,
        loop: int | str,
    ) -> Piece:
        if isinstance(names, TableNames):
            names.tensors["in"] = operands[0]
        else:
            names.inner.tensors["in"] = operands[0]
        target = row.target
        assert target is not None
        if target.op is not None:
            assert row.scope is not None
            return layer_call(target, row.arguments, names, row.scope, operands, name)
        assert target.block is not None
        site = self._site(row, target.block.name)

        def word_of(word: str) -> Symbol:
            return self._word(word, row, names, loop)

        return block_call(site, self.signatures, names, word_of, operands, name)

    def _word(self, word: str, row: PlacedRow, names: Any, loop: int | str) -> Symbol:
        if word == "count":
            return Known(row.count)
        if word != "index":
            symbol: Symbol = names.name(word)
            return symbol
        if isinstance(loop, int):
            return Known(row.first_index + max(loop - 1, 0))
        offset = row.first_index - 1
        sign = "+" if offset > 0 else "-"
        return Code(f"{loop} {sign} {abs(offset)}" if offset else loop, ADD)

    def _site(self, row: PlacedRow, callee: str) -> Site:
        return next(
            site for site in self.signatures.sites.of[callee] if site.call is row
        )


def _parameters(symbol: Symbol) -> frozenset[str]:
    return symbol.parameters if isinstance(symbol, Code) else frozenset()


def _sources(row: PlacedRow) -> tuple[Scalar, ...]:
    cell = row.row.cells.get("from")
    if cell is None:
        return ()
    return cell if isinstance(cell, tuple) else (cell,)


def _needed(expansion: Expansion) -> set[str]:
    """Return the layers whose output is taken by a row's name later: it needs a variable."""
    named: dict[str, str] = {
        name: node.name
        for name, node in zip(expansion.program.inputs, expansion.inputs, strict=True)
    }
    rows = {row.name: row for row in expansion.rows}
    last = ""
    for name, _ in named_rows(expansion.program):
        if name in rows and (output := rows[name].output) is not None:
            last = output.name
        named[name] = last
    words = {cell.text for row in expansion.rows for cell in _sources(row)}
    words |= set().union(*(_attribute_owners(row) for row in expansion.rows))
    needed = {named[word] for word in words if word in named}
    outputs = {node.name for node in expansion.outputs}
    return needed | (outputs if outputs != {last} else set())


def _attribute_owners(row: PlacedRow) -> set[str]:
    found: set[str] = set()
    for argument in row.arguments:
        if not isinstance(argument.evaluate, tuple):
            for expression in parse_template(argument.cell.text).expressions:
                found |= {
                    n.name for n in names_of(expression) if isinstance(n, Attribute)
                }
    return found


def _size_code(cell: Scalar, names: TableNames) -> str:
    template = parse_template(cell.text)
    pieces = [
        p if isinstance(p, str) else print_expression(p, names) for p in template.parts
    ]
    if not any(isinstance(piece, Code) for piece in pieces):
        text = "".join(p if isinstance(p, str) else str(p.value) for p in pieces)  # type: ignore[union-attr]
        return literal(read_size(text))
    codes: list[str] = []
    for piece in pieces:
        if isinstance(piece, str):
            codes += [part for part in piece.split("x") if part]
        else:
            codes.append(text_of(piece))
    if not all(
        piece.strip("x0123456789") == "" for piece in pieces if isinstance(piece, str)
    ):
        parameters = [p.parameters for p in pieces if isinstance(p, Code)]
        raise Unprintable(frozenset().union(*parameters))
    return f"({', '.join(codes)}{',' if len(codes) == 1 else ''})"
