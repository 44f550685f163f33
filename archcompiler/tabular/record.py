"""Plain data as JSON, and a table as such data: a record for each row, numbers bare."""

import json
from typing import Any

from archcompiler.tabular.form import Cell, Row, Table

Record = dict[str, Any]

VERSION = 1
"""Of what every command tells as JSON; docs/json.md says what raises it."""


def json_text(record: Record | list[Record]) -> str:
    """Return a record, or each of a list, as JSON with the version in front."""
    told = (
        [_versioned(each) for each in record]
        if isinstance(record, list)
        else _versioned(record)
    )
    return json.dumps(told, indent=2) + "\n"


def _versioned(record: Record) -> Record:
    return {"version": VERSION, **record}


def table_record(table: Table) -> Record:
    """Return the names of the columns, the rows, and the total if there is one."""
    record: Record = {
        "columns": [column.name for column in table.columns],
        "rows": [_row(table, row) for row in table.rows],
    }
    if table.total:
        record["total"] = _row(table, table.total)
    return record


def _row(table: Table, row: Row) -> Record:
    record: Record = {}
    for column, cell in zip(table.columns, row, strict=True):
        record[column.name] = _value(cell)
        if cell.mark in table.marks:
            record[f"{column.name} verdict"] = table.marks[cell.mark]
    return record


def _value(cell: Cell) -> Any:
    if cell.value is not None:
        return cell.value
    return [cell.text, *cell.more] if cell.more else cell.text or None
