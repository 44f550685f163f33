"""A report: a title, and tables, facts and remarks below it, for people."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import NamedTuple

from archcompiler.tabular.form import Table
from archcompiler.tabular.markdown import escape_line, markdown_lines
from archcompiler.tabular.plain import Paint, left_out, text_lines
from archcompiler.tabular.wording import one_line


class Facts(NamedTuple):
    """Labels with a line or more each; `margin` is where the lines begin in text.

    A label that reaches the margin has a line of its own.
    """

    facts: Sequence[tuple[str, Sequence[str]]]
    margin: int


class Remarks(NamedTuple):
    """Lines; in Markdown a list where they are `listed`, else a paragraph."""

    lines: Sequence[str]
    listed: bool = False


Part = Table | Facts | Remarks


@dataclass(frozen=True, slots=True)
class Report:
    """What people read; the parts stand apart, and empty ones are left out."""

    title: str
    parts: Sequence[Part]
    data: Table | None = None
    """What CSV has, where that is not the first of the tables."""


# Text -----------------------------------------------------------------------


def report_text(report: Report, width: int | None = None, paint: Paint = str) -> str:
    """Return a report as text; a `width` is that of the terminal."""
    parts = [wrapped(one_line(report.title), width)]
    parts += [_text_part(part, width, paint) for part in report.parts]
    return "\n\n".join(["\n".join(lines) for lines in parts if lines])


def _text_part(part: Part, width: int | None, paint: Paint) -> list[str]:
    if isinstance(part, Table):
        return _titled(part, width, paint) if part.rows else []
    if isinstance(part, Facts):
        return [line for fact in part.facts for line in _hanging(*fact, part, width)]
    return [line for said in part.lines for line in wrapped(said, width)]


def _titled(table: Table, width: int | None, paint: Paint) -> list[str]:
    title = wrapped(one_line(table.title), width) if table.title else []
    return [*title, *fitted(table, width, paint)]


def fitted(table: Table, width: int | None = None, paint: Paint = str) -> list[str]:
    """Return a table's lines, and one that says for which columns there is no room."""
    lines = text_lines(table, width, paint)
    if missing := left_out(table, width):
        said = f"no room for: {', '.join(missing)} (a wider terminal, or `| less -S`)"
        lines += wrapped(said, width)
    return lines


def wrapped(text: str, width: int | None, indent: int = 0) -> list[str]:
    """Return a text in lines; a `width` wraps it, all lines but the first indented."""
    if width is None or len(text) <= width:
        return [text]
    return wrap(
        text,
        max(width, indent + 20),
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _hanging(
    label: str, lines: Sequence[str], facts: Facts, width: int | None
) -> Iterator[str]:
    if len(label) >= facts.margin:
        yield from wrapped(label, width)
        label = ""
    for line in lines:
        yield from wrapped(f"{label:<{facts.margin}}{line}", width, facts.margin)
        label = ""


# Markdown -------------------------------------------------------------------


def report_markdown(report: Report) -> str:
    """Return a report as Markdown."""
    parts = [[f"# {escape_line(report.title)}"]]
    parts += [_markdown_part(part) for part in report.parts]
    return "\n\n".join(["\n".join(lines) for lines in parts if lines]) + "\n"


def _markdown_part(part: Part) -> list[str]:
    if isinstance(part, Table):
        title = [f"{escape_line(part.title)}:", ""] if part.title else []
        return [*title, *markdown_lines(part)] if part.rows else []
    if isinstance(part, Facts):
        return [line for fact in part.facts for line in _list_item(*fact)]
    lead = "- " if part.listed else ""
    return [f"{lead}{escape_line(line)}" for line in part.lines]


def _list_item(label: str, lines: Sequence[str]) -> Iterator[str]:
    first, *others = map(escape_line, lines)
    yield f"- {escape_line(label)}: {first}"
    yield from [f"  - {line}" for line in others]
