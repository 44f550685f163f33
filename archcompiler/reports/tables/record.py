"""The table as plain data, for JSON."""

from archcompiler.reports.records import Record, paper_record
from archcompiler.reports.tables.content import Heading, PaperCell, PaperTable


def table_record(table: PaperTable) -> Record:
    """Return columns and rows; the cells of a row are in the order of the columns."""
    return {
        "name": table.name,
        "paper": paper_record(table.paper) if table.paper else None,
        "variant_of": table.edits or None,
        "settings": table.settings or None,
        "columns": [_column(heading) for heading in table.headings],
        "rows": [
            {"name": line.name, "cells": _cells(table, line.cells)}
            for line in table.lines
        ],
        "total": _cells(table, table.total),
        "notes": list(table.notes),
    }


def _column(heading: Heading) -> Record:
    return {
        "heading": heading.text,
        "meaning": heading.meaning,
        "choice": heading.choice,
        "kind": "computed" if heading.computed else "printed",
        "unit": heading.unit or None,
    }


def _cells(table: PaperTable, cells: list[PaperCell]) -> list[Record]:
    pairs = zip(table.headings, cells, strict=True) if cells else ()
    return [_cell(heading, cell) for heading, cell in pairs]


def _cell(heading: Heading, cell: PaperCell) -> Record:
    made = heading.computed or cell.source == "computed"
    printed = None if made else cell.text or None
    return {
        "printed": printed,
        "computed": cell.text if cell.source == "computed" else cell.computed,
        "verdict": cell.judgement,
        "reason": cell.reason,
    }
