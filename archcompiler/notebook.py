"""What a notebook shows of an architecture: its table, row by row, as HTML."""

from collections.abc import Iterable, Iterator, Sequence
from html import escape

HEADINGS = ("row", "type", "output size", "parameters", "multiply-adds")
_SIDES = ("left", "left", "right", "right", "right")


def html_table(
    caption: str, rows: Iterable[Sequence[str]], total: Sequence[str]
) -> str:
    """Return rows under `HEADINGS`, and a total, as an HTML table.

    All that a spec says is escaped; colours are the page's own, light or dark.
    """
    return "\n".join(_lines(caption, rows, total))


def _lines(
    caption: str, rows: Iterable[Sequence[str]], total: Sequence[str]
) -> Iterator[str]:
    yield "<table>"
    yield f"<caption>{escape(caption)}</caption>"
    yield f"<thead>{_row(HEADINGS, 'th')}</thead>"
    yield "<tbody>"
    yield from map(_row, rows)
    yield "</tbody>"
    yield f"<tfoot>{_row(total, 'th')}</tfoot>"
    yield "</table>"


def _row(cells: Sequence[str], tag: str = "td") -> str:
    written = (
        f'<{tag} style="text-align: {side}">{escape(cell)}</{tag}>'
        for cell, side in zip(cells, _SIDES, strict=True)
    )
    return f"<tr>{''.join(written)}</tr>"
