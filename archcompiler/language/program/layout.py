"""Layout: each cell of a row under the meaning of its column."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise

from archcompiler.diagnostics import (
    Findings,
    Proposal,
    Span,
    SpecError,
    fail,
    failure,
    listed,
    suggest,
    write,
)
from archcompiler.language.forms.forms import Written
from archcompiler.language.program.extra_cells import extra_cell
from archcompiler.language.program.headings import meanings
from archcompiler.language.program.program import TableRow, first_text, meanings_of
from archcompiler.language.spec.spec import (
    CLAIM_COLUMNS,
    ROW_WORDS,
    Block,
    Chooser,
    Row,
    TableColumn,
)
from archcompiler.language.text.document import Scalar

Columns = tuple[TableColumn, ...]


def lay_out_rows(columns: Columns, rows: Sequence[Row]) -> tuple[TableRow, ...]:
    """Lay out rows, each under the columns of the table.

    Raises:
        SpecError: with the mistakes of all rows.
    """
    laid_out, found = [], Findings()
    places = _places(columns)
    for row in rows:
        try:
            laid_out.append(_lay_out(columns, places, row, rows))
        except SpecError as error:
            found.take(*error.diagnostics)
    found.finish()
    return tuple(laid_out)


def lay_out(columns: Columns, row: Row) -> TableRow:
    """Return a row with its cells under their columns' meanings.

    Raises:
        SpecError: for a cell too many, or one under a heading that the table lacks.
    """
    return _lay_out(columns, _places(columns), row)


Place = tuple[str, int, bool]
"""A meaning, how many cells it takes, and whether these are sub-headings."""


def _places(columns: Columns) -> list[Place]:
    return [
        (column.meaning.text, len(column.choices) or 1, column.chooser is not None)
        for column in columns
    ]


def _lay_out(
    columns: Columns, places: list[Place], row: Row, beside: Sequence[Row] = ()
) -> TableRow:
    listed = row.cells
    if isinstance(listed, Scalar):
        return TableRow(row.at, row.front, {"type": listed})
    if isinstance(listed, dict):
        return _by_meaning(columns, row, listed)
    for cell in listed:
        if isinstance(cell, Scalar) and " " in cell.text:
            _refuse_joined_cells(cell)
    cells: dict[str, Written] = {}
    choices: dict[str, tuple[Written, ...]] = {}
    at, count = 0, len(listed)
    for meaning, width, chosen in places:
        if chosen:
            taken = listed[at : at + width]
            choices[meaning] = tuple([_one_text(cell, meaning) for cell in taken])
        elif at < count and not is_blank(cell := listed[at]):
            one = cell.__class__ is Scalar
            cells[meaning] = cell if one else _one_text(cell, meaning)
        at += width
    if count > at:
        _refuse_extra_cell(columns, listed, beside)
    if not choices:
        return TableRow(row.at, row.front, cells)
    return TableRow(row.at, row.front, cells, choices)


def is_blank(cell: Written) -> bool:
    """Whether a cell, which may be a list, is blank."""
    return cell.__class__ is Scalar and cell.blank


def refuse_columns(
    columns: Columns, parameters: Mapping[str, Scalar], blocks: Mapping[str, Block]
) -> None:
    """Refuse columns that mean the same, and sub-headings that nothing can choose.

    Raises:
        SpecError: with all of them.
    """
    found = Findings()
    seen: dict[str, TableColumn] = {}
    for column in columns:
        meaning = column.meaning.text
        if meaning in seen:
            message = f"two columns mean `{meaning}`"
            help = "give one of them another meaning: `heading: meaning`"
            found.add("duplicate-name", message, column.meaning.span, help=help)
        seen[meaning] = column
    choosers = [column.chooser for column in columns if column.chooser is not None]
    _refuse_no_parameter(columns, parameters, blocks, found)
    for chooser in choosers:
        _refuse_choice_twice(chooser, found)
    if not found:
        for other in choosers[1:]:
            _refuse_other_choice(choosers[0], other, found)
    found.finish()


def _refuse_no_parameter(
    columns: Columns,
    parameters: Mapping[str, Scalar],
    blocks: Mapping[str, Block],
    found: Findings,
) -> None:
    """Refuse sub-headings that no parameter chooses, the first of each name."""
    named: dict[str, tuple[Scalar, Chooser]] = {}
    for column in columns:
        if column.chooser is not None:
            name = column.chooser.parameter.text
            named.setdefault(name, (column.meaning, column.chooser))
    unknown = {name: named[name] for name in named if name not in parameters}
    known = {*meanings(blocks)} if unknown else set()
    for name, (meaning, (parameter, choices)) in unknown.items():
        texts = [choice.text for choice in choices]
        holding = [key for key, cell in parameters.items() if cell.text in texts]
        meant = next((key for key in (*named, *holding) if key in parameters), "")
        help = f"write `parameters: {{{name}: {texts[0]}}}`"
        if name in known and meaning.text not in known:
            chooser = meant or "parameter"
            help = f"write `{name}: {{{chooser}: [{listed(texts)}]}}`"
        elif near := suggest(name, parameters) or (meant and write(meant)):
            help = near
        message = f"`{name}` is no parameter, so it cannot choose a sub-heading"
        found.add("missing-key", message, parameter.span, help=help)


def _refuse_choice_twice(chooser: Chooser, found: Findings) -> None:
    texts = [choice.text for choice in chooser.choices]
    for choice in chooser.choices:
        if texts.count(choice.text) > 1:
            message = f"the choice `{choice.text}` stands twice"
            found.add("duplicate-name", message, choice.span)
            return


def _refuse_other_choice(first: Chooser, other: Chooser, found: Findings) -> None:
    name = first.parameter.text
    if other.parameter.text != name:
        message = f"`{name}` chooses among the sub-headings of this table already"
        found.add("bad-value", message, other.parameter.span, help=write(name))
        return
    choices = [choice.text for choice in first.choices]
    if [choice.text for choice in other.choices] != choices:
        message = f"the sub-headings differ: `{name}` chooses among {listed(choices)}"
        found.add("bad-value", message, other.choices[0].span)


_CELL = r"(~|[\d.,x/]*\d[KMGBT]?|<[^<>]*>)"
_JOINED = re.compile(rf"{_CELL}( +){_CELL}|(\S.*?)(  +)\S.*")


def _refuse_joined_cells(cell: Scalar) -> None:
    """Refuse `64 96` and `~   64`, two cells between which a comma is lost."""
    found = _JOINED.fullmatch(cell.text) if cell.plain and cell.end > 0 else None
    if found:
        first = found[1] or found[4]
        place = cell.part(len(first) - 1, len(first)).after
        help = Proposal(f"write a comma after `{first}`", ",", place)
        fail("yaml-syntax", f"`{cell.text}` is one cell", cell.span, help=help)


def _refuse_extra_cell(
    columns: Columns, cells: Sequence[Written], beside: Sequence[Row]
) -> None:
    for cell in cells:
        if isinstance(cell, Scalar) and "<" in cell.text and ">" not in cell.text:
            message = "an unclosed `<`: the comma ends the cell"
            help = "separate the arguments of a function by `;`"
            fail("bad-expression", message, cell.span, help=help)
    width = sum(len(column.choices) or 1 for column in columns)
    span = first_text(cells[width]).span
    message = f"the row has {len(cells)} cells, the table has {width} columns"
    help = "a comma ends a cell: a text that holds one wants quotes"
    for before, cell in pairwise(cells):
        if not isinstance(before, Scalar) or not isinstance(cell, Scalar):
            continue
        if cell.column != before.end + 1:  # 1,000 has no space
            continue
        thousands = before.text[-3:].isdigit() and re.fullmatch(r"\d{3}\D?", cell.text)
        decimal = before.text.isdigit() and re.fullmatch(r"\d{1,2}[KMGBT%]", cell.text)
        if thousands or decimal or before.text == "0":
            sign = "." if decimal or before.text == "0" else ""
            number = f"{before.text}{sign}{cell.text}"
            help = Proposal(f"a comma ends a cell: write `{number}`", number)
            first = before.span
            span = Span(first.source, first.line, first.column, cell.end + 1)
            fail("extra-cell", message, span, help=help)
    span, help = extra_cell(cells, width, beside) or (span, help)
    fail("extra-cell", message, span, help=help)


def _by_meaning(
    columns: Columns, row: Row, given: Mapping[str, tuple[Scalar, Written]]
) -> TableRow:
    """Lay out cells that say their meaning; other keys are arguments of the call."""
    by_heading = meanings_of(columns)
    known = {*by_heading.values(), *ROW_WORDS, *CLAIM_COLUMNS}
    cells: dict[str, Written] = {}
    keys: dict[str, Scalar] = {}
    for text, (key, cell) in given.items():
        meaning = text if text in known else by_heading.get(text, text)
        if meaning in keys:
            message = f"the cell `{meaning}` is given twice"
            label = f"also as `{keys[meaning].text}`"
            fail("duplicate-key", message, key.span, label=label)
        keys[meaning] = key
        if not is_blank(cell):
            takes_list = meaning not in ROW_WORDS and meaning not in CLAIM_COLUMNS
            cells[meaning] = cell if takes_list else _one_text(cell, meaning)
    return TableRow(row.at, row.front, cells, keys=keys)


def _one_text(cell: Written, meaning: str) -> Written:
    """Return a cell that is one text, or what `from` lists."""
    if isinstance(cell, Scalar):
        return cell
    if meaning == "from" and all(isinstance(item, Scalar) for item in cell):
        return cell
    message = f"the cell `{meaning}` is a text, received a list"
    help = "a cell that starts with `[` wants quotes"
    sizes = [item for item in cell if isinstance(item, Scalar) and item.text.isdigit()]
    if 1 < len(sizes) == len(cell):
        help = write("x".join([size.text for size in sizes]), _with_brackets(sizes))
    if any(isinstance(item, tuple) for item in cell):
        help = f"write the row by meaning: `{{type: ..., {meaning}: [[...], [...]]}}`"
    raise failure("wrong-type", message, first_text(cell).span, help=help)


def _with_brackets(items: Sequence[Scalar]) -> Span:
    """Return the place of a list of scalars, or of the first where no bracket is."""
    first, last = items[0].span, items[-1].span
    line = first.source.line(first.line)
    brackets = line[first.column - 2 : first.column - 1] + line[last.end - 1 : last.end]
    if first.line != last.line or brackets != "[]":
        return first
    return Span(first.source, first.line, first.column - 1, last.end + 1)
