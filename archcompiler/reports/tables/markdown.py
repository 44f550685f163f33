"""The table as GitHub's Markdown."""

import re
from collections.abc import Sequence

from archcompiler.reports.tables.content import Cell, PaperTable
from archcompiler.reports.tables.wording import (
    mark,
    marks_used,
    one_line,
    right_aligned,
)

_SPECIAL = re.compile(
    r"[\\`*<&|~$]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word, `conv2_x`, it means itself
    r"|(?<=\])[(\[]"  # `[3x3, 64] x 2` is no link, `[a](b)` would be
)


def markdown(table: PaperTable, *, marks: bool) -> str:
    """Return the table as Markdown, its columns aligned in the source as well."""
    headings = [escape(heading.text) for heading in table.headings]
    rows = [[_text(cell, marks=marks) for cell in cells] for cells in table.every_cell]
    right = right_aligned(table)
    columns = list(zip(headings, *rows, strict=True))
    widths = [max(3, *map(len, column)) for column in columns]
    rule = [
        "-" * (width - 1) + ":" if at_right else "-" * width
        for width, at_right in zip(widths, right, strict=True)
    ]
    lines = [_line(row, widths, right) for row in (headings, rule, *rows)]
    if table.edits:
        lines += ["", escape(table.caption)]
    if used := list(marks_used(table, marks=marks)):
        legend = [f"{escape(sign)} {escape(what)}" for sign, what in used]
        lines += ["", ", ".join(legend)]
    return "\n".join(lines) + "\n"


def escape(text: str) -> str:
    r"""Return a text that Markdown shows as it is: `a|b` becomes `a\|b`."""
    return _SPECIAL.sub(r"\\\g<0>", one_line(text))


def _text(cell: Cell, *, marks: bool) -> str:
    sign = escape(mark(cell, marks=marks))
    return f"{escape(cell.text)} {sign}".strip()


def _line(row: Sequence[str], widths: list[int], right: list[bool]) -> str:
    cells = [
        text.rjust(width) if at_right else text.ljust(width)
        for text, width, at_right in zip(row, widths, right, strict=True)
    ]
    return f"| {' | '.join(cells)} |"
