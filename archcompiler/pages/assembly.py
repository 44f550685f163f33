"""Assembly: one HTML file that needs nothing else, of one table or of two."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import jinja2

from archcompiler.architecture import Architecture
from archcompiler.backends.keras_source.lines import SourceLines, emit_lines
from archcompiler.diagnostics import SpecError
from archcompiler.figures.overview import Scale
from archcompiler.figures.svg_rules import page_rules
from archcompiler.pages.drawing import Drawing, draw, shared_scale
from archcompiler.pages.facts import Record, page_facts
from archcompiler.pages.findings import Findings, findings
from archcompiler.pages.highlighting import Piece, highlighted
from archcompiler.pages.subject import Subject
from archcompiler.pages.table import ShownTable, shown_table
from archcompiler.reports.captions import caption
from archcompiler.reports.difference import compare, difference_report
from archcompiler.reports.tables.assembly import paper_table
from archcompiler.tabular.form import Table
from archcompiler.tabular.html import table_html
from archcompiler.tabular.report import Remarks

_FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Side:
    """What a page shows of one architecture; `prefix` begins every id."""

    prefix: str
    name: str
    architecture: Architecture
    drawing: Drawing
    table: ShownTable
    source: Sequence[Sequence[Piece]]
    refusal: str
    """Why there is no source; empty where there is one."""

    findings: Findings
    facts: Record


@dataclass(frozen=True)
class Compared:
    """In what two tables differ; `kinds` has `+`, `-` or `~` by the row's name."""

    title: str
    tables: Sequence[str]
    remarks: Sequence[str]
    kinds: dict[str, str]


def one_page(subject: Subject) -> str:
    """Return the page of an architecture; equal specs have equal pages."""
    side = _side(subject, "")
    return _render(side.name, caption(subject.architecture.program), [side], None)


def comparing_page(base: Subject, variant: Subject) -> str:
    """Return the page of two architectures beside each other."""
    pair = base.architecture.expansion, variant.architecture.expansion
    scale = shared_scale(pair)
    sides = [_side(base, "base-", scale), _side(variant, "variant-", scale)]
    _link(*sides)
    compared = _compared(base.architecture, variant.architecture)
    title = f"{sides[0].name} and {sides[1].name}"
    return _render(title, compared.title, sides, compared)


def _link(one: Side, other: Side) -> None:
    """Let each row light the one of its name on the other side."""
    ids, others = one.drawing.row_ids, other.drawing.row_ids
    for name in ids.keys() & others.keys():
        one.facts["items"][ids[name]]["also"].append(others[name])
        other.facts["items"][others[name]]["also"].append(ids[name])


def _side(subject: Subject, prefix: str, scale: Scale | None = None) -> Side:
    architecture = subject.architecture
    drawing = draw(architecture.expansion, prefix, scale)
    table = paper_table(architecture, subject.audit, "all")
    source, refusal = _source(architecture)
    return Side(
        prefix,
        architecture.name,
        architecture,
        drawing,
        shown_table(table, drawing.row_ids, drawing.parts),
        highlighted(source.text) if source else [],
        refusal,
        findings(subject.full),
        page_facts(architecture, subject.audit, drawing, source),
    )


def _source(architecture: Architecture) -> tuple[SourceLines | None, str]:
    """Return the emitted source, or why there is none."""
    try:
        return emit_lines(architecture.expansion), ""
    except SpecError as error:
        return None, error.diagnostics[0].message


def _compared(base: Architecture, variant: Architecture) -> Compared:
    difference = compare(base, variant)
    report = difference_report(difference)
    tables = [part for part in report.parts if isinstance(part, Table) and part.rows]
    remarks = [part for part in report.parts if isinstance(part, Remarks)]
    return Compared(
        report.title,
        [table_html(table, "what differs, row by row") for table in tables],
        [line for part in remarks for line in part.lines],
        {change.row: change.kind for change in difference.rows},
    )


def _render(
    title: str, subtitle: str, sides: Sequence[Side], compared: Compared | None
) -> str:
    return _template().render(
        title=title,
        subtitle=subtitle,
        sides=sides,
        compared=compared,
        css=page_rules() + "\n" + (_FOLDER / "page.css").read_text("utf-8"),
        script=(_FOLDER / "page.js").read_text("utf-8"),
        data=_json([side.facts for side in sides]),
    )


def _json(value: object) -> str:
    """Return JSON that no text in it can turn into markup."""
    text = json.dumps(value, separators=(",", ":"))
    for sign in "<>&":
        text = text.replace(sign, f"\\u{ord(sign):04x}")
    return text


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.html.jinja")
