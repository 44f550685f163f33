"""The formats by name, and the one that a file's name asks for."""

from pathlib import Path
from textwrap import wrap

from archcompiler.language.expressions.patterns import slug
from archcompiler.reports.tables.content import PaperTable
from archcompiler.reports.tables.record import table_record
from archcompiler.reports.tables.shaping import shaped, shaped_for_programs
from archcompiler.tabular.comma_separated import table_csv
from archcompiler.tabular.html import table_html
from archcompiler.tabular.latex import Setting, table_latex
from archcompiler.tabular.markdown import escape, legend_line, markdown_lines
from archcompiler.tabular.record import json_text
from archcompiler.tabular.report import fitted
from archcompiler.tabular.wording import one_line

_ENDINGS = {
    ".md": "markdown",
    ".csv": "csv",
    ".tex": "latex",
    ".json": "json",
    ".html": "html",
}


def format_of(path: Path) -> str:
    """Return the format that a file's ending says; text where it says none."""
    return _ENDINGS.get(path.suffix.lower(), "text")


def format_table(
    table: PaperTable,
    form: str,
    *,
    marks: bool = False,
    width: int | None = None,
    setting: Setting | None = None,
) -> str:
    """Return the table in a format; text keeps to a `width`, LaTeX has a `setting`."""
    if form == "json":
        return json_text(table_record(table))
    if form == "csv":
        return table_csv(shaped_for_programs(table, marks=marks))
    if form == "latex":
        return _latex(table, setting or Setting(), marks=marks)
    if form == "html":
        return table_html(shaped(table, marks=marks), table.caption) + "\n"
    if form == "markdown":
        return _markdown(table, marks=marks)
    return _text(table, marks=marks, width=width)


def _latex(table: PaperTable, setting: Setting, *, marks: bool) -> str:
    label = slug(table.name).replace("_", "-")
    return table_latex(shaped(table, marks=marks), table.caption, label, setting)


def _markdown(table: PaperTable, *, marks: bool) -> str:
    written = shaped(table, marks=marks)
    lines = markdown_lines(written)
    if table.edits:
        lines += ["", escape(table.caption)]
    if written.legend:
        lines += ["", legend_line(written)]
    return "\n".join(lines) + "\n"


def _text(table: PaperTable, *, marks: bool, width: int | None) -> str:
    written = shaped(table, marks=marks)
    first = one_line(table.caption)
    lines = [first] if width is None else wrap(first, width, break_long_words=False)
    lines += ["", *fitted(written, width)]
    if written.legend:
        legend = [f"{sign} {meaning}" for sign, meaning in written.legend]
        lines += ["", ", ".join(legend)]
    return "\n".join(lines) + "\n"
