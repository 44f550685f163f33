"""Hovering: what is told of the row, block, argument or expression at a place."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import islice

from archcompiler.claims.verdicts import MARKS
from archcompiler.diagnostics import Span, printable
from archcompiler.editor.answers import Hover
from archcompiler.editor.describing import argument_told, op_told
from archcompiler.editor.documents import Built, View
from archcompiler.editor.lookup import named_at
from archcompiler.editor.names import Name, Occurrence
from archcompiler.editor.positions import Position
from archcompiler.editor.schemas import description_of
from archcompiler.editor.trees import keys_in
from archcompiler.graph.rows import PlacedRow
from archcompiler.language.expressions import (
    ExpressionError,
    Scope,
    compile_expression,
    parse_template,
)
from archcompiler.language.spec.spec import CLAIM_COLUMNS
from archcompiler.language.text.document import Scalar
from archcompiler.ops.fields import written
from archcompiler.reports.tables.computed import computed_cells, computed_headings
from archcompiler.shapes import format_shape
from archcompiler.tabular.form import Column, Table, texts
from archcompiler.tabular.markdown import escape, markdown_lines

MOST_VALUES = 8
"""How many calls of a block an expression's values are told of."""


def hover(view: View, position: Position) -> Hover | None:
    """Return what is told of a position; None where nothing is known."""
    found = named_at(view, position)
    if value := _value(view, found, position):
        return value
    for occurrence in found:
        text = "\n\n".join(_told(view, occurrence.name))
        if text:
            return Hover(occurrence.span, text)
    return _key(view, position) or _row_of_line(view, position)


def _key(view: View, position: Position) -> Hover | None:
    """Return what the schema tells of a key."""
    if view.root is None:
        return None
    for path, key in keys_in(view.root):
        span = key.span
        on_it = span.column - 1 <= position.column < span.end
        if key.line == position.line and on_it:
            told = description_of(view.root, path, key.text)
            return Hover(span, told) if told else None
    return None


def _told(view: View, name: Name) -> Iterator[str]:
    if name.kind == "op":
        yield from op_told(name.text)
    elif name.kind == "argument":
        yield from argument_told(name)
    elif view.built is None:
        return
    elif name.kind == "row":
        yield from _row(view.built, name.text)
    elif name.kind == "block":
        yield from _block(view.built, name.text)
    elif name.kind == "column":
        yield from _column(view.built, name)
    elif name.kind == "heading":
        yield from _heading(view.built, name.text)
    elif name.kind == "parameter":
        cell = view.built.architecture.program.parameters.get(name.text)
        if cell is not None:
            yield f"parameter `{name.text}` = `{cell.text}`"


# Rows -----------------------------------------------------------------------


def _row_of_line(view: View, position: Position) -> Hover | None:
    """Return what is told of the row that stands on a line."""
    built = view.built
    if built is None or not view.is_current:
        return None
    for row in built.architecture.rows:
        at = row.row.at
        if at.line == position.line and at.source == built.source:
            return Hover(at.span, "\n\n".join(_row(built, row.name)))
    return None


def _row(built: Built, name: str) -> Iterator[str]:
    architecture = built.architecture
    row = next((row for row in architecture.rows if row.name == name), None)
    if row is None:
        return
    kind = f": {escape(row.type)}" if row.type != row.name else ""
    yield f"**{escape(row.name)}**{kind}"
    headings = [heading.text for heading in computed_headings(None, ())]
    cells = computed_cells(architecture, row)
    facts = [["input", format_shape(row.input.shape)]]
    facts += [[h, cell.text] for h, cell in zip(headings, cells, strict=True)]
    columns = (Column("computed"), Column("", right=True))
    yield "\n".join(markdown_lines(Table(columns, [texts(fact) for fact in facts])))
    yield from _claims(built, row)


def _claims(built: Built, row: PlacedRow) -> Iterator[str]:
    verdicts = [each for each in built.audit.verdicts if each.row == row.name]
    if not verdicts:
        return
    headings = built.architecture.program.headings
    columns = tuple(Column(h) for h in ("cell", "printed", "computed", "verdict"))
    rows = []
    for each in verdicts:
        mark, why = MARKS[each.judgement], each.reason and f": {each.reason}"
        told = f"{mark} {each.judgement}{why}"
        heading = headings.get(each.column, each.column)
        rows.append(texts((heading, each.printed, each.computed, told)))
    yield "\n".join(markdown_lines(Table(columns, rows)))


# Blocks ---------------------------------------------------------------------


