"""The summary: the table with everything computed beside what is printed."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archcompiler.architecture import Architecture
from archcompiler.claims.claims import Audit
from archcompiler.claims.verdicts import MARKS, SIGNIFY, Verdict
from archcompiler.graph.expansion import PlacedRow
from archcompiler.graph.memory import activation_bytes, format_bytes
from archcompiler.graph.nodes import Node
from archcompiler.graph.totals import RowTotals
from archcompiler.language.program.program import TOTAL
from archcompiler.reports.captions import caption
from archcompiler.reports.counting import (
    counting_facts,
    counting_record,
    counts_by_layer,
)
from archcompiler.reports.records import counts_record
from archcompiler.reports.text import format_pair
from archcompiler.shapes import format_shape
from archcompiler.tabular.form import Cell, Column, Row, Table, number, texts
from archcompiler.tabular.record import Record, table_record
from archcompiler.tabular.report import Facts, Part, Remarks, Report

_MEANINGS = {
    "agrees": "as computed",
    "differs": "not as computed",
    "excused": "excused by an erratum",
    "unstated": "not judged: `claims` does not say what it counts",
}
_MARGIN = 17

_ROW_COLUMNS = (
    Column("row"),
    Column("type", rank=4, shortest=16),
    Column("input", rank=6),
    Column("filter", rank=5),
    Column("output"),
    Column("depth", right=True, rank=1),
    Column("parameters", right=True),
    Column("share", right=True, rank=3, key="parameters_percent"),
    Column("printed", right=True, rank=2, key="printed parameters"),
    Column("multiply-adds", right=True, key="macs"),
    Column("share", right=True, rank=3, key="macs_percent"),
    Column("printed", right=True, rank=2, key="printed macs"),
    Column("field", right=True, rank=8, key="receptive_field"),
    Column("stride", right=True, rank=9, key="effective_stride"),
    Column("memory", right=True, rank=7, key="activation_bytes"),
)
_CLAIMS = (
    *("", "", "input size", "filter shape", "", "depth"),
    *("", "", "params", "", "", "ops"),
)
"""The claim on which a column of the table depends, in the order of the columns."""

_LAYER_COLUMNS = (
    Column("layer"),
    Column("op", rank=1),
    Column("row", rank=3),
    Column("output"),
    Column("parameters", right=True),
    Column("multiply-adds", right=True, key="macs"),
    Column("field", right=True, rank=4, key="receptive_field"),
    Column("stride", right=True, rank=5, key="effective_stride"),
    Column("memory", right=True, rank=2, key="activation_bytes"),
)


def summary_report(
    architecture: Architecture,
    audit: Audit,
    *,
    batch: int = 32,
    layers: bool = False,
    counting: Sequence[str] = (),
) -> Report:
    """Return the summary: per row, or per layer, and the totals.

    `batch` is the number of samples of the training step whose memory is estimated;
    `counting` are conventions of tools, by each of which the network is counted.
    """
    table = _table(architecture, audit, layers=layers, counting=counting)
    counted = counting_facts(architecture, counting)
    totals = [*_totals(architecture, batch), *counted]
    facts = [*totals, *_claims(audit, marked=not layers)]
    notes = [f"note: {note}" for note in architecture.notes]
    parts: list[Part] = [table, Facts(facts, _MARGIN), _told(audit), Remarks(notes)]
    return Report(caption(architecture.program), parts)


def summary_record(
    architecture: Architecture,
    audit: Audit,
    *,
    layers: bool = False,
    counting: Sequence[str] = (),
) -> Record:
    """Return the summary as plain data."""
    table = _table(architecture, audit, layers=layers, counting=counting)
    return {
        "name": architecture.name,
        **counts_record(architecture),
        **(counting_record(architecture, counting) if counting else {}),
        **table_record(table),
        "notes": list(architecture.notes),
    }


def _table(
    architecture: Architecture,
    audit: Audit,
    *,
    layers: bool,
    counting: Sequence[str],
) -> Table:
    """Return the table of rows or layers, and what each convention makes of them."""
    table = _layer_table(architecture) if layers else _row_table(architecture, audit)
    for name in counting:
        if layers:
            of = counts_by_layer(architecture, name)
            counts = [of.get(node.name, 0) for node in architecture.graph]
        else:
            counts = [architecture.count(name, row) for row in architecture.rows]
        table = _beside(table, name, [*counts, architecture.count(name)])
    return table


def _beside(table: Table, name: str, counts: Sequence[int]) -> Table:
    """Return a table with a column of counts, the total last, behind the other ones."""
    at = [column.name for column in table.columns].index("receptive_field")
    column = Column(name, right=True, rank=1)
    columns = [*table.columns[:at], column, *table.columns[at:]]
    *rows, total = [
        [*row[:at], number(count), *row[at:]]
        for row, count in zip(table.every_row, counts, strict=True)
    ]
    return replace(table, columns=columns, rows=rows, total=total)


# Rows -----------------------------------------------------------------------


def _row_table(architecture: Architecture, audit: Audit) -> Table:
    verdicts = {(v.row, v.column): v for v in audit.verdicts}
    rows = [_row(architecture, row, verdicts) for row in architecture.rows]
    printed = {verdict.column for verdict in audit.verdicts if verdict.row != TOTAL}
    claims = [*_CLAIMS, *[""] * (len(_ROW_COLUMNS) - len(_CLAIMS))]
    kept = [at for at, claim in enumerate(claims) if not claim or claim in printed]
    total = _row_total(architecture, verdicts)
    return Table(
        [_ROW_COLUMNS[at] for at in kept],
        [[row[at] for at in kept] for row in rows],
        [total[at] for at in kept],
        marks=SIGNIFY,
    )


def _row(
    architecture: Architecture,
    row: PlacedRow,
    verdicts: dict[tuple[str, str], Verdict],
) -> Row:
    totals = architecture.totals(row)

    def of(claim: str) -> Verdict | None:
        return verdicts.get((row.name, claim))

    output = _shape(row.output)._replace(mark=_mark(of("output size")))
    return [
        Cell(row.name),
        Cell(row.type if row.type != row.name else ""),
        _computed(of("input size")),
        _printed(of("filter shape")),
        output,
        _computed(of("depth")),
        *_counts(totals, architecture, of("params"), of("ops")),
        *_seen(row.output),
        _bytes(totals.activation_bytes),
    ]


def _row_total(
    architecture: Architecture, verdicts: dict[tuple[str, str], Verdict]
) -> Row:
    def of(claim: str) -> Verdict | None:
        return verdicts.get((TOTAL, claim))

    return [
        Cell(TOTAL),
        *[Cell()] * 4,
        _computed(of("depth")),
        *_counts(architecture, architecture, of("params"), of("ops")),
        *(Cell(), Cell()),
        _bytes(architecture.activation_bytes),
    ]


def _counts(
    counted: RowTotals | Architecture,
    whole: Architecture,
    params: Verdict | None,
    ops: Verdict | None,
) -> Iterator[Cell]:
    yield number(counted.parameters)
    yield _share(counted.parameters, whole.parameters)
    yield _printed(params)
    yield number(counted.macs)
    yield _share(counted.macs, whole.macs)
    yield _printed(ops)


def _share(part: int, whole: int) -> Cell:
    """Return how many per cent of the whole network a row has."""
    if not part:
        return Cell()
    percent = 100 * part / whole
    return Cell(f"{percent:.1f} %", value=round(percent, 3))


def _shape(node: Node) -> Cell:
    return Cell(format_shape(node.shape))


def _seen(node: Node) -> Iterator[Cell]:
    """Yield how far a position sees, and how far it is from the next."""
    yield Cell(format_pair(node.field.extent))
    yield Cell(format_pair(node.field.strides))


def _bytes(number: int) -> Cell:
    return Cell(format_bytes(number), value=number)


def _computed(verdict: Verdict | None) -> Cell:
    return Cell(verdict.computed, _mark(verdict)) if verdict else Cell()


def _printed(verdict: Verdict | None) -> Cell:
    return Cell(verdict.printed, _mark(verdict)) if verdict else Cell()


def _mark(verdict: Verdict | None) -> str:
    return MARKS[verdict.judgement] if verdict else ""


# Layers ---------------------------------------------------------------------


def _layer_table(architecture: Architecture) -> Table:
    rows = [_layer(node, architecture.row_names) for node in architecture.graph]
    total = [
        Cell(TOTAL),
        *[Cell()] * 3,
        number(architecture.parameters),
        number(architecture.macs),
        *(Cell(), Cell()),
        _bytes(architecture.activation_bytes),
    ]
    return Table(_LAYER_COLUMNS, rows, total)


def _layer(node: Node, names: dict[int, str]) -> Row:
    return [
        Cell(node.name),
        Cell(node.op.op if node.op else "input"),
        Cell(names[node.row] if node.row is not None else ""),
        _shape(node),
        number(node.parameters),
        number(node.macs),
        *_seen(node),
        _bytes(activation_bytes([node])) if node.op else Cell(),
    ]


# Totals and claims ----------------------------------------------------------


def _totals(architecture: Architecture, batch: int) -> Iterator[tuple[str, list[str]]]:
    trained = "all trainable"
    if architecture.non_trainable:
        trained = (
            f"{architecture.trainable:,} trainable, {architecture.non_trainable:,} not"
        )
    yield "parameters", [f"{architecture.parameters:,} ({trained})"]
    yield "multiply-adds", [f"{architecture.macs:,}"]
    pooled = f"{architecture.pooled_depth} with pooling"
    yield "depth", [f"{architecture.depth} ({pooled})"]
    seen = architecture.field
    extent, strides = format_pair(seen.extent), format_pair(seen.strides)
    yield "receptive field", [f"{extent}, stride {strides}"]
    yield "activations", [f"{format_bytes(architecture.activation_bytes)} a sample"]
    yield "building", [f"about {format_bytes(architecture.building_bytes)}"]
    step = format_bytes(architecture.training_bytes(batch))
    yield "training step", [f"about {step} at a batch of {batch}"]


def _claims(audit: Audit, *, marked: bool) -> Iterator[tuple[str, list[str]]]:
    if not audit.verdicts:
        return
    counts = {judgement: audit.count(judgement) for judgement in MARKS}
    present = [judgement for judgement, count in counts.items() if count]
    told = [", ".join(f"{counts[j]} {_word(j)}" for j in present)]
    if marked:
        told.append(", ".join(f"{MARKS[j]} {_MEANINGS[j]}" for j in present))
    yield "claims", told


_TOLD_COLUMNS = (
    Column("row"),
    Column("cell"),
    Column("printed", right=True),
    Column("computed", right=True),
    Column("erratum", rank=1, wraps=True),
)


def _told(audit: Audit) -> Table:
    rows = [
        texts((v.row, v.column, v.printed, v.computed, v.reason))
        for v in audit.verdicts
        if v.judgement in ("differs", "excused")
    ]
    return Table(_TOLD_COLUMNS, rows)


def _word(judgement: str) -> str:
    return {"agrees": "agree", "differs": "differ"}.get(judgement, judgement)
