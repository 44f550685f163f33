"""A table as GitHub's Markdown, aligned in its source as well."""

import re
from collections.abc import Sequence

from archcompiler.tabular.form import Cell, Table
from archcompiler.tabular.wording import one_line, whole_text

_SPECIAL = re.compile(
    r"[\\`*<&|~$]"
    r"|(?<![^\W_])_|_(?![^\W_])"  # within a word, `conv2_x`, it means itself
    r"|(?<=\])[(\[]"  # `[3x3, 64] x 2` is no link, `[a](b)` would be
)

_OPENS_A_BLOCK = re.compile(r"^[#>+=\[-]|^(\d+)(?=[.)])|#(?=#*$)")
"""What at its beginning makes a line another block, or no text at all, as `[1]: x`,
which defines a link; and what ends a heading."""


def markdown_lines(table: Table) -> list[str]:
    """Return a table's lines."""
    headings = [escape(column.heading) for column in table.columns]
    rows = [[_text(cell) for cell in row] for row in table.every_row]
    right = [column.right for column in table.columns]
    columns = list(zip(headings, *rows, strict=True))
    widths = [max(3, *map(len, column)) for column in columns]
    rule = [
        "-" * (width - 1) + ":" if at_right else "-" * width
        for width, at_right in zip(widths, right, strict=True)
    ]
    return [_line(row, widths, right) for row in (headings, rule, *rows)]


def legend_line(table: Table) -> str:
    """Return what the signs of a table mean."""
    return ", ".join([f"{escape(sign)} {escape(what)}" for sign, what in table.legend])


def escape(text: str) -> str:
    r"""Return a text that Markdown shows as it is: `a|b` becomes `a\|b`."""
    return _SPECIAL.sub(r"\\\g<0>", one_line(text))


def escape_line(text: str) -> str:
    r"""Return a text for a line of its own: `1. a` becomes `1\. a`."""
    return _OPENS_A_BLOCK.sub(_harmless, escape(text))


def _harmless(found: re.Match[str]) -> str:
    return f"{found[1]}\\" if found[1] else f"\\{found[0]}"


def _text(cell: Cell) -> str:
    return f"{escape(whole_text(cell))} {escape(cell.mark)}".strip()


def _line(row: Sequence[str], widths: list[int], right: list[bool]) -> str:
    cells = [
        text.rjust(width) if at_right else text.ljust(width)
        for text, width, at_right in zip(row, widths, right, strict=True)
    ]
    return f"| {' | '.join(cells)} |"
