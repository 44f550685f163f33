"""Which cell of a row is one too many: the others then look as the rows beside it."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise

from archcompiler.diagnostics import Proposal, Span
from archcompiler.language.forms.forms import Written
from archcompiler.language.spec.spec import Row
from archcompiler.language.text.document import Scalar

Place = tuple[Span, str]
"""A place and its help."""


def extra_cell(
    cells: Sequence[Written], width: int, beside: Iterable[Row]
) -> Place | None:
    """Return the cell that is too many and its help, None where none can be told."""
    texts = [cell for cell in cells if isinstance(cell, Scalar)]
    if len(texts) != len(cells) or len(cells) != width + 1:
        return None
    likely = _likeliest(texts, _looks_of_columns(beside, width))
    for at, following in pairwise(likely):
        first, second = texts[at], texts[following]
        if following == at + 1 and first.text == second.text:
            gap = Span(first.source, first.line + 1, first.end + 1, second.end + 1)
            help = Proposal(f"remove one of the two `{first.text}`", "", gap)
            return second.span, help if first.line == second.line else str(help)
    first, last = texts[likely[0]], texts[likely[-1]]
    if len(likely) > len(cells) // 2 or first.line != last.line:
        return None
    span = Span(first.source, first.line + 1, first.column + 1, last.end + 1)
    return span, "without it the others stand under their headings"


def _likeliest(cells: list[Scalar], columns: list[set[str]]) -> list[int]:
    """Return the cells without which the row looks most as the others."""
    looks = [_look(cell) for cell in cells]
    odd = []
    for at in range(len(cells)):
        left = looks[:at] + looks[at + 1 :]
        odd.append(sum(a not in b for a, b in zip(left, columns, strict=True)))
    return [at for at, count in enumerate(odd) if count == min(odd)]


def _looks_of_columns(beside: Iterable[Row], width: int) -> list[set[str]]:
    columns: list[set[str]] = [set() for _ in range(width)]
    for row in beside:
        if isinstance(row.cells, tuple) and len(row.cells) <= width:
            for at, cell in enumerate(row.cells):
                columns[at].add(_look(cell))
    return columns


def _look(cell: Written) -> str:
    """Return what a cell looks like: `9x9` for a size, `9` for a number, a word."""
    if not isinstance(cell, Scalar):
        return "list"
    if cell.blank:
        return "blank"
    shape = re.sub(r"[\d.,]+", "9", cell.text)
    return shape if re.fullmatch(r"9(?:[x/ ]+9)*[KMGBT%]?", shape) else "word"
