"""Headings of which two became one: the comma between them is lost."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from archcompiler.diagnostics import Proposal, Span, fail
from archcompiler.language.mistakes.other_forms import commas_help, parted_cells
from archcompiler.language.spec.spec import (
    CLAIM_COLUMNS,
    ROW_WORDS,
    Block,
    Row,
    TableColumn,
)
from archcompiler.ops.table import OPS


def refuse_joined_headings(
    columns: Sequence[TableColumn], rows: Iterable[Row], blocks: Mapping[str, Block]
) -> None:
    """Refuse a heading that reads as two, where rows have as many cells too many.

    Raises:
        SpecError: at the heading, with the comma that is lost.
    """
    _refuse_other_signs(columns)
    width = sum(len(column.choices) or 1 for column in columns)
    widths = [len(row.cells) for row in rows if isinstance(row.cells, tuple)]
    wide = widths.count(width + 1)
    if not wide or max(widths) > width + 1 or 2 * wide < len(widths):
        return
    known = {*meanings(blocks)}
    for column in columns:
        named = column.meaning is not column.heading
        for first, second in _halves(column.meaning.text, known):
            if second in known:
                _refuse(column.meaning.span, first, second, width + 1)
        for first, second in _halves(column.heading.text, known):
            if named and first != column.meaning.text:
                _refuse(column.heading.span, first, second, width + 1)


def _refuse_other_signs(columns: Sequence[TableColumn]) -> None:
    """Refuse `type; filters`, headings with the sign of another table between them."""
    for column in columns:
        heading = column.heading
        if heading.plain and (cells := parted_cells(heading.text)):
            message = f"`{heading.text}` is one heading"
            fail("extra-cell", message, heading.span, help=commas_help(cells))


def _refuse(heading: Span, first: str, second: str, cells: int) -> None:
    message = f"`{first} {second}` is one heading, and a row has {cells} cells"
    end = heading.column + len(first)
    place = Span(heading.source, heading.line, end, end, end > heading.end)
    help = Proposal(f"write a comma: `{first}, {second}`", ",", place)
    fail("extra-cell", message, heading, help=help)


def _halves(text: str, known: set[str]) -> Iterator[tuple[str, str]]:
    """Yield the splits of a heading, which means nothing itself, behind a meaning."""
    words = text.split(" ")
    for at in range(1, len(words)):
        first = " ".join(words[:at])
        if text not in known and first in known:
            yield first, " ".join(words[at:])


def meanings(blocks: Mapping[str, Block]) -> Iterator[str]:
    """Yield whatever a column can mean."""
    yield from (*ROW_WORDS, *CLAIM_COLUMNS, "patch")
    for op in OPS.values():
        yield from op.model_fields
    for block in blocks.values():
        for column in block.columns:
            yield column.name.text
