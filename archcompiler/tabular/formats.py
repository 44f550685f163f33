"""A report in every format that has a name."""

from collections.abc import Callable
from html import escape
from typing import Any

from archcompiler.tabular.comma_separated import table_csv
from archcompiler.tabular.form import Table
from archcompiler.tabular.html import table_html
from archcompiler.tabular.latex import Setting, table_latex
from archcompiler.tabular.plain import Paint
from archcompiler.tabular.record import json_text
from archcompiler.tabular.report import Facts, Report, report_markdown, report_text
from archcompiler.tabular.wording import one_line


def format_report(
    report: Report,
    form: str,
    record: Callable[[], Any],
    label: str,
    width: int | None = None,
    paint: Paint = str,
) -> str:
    """Return a report in one of FORMATS; text keeps to a `width`, with painted marks.

    CSV has one table alone, LaTeX all of them; JSON is the `record`.
    """
    if form == "json":
        return json_text(record())
    if form == "csv":
        return table_csv(report.data or _tables(report)[0])
    if form == "latex":
        return _latex(report, label)
    if form == "html":
        return _html(report)
    if form == "markdown":
        return report_markdown(report)
    return report_text(report, width, paint) + "\n"


def _tables(report: Report) -> list[Table]:
    """Return the tables that have rows; the first one always."""
    first, *others = [part for part in report.parts if isinstance(part, Table)]
    return [first, *[table for table in others if table.rows]]


def _latex(report: Report, label: str) -> str:
    written = []
    for number, table in enumerate(_tables(report), 1):
        own = label if number == 1 else f"{label}-{number}"
        written.append(table_latex(table, _caption(report, table), own, Setting()))
    return "\n".join(written)


def _caption(report: Report, table: Table) -> str:
    return f"{report.title}: {table.title}" if table.title else report.title


def _html(report: Report) -> str:
    written = []
    for part in report.parts:
        if isinstance(part, Table):
            written += [table_html(part, _caption(report, part))] if part.rows else []
        elif isinstance(part, Facts):
            told = [f"{label}: {'; '.join(lines)}" for label, lines in part.facts]
            written += _paragraphs(told)
        else:
            written += _paragraphs(list(part.lines))
    return "\n".join(written or _paragraphs([report.title])) + "\n"


def _paragraphs(lines: list[str]) -> list[str]:
    return [f"<p>{escape(one_line(line))}</p>" for line in lines]
