"""The formats by name, and the one that a file's name asks for."""

from pathlib import Path

from archcompiler.reports.tables.comma_separated import table_csv
from archcompiler.reports.tables.content import PaperTable
from archcompiler.reports.tables.latex import latex
from archcompiler.reports.tables.markdown import markdown
from archcompiler.reports.tables.plain import plain_text
from archcompiler.reports.tables.record import json_text

_ENDINGS = {".md": "markdown", ".csv": "csv", ".tex": "latex", ".json": "json"}


def format_of(path: Path) -> str:
    """Return the format that a file's ending says; text where it says none."""
    return _ENDINGS.get(path.suffix.lower(), "text")


def format_table(
    table: PaperTable, form: str, *, marks: bool = False, width: int | None = None
) -> str:
    """Return the table in a format; only text keeps to a `width`."""
    if form == "json":
        return json_text(table)
    if form == "text":
        return plain_text(table, marks=marks, width=width)
    write = {"markdown": markdown, "csv": table_csv, "latex": latex}[form]
    return write(table, marks=marks)
