"""A table as HTML; colours are the page's own, light or dark."""

from collections.abc import Iterator
from html import escape

from archcompiler.tabular.form import Cell, Column, Row, Table
from archcompiler.tabular.wording import one_line, whole_text


def table_html(table: Table, caption: str) -> str:
    """Return a table as an HTML element; all that a spec says is escaped."""
    return "\n".join(_lines(table, caption))


def _lines(table: Table, caption: str) -> Iterator[str]:
    yield "<table>"
    yield f"<caption>{escape(one_line(caption))}</caption>"
    headings = [Cell(column.heading) for column in table.columns]
    yield f"<thead>{_row(table, headings, 'th')}</thead>"
    yield "<tbody>"
    for row in table.rows:
        yield _row(table, row)
    yield "</tbody>"
    if table.total:
        yield f"<tfoot>{_row(table, table.total, 'th')}</tfoot>"
    yield "</table>"


def _row(table: Table, row: Row, tag: str = "td") -> str:
    pairs = zip(table.columns, row, strict=True)
    cells = [_cell(column, cell, tag) for column, cell in pairs if cell.span]
    return f"<tr>{''.join(cells)}</tr>"


def _cell(column: Column, cell: Cell, tag: str) -> str:
    style = f"text-align: {'right' if column.right else 'left'}"
    if cell.indent:
        style += f"; padding-left: {cell.indent + 1}em"
    shared = f' colspan="{cell.span}"' if cell.span > 1 else ""
    text = f"{escape(whole_text(cell))} {escape(cell.mark)}".strip()
    tag = tag if text else "td"  # a heading says something
    return f'<{tag} style="{style}"{shared}>{text}</{tag}>'
