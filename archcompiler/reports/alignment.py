"""The report of an alignment: what a foreign model does otherwise, row by row."""

from collections.abc import Iterable, Iterator, Sequence

from archcompiler.alignment import Alignment
from archcompiler.alignment.findings import Finding
from archcompiler.alignment.totals import Totals, apart
from archcompiler.diagnostics import printable
from archcompiler.reports.tables.markdown import escape
from archcompiler.reports.text import Column, Row, lay_out

_FINDINGS = ("row", "layer", "what", "table", "model")
_TOTALS = ("total", "table", "model", "difference")


def format_alignment(alignment: Alignment, *, markdown: bool = False) -> str:
    """Return the findings, then the totals, as text for people or as Markdown."""
    lines = [_title(alignment, markdown=markdown), ""]
    if alignment.findings:
        rows = [_finding(each, markdown=markdown) for each in alignment.findings]
        lines += [*_table(_FINDINGS, rows, (), markdown=markdown), ""]
    lines += [_verdict(alignment), ""]
    totals = alignment.totals
    lines += _table(_TOTALS, _totals(totals), (1, 2, 3), markdown=markdown)
    remarks = [
        *alignment.notes,
        *_remarks(totals, has_findings=bool(alignment.findings)),
    ]
    if remarks:
        shown = [_shown(remark, markdown=markdown) for remark in remarks]
        lines += ["", *(f"- {remark}" if markdown else remark for remark in shown)]
    return "\n".join(lines)


# Parts ----------------------------------------------------------------------


def _title(alignment: Alignment, *, markdown: bool) -> str:
    text = _shown(f"{alignment.spec} against {alignment.model}", markdown=markdown)
    return f"# {text}" if markdown else text


def _finding(finding: Finding, *, markdown: bool) -> Row:
    """Return the cells of a finding, with the table's layer where it says more."""
    layer = finding.layer
    if finding.counterpart not in ("", layer):
        layer = f"{layer} ({finding.counterpart})"
    cells = (finding.row, layer, finding.what, finding.table, finding.model)
    return [_shown(cell, markdown=markdown) for cell in cells]


def _shown(cell: str, *, markdown: bool) -> str:
    """Keep a name that a file holds from ending its cell, or writing anywhere else."""
    return escape(printable(cell)) if markdown else printable(cell)


def _verdict(alignment: Alignment) -> str:
    if not alignment.differs:
        return f"{alignment.verdict}\nnot compared: {'; '.join(alignment.uncompared)}"
    if not alignment.findings:
        return alignment.verdict
    alike = ", ".join(alignment.alike)
    rest = f"; nothing differs in {alike}" if alike else ""
    return f"{alignment.verdict}{rest}"


def _totals(totals: Totals) -> Iterator[Row]:
    yield ["parameters", *_compared(totals.table_parameters, totals.model_parameters)]
    macs = totals.table_macs, totals.model_macs
    if macs[1] is None:
        yield ["multiply-adds", f"{macs[0]:,}", "unknown", "unknown"]
    else:
        yield ["multiply-adds", *_compared(macs[0], macs[1])]


def _compared(ours: int, theirs: int) -> Row:
    return [f"{ours:,}", f"{theirs:,}", _percent(apart(theirs, ours))]


def _remarks(totals: Totals, *, has_findings: bool) -> Iterator[str]:
    """Yield what the totals do not say by themselves."""
    if totals.model_macs is None:
        yield "the model leaves the size of its images open"
        return
    if not totals.is_complete:
        yield "the multiply-adds of unknown layers are not counted"
    printed = totals.printed_macs
    if printed is None:
        return
    near, ours = apart(totals.model_macs, printed), apart(totals.table_macs, printed)
    text = f"the printed ops add up to {printed:,}: "
    if totals.model_macs == totals.table_macs:
        yield f"{text}table and model are {_percent(near)} from this sum"
        return
    text += f"the model is {_percent(near)} from this sum, the table {_percent(ours)}"
    if has_findings and near < ours:
        text += ": totals prove nothing, rows do"
    yield text


def _percent(part: float) -> str:
    return (
        "0 %"
        if not part
        else f"{100 * part:.2g} %"
        if part < 0.995
        else f"{100 * part:.0f} %"
    )


def _table(
    headings: Sequence[str],
    rows: Iterable[Row],
    right: Sequence[int],
    *,
    markdown: bool,
) -> list[str]:
    if not markdown:
        columns = [Column(text, right=at in right) for at, text in enumerate(headings)]
        return lay_out(columns, rows)
    rule = ["--:" if at in right else "---" for at in range(len(headings))]
    return [f"| {' | '.join(cells)} |" for cells in (headings, rule, *rows)]
