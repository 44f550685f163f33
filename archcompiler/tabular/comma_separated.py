"""A table as CSV: one line of names, one line a row, numbers bare."""

from archcompiler.separated import comma_separated
from archcompiler.tabular.form import Row, Table


def table_csv(table: Table) -> str:
    """Return a table as CSV, without its total; signs are words in columns."""
    marked = _marked(table)
    names: list[str] = []
    for at, column in enumerate(table.columns):
        names.append(column.name)
        if at in marked:
            names.append(f"{column.name} verdict")
    return comma_separated(
        [names, *(_values(table, row, marked) for row in table.rows)]
    )


def _marked(table: Table) -> set[int]:
    """Return the columns in which some cell has a sign with a meaning."""
    cells = [pair for row in table.rows for pair in enumerate(row)]
    return {at for at, cell in cells if cell.mark in table.marks}


def _values(table: Table, row: Row, marked: set[int]) -> list[object]:
    values: list[object] = []
    for at, cell in enumerate(row):
        bare = isinstance(cell.value, int | float)
        values.append(cell.value if bare else "; ".join([cell.text, *cell.more]))
        if at in marked:
            values.append(table.marks.get(cell.mark, ""))
    return values