def _block(built: Built, name: str) -> Iterator[str]:
    called = built.architecture.expansion.calls.blocks.get(name)
    if called is None:
        return
    yield f"block **{escape(name)}**"
    columns = [
        f"`{column}`" if default is None else f"`{column}: {default.cell.text}`"
        for column, default in called.columns.items()
    ]
    holes = [f"`{hole}`" for hole in called.pattern.holes if hole != "name"]
    if columns or holes:
        yield f"takes {', '.join([*holes, *columns])}"
    rows = dict.fromkeys(
        row.name for row in built.architecture.rows if row.block is called
    )
    if rows:
        yield f"called by {', '.join(f'`{printable(row)}`' for row in rows)}"


def _column(built: Built, name: Name) -> Iterator[str]:
    called = built.architecture.expansion.calls.blocks.get(name.owner)
    if called is None:
        return
    default = called.columns.get(name.text)
    given = f", `{default.cell.text}` unless it is given" if default else ""
    yield f"column `{name.text}` of the block {escape(name.owner)}{given}"
    values = list(_called_with(built, name))
    if values:
        yield ", ".join(values)


def _heading(built: Built, meaning: str) -> Iterator[str]:
    """Yield what the cells under a heading mean, and who takes them."""
    program = built.architecture.program
    if meaning in CLAIM_COLUMNS:
        yield f"`{meaning}`: what the paper prints of a row, beside what is computed"
    takes = [
        f"`{name}`"
        for name, block in program.blocks.items()
        if meaning in [column.name.text for column in block.columns]
    ]
    if takes:
        yield f"`{meaning}`: a column of {', '.join(takes)}"


def _called_with(built: Built, name: Name) -> Iterator[str]:
    """Yield the values of a column in the calls of its block, each value once."""
    found: dict[str, None] = {}
    for frame in built.architecture.expansion.frames:
        if frame.block.name == name.owner and name.text in frame.values:
            found[f"`{written(frame.values[name.text])}`"] = None
    more = len(found) > MOST_VALUES
    yield from islice(found, MOST_VALUES)
    if more:
        yield "..."


# Expressions ----------------------------------------------------------------


def _value(view: View, found: list[Occurrence], position: Position) -> Hover | None:
    """Return the value of the expression around a position, wherever it is read."""
    built = view.built
    cell = next((each.cell for each in found if "<" in each.cell.text), None)
    if cell is None or built is None or not view.is_current:
        return None
    at = position.column - cell.column - (0 if cell.plain else 1)
    try:
        expressions = parse_template(cell.text).expressions
    except ExpressionError:
        return None
    for expression in expressions:
        if expression.start - 1 <= at <= expression.end + 1:
            evaluate = compile_expression(expression)
            values: dict[str, list[str]] = {}
            for where, scope in _scopes(built, cell):
                with suppress(ExpressionError):
                    values.setdefault(written(evaluate(scope)), []).append(where)
            text = cell.text[expression.start : expression.end]
            if values:
                span: Span = cell.part(expression.start, expression.end)
                return Hover(span, "\n\n".join(_values(text, values)))
    return None


def _values(text: str, values: dict[str, list[str]]) -> Iterator[str]:
    for value, places in islice(values.items(), MOST_VALUES):
        rows = [f"`{printable(row)}`" for row in dict.fromkeys(places) if row]
        where = f" in {', '.join(rows[:MOST_VALUES])}" if rows else ""
        more = " ..." if len(rows) > MOST_VALUES else ""
        yield f"`{text}` = **{escape(value)}**{where}{more}"
    if len(values) > MOST_VALUES:
        yield f"and {len(values) - MOST_VALUES} more values"


def _scopes(built: Built, cell: Scalar) -> Iterator[tuple[str, Scope]]:
    """Yield where a text was read, and what its names meant there."""
    expansion = built.architecture.expansion
    for row in built.architecture.rows:
        at = row.row.at
        if (at.source, at.line) == (cell.source, cell.line):
            yield row.name, row.scope
            return
    entries = expansion.program.blocks.values()
    above = [
        (block.name.line, block.name.text)
        for block in entries
        if block.name.source == cell.source and block.name.line <= cell.line
    ]
    _, owner = max(above, default=(0, ""))
    names = {row.slug: row.name for row in built.architecture.rows}
    for frame in expansion.frames:
        if frame.block.name == owner:
            outer = frame
            while outer.caller is not None:
                outer = outer.caller
            name = getattr(outer.call, "name", "")
            yield names.get(name, name), Scope(frame.values, frame.shape)
