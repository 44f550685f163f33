"""The report of an alignment: what a foreign model does otherwise, row by row."""

from collections.abc import Iterator, Sequence

from archcompiler.alignment import Alignment
from archcompiler.alignment.findings import Finding
from archcompiler.alignment.totals import Totals, apart
from archcompiler.tabular.form import Column, Table, plain_table, texts
from archcompiler.tabular.report import Remarks, Report

_FINDINGS = (
    Column("row"),
    Column("layer", rank=1, shortest=12),
    Column("what"),
    Column("table", shortest=12),
    Column("model", shortest=12),
)
_TOTALS = ("total", "table", "model", "difference")


def alignment_report(alignment: Alignment) -> Report:
    """Return the findings, then the totals."""
    totals = alignment.totals
    remarks = [
        *alignment.notes,
        *_remarks(totals, has_findings=bool(alignment.findings)),
    ]
    return Report(
        f"{alignment.spec} against {alignment.model}",
        (
            Table(_FINDINGS, [texts(_finding(found)) for found in alignment.findings]),
            Remarks(list(_verdict(alignment))),
            plain_table(_TOTALS, list(_totals(totals)), right=(1, 2, 3)),
            Remarks(remarks, listed=True),
        ),
    )


# Parts ----------------------------------------------------------------------


def _finding(finding: Finding) -> Sequence[str]:
    """Return the cells of a finding, with the table's layer where it says more."""
    layer = finding.layer
    if finding.counterpart not in ("", layer):
        layer = f"{layer} ({finding.counterpart})"
    return finding.row, layer, finding.what, finding.table, finding.model


def _verdict(alignment: Alignment) -> Iterator[str]:
    if not alignment.differs:
        yield alignment.verdict
        yield f"not compared: {'; '.join(alignment.uncompared)}"
        return
    alike = ", ".join(alignment.alike)
    rest = f"; nothing differs in {alike}" if alike and alignment.findings else ""
    yield f"{alignment.verdict}{rest}"


def _totals(totals: Totals) -> Iterator[Sequence[str]]:
    yield ["parameters", *_compared(totals.table_parameters, totals.model_parameters)]
    macs = totals.table_macs, totals.model_macs
    if macs[1] is None:
        yield ["multiply-adds", f"{macs[0]:,}", "unknown", "unknown"]
    else:
        yield ["multiply-adds", *_compared(macs[0], macs[1])]


def _compared(ours: int, theirs: int) -> Sequence[str]:
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
