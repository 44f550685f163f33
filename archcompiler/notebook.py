"""What a notebook shows of an architecture: its table, row by row, as HTML."""

from collections.abc import Iterable, Iterator
from html import escape
from typing import TYPE_CHECKING

from archcompiler.shapes import format_shape

if TYPE_CHECKING:
    from archcompiler.architecture import Architecture

_HEADINGS = ("row", "type", "output size", "parameters", "multiply-adds")


def html_of(architecture: "Architecture") -> str:
    """Return the rows and totals of an architecture as an HTML table.

    All that a spec says is escaped; colours are the page's own, light or dark.
    """
    return "\n".join(_lines(architecture))


def _lines(architecture: "Architecture") -> Iterator[str]:
    yield "<table>"
    yield f"<caption>{escape(architecture.name)}</caption>"
    yield f"<thead>{_row(_HEADINGS, 'th')}</thead>"
    yield "<tbody>"
    for row in architecture.rows:
        assert row.output is not None
        totals, size = architecture.totals(row), format_shape(row.output.shape)
        yield _row(
            (row.name, row.type, size, f"{totals.parameters:,}", f"{totals.macs:,}")
        )
    yield "</tbody>"
    total = ("total", "", "", f"{architecture.parameters:,}", f"{architecture.macs:,}")
    yield f"<tfoot>{_row(total, 'th')}</tfoot>"
    yield "</table>"


def _row(cells: Iterable[str], tag: str = "td") -> str:
    """Return one row; sizes and numbers stand to the right."""
    sides = ("left", "left", "right", "right", "right")
    written = (
        f'<{tag} style="text-align: {side}">{escape(cell)}</{tag}>'
        for cell, side in zip(cells, sides, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"
