"""The summary: the table with everything computed beside what is printed."""

from collections.abc import Iterator

from archcompiler.architecture import Architecture
from archcompiler.claims.claims import Audit
from archcompiler.claims.verdicts import TOTAL, Verdict
from archcompiler.graph.expansion import PlacedRow
from archcompiler.graph.graph import Node
from archcompiler.graph.memory import activation_bytes, format_bytes
from archcompiler.reports.captions import caption
from archcompiler.reports.text import (
    Column,
    format_pair,
    lay_out,
    shorten,
)
from archcompiler.shapes import format_shape

MARKS = {"agrees": "=", "differs": "!", "excused": "*", "unstated": "?"}
_MEANINGS = {
    "agrees": "as computed",
    "differs": "not as computed",
    "excused": "excused by an erratum",
    "unstated": "not judged: `claims` does not say what it counts",
}

_ROW_COLUMNS = (
    Column("row"),
    Column("type"),
    Column("input"),
    Column("", glued=True),
    Column("filter"),
    Column("", glued=True),
    Column("output"),
    Column("", glued=True),
    Column("depth", right=True),
    Column("", glued=True),
    Column("parameters", right=True),
    Column("printed", right=True),
    Column("", glued=True),
    Column("multiply-adds", right=True),
    Column("printed", right=True),
    Column("", glued=True),
    Column("field", right=True),
    Column("stride", right=True),
    Column("memory", right=True),
)
_LAYER_COLUMNS = (
    Column("layer"),
    Column("op"),
    Column("row"),
    Column("output"),
    Column("parameters", right=True),
    Column("multiply-adds", right=True),
    Column("field", right=True),
    Column("stride", right=True),
    Column("memory", right=True),
)


def summarise(
    architecture: Architecture, audit: Audit, *, batch: int = 32, layers: bool = False
) -> str:
    """Return the summary: per row, or per layer, and the totals.

    `batch` is the number of samples of the training step whose memory is estimated.
    """
    table = _layer_table(architecture) if layers else _row_table(architecture, audit)
    parts = [
        caption(architecture.program),
        "",
        *table,
        "",
        *_totals(architecture, batch),
    ]
    parts += _claims(audit, marked=not layers)
    parts += [f"note: {note}" for note in architecture.notes]
    return "\n".join(parts)


# Rows -----------------------------------------------------------------------


def _row_table(architecture: Architecture, audit: Audit) -> list[str]:
    verdicts = {(v.row, v.column): v for v in audit.verdicts}
    rows = [_row(architecture, row, verdicts) for row in architecture.rows]
    printed = {verdict.column for verdict in audit.verdicts if verdict.row != TOTAL}
    kept = [at for at, claim in enumerate(_CLAIMS) if claim is None or claim in printed]
    total = _row_total(architecture, verdicts)
    return lay_out(
        [_ROW_COLUMNS[at] for at in kept],
        [[row[at] for at in kept] for row in rows],
        [total[at] for at in kept],
    )


_CLAIMS = (
    *(None, None),
    *("input size", "input size"),
    *("filter shape", "filter shape"),
    *(None, None),
    *("depth", "depth"),
    *(None, "params", "params"),
    *(None, "ops", "ops"),
    *(None, None, None),
)
"""The claim on which a column of the table depends, in the order of the columns."""


def _row(
    architecture: Architecture,
    row: PlacedRow,
    verdicts: dict[tuple[str, str], Verdict],
) -> list[str]:
    assert row.output is not None
    totals = architecture.totals(row)

    def of(claim: str) -> Verdict | None:
        return verdicts.get((row.name, claim))

    return [
        row.name,
        shorten(row.type) if row.type != row.name else "",
        *_computed(of("input size")),
        *_printed(of("filter shape")),
        format_shape(row.output.shape),
        _mark(of("output size")),
        *_computed(of("depth")),
        f"{totals.parameters:,}",
        *_printed(of("params")),
        f"{totals.macs:,}",
        *_printed(of("ops")),
        format_pair(row.output.field.extent),
        format_pair(row.output.field.strides),
        format_bytes(totals.activation_bytes),
    ]


def _row_total(
    architecture: Architecture, verdicts: dict[tuple[str, str], Verdict]
) -> list[str]:
    def of(claim: str) -> Verdict | None:
        return verdicts.get((TOTAL, claim))

    return [
        TOTAL,
        *([""] * 7),
        *(_computed(of("depth"))),
        f"{architecture.parameters:,}",
        *_printed(of("params")),
        f"{architecture.macs:,}",
        *_printed(of("ops")),
        *("", ""),
        format_bytes(architecture.activation_bytes),
    ]


def _computed(verdict: Verdict | None) -> tuple[str, str]:
    return (verdict.computed, _mark(verdict)) if verdict else ("", "")


def _printed(verdict: Verdict | None) -> tuple[str, str]:
    return (verdict.printed, _mark(verdict)) if verdict else ("", "")


def _mark(verdict: Verdict | None) -> str:
    return MARKS[verdict.judgement] if verdict else ""


# Layers ---------------------------------------------------------------------


def _layer_table(architecture: Architecture) -> list[str]:
    rows = [_layer(node, architecture.row_names) for node in architecture.graph]
    total = [
        TOTAL,
        *("", "", ""),
        f"{architecture.parameters:,}",
        f"{architecture.macs:,}",
        *("", ""),
        format_bytes(architecture.activation_bytes),
    ]
    return lay_out(_LAYER_COLUMNS, rows, total)


def _layer(node: Node, names: dict[int, str]) -> list[str]:
    return [
        node.name,
        node.op.op if node.op else "input",
        names[node.row] if node.row is not None else "",
        format_shape(node.shape),
        f"{node.parameters:,}",
        f"{node.macs:,}",
        format_pair(node.field.extent),
        format_pair(node.field.strides),
        format_bytes(activation_bytes([node])) if node.op else "",
    ]


# Totals and claims ----------------------------------------------------------


def _totals(architecture: Architecture, batch: int) -> Iterator[str]:
    trained = "all trainable"
    if architecture.non_trainable:
        trained = (
            f"{architecture.trainable:,} trainable, {architecture.non_trainable:,} not"
        )
    yield f"parameters       {architecture.parameters:,} ({trained})"
    yield f"multiply-adds    {architecture.macs:,}"
    pooled = f"{architecture.pooled_depth} with pooling"
    yield f"depth            {architecture.depth} ({pooled})"
    field = architecture.field
    yield (
        f"receptive field  {format_pair(field.extent)}, "
        f"stride {format_pair(field.strides)}"
    )
    yield f"activations      {format_bytes(architecture.activation_bytes)} a sample"
    yield f"building         about {format_bytes(architecture.building_bytes)}"
    step = format_bytes(architecture.training_bytes(batch))
    yield f"training step    about {step} at a batch of {batch}"


def _claims(audit: Audit, *, marked: bool) -> Iterator[str]:
    if not audit.verdicts:
        return
    counts = {judgement: audit.count(judgement) for judgement in MARKS}  # type: ignore[arg-type]
    present = [judgement for judgement, count in counts.items() if count]
    yield "claims           " + ", ".join(f"{counts[j]} {_word(j)}" for j in present)
    if marked:
        legend = ", ".join(f"{MARKS[j]} {_MEANINGS[j]}" for j in present)
        yield f"                 {legend}"
    told = [v for v in audit.verdicts if v.judgement in ("differs", "excused")]
    if told:
        yield ""
        yield from lay_out(
            [Column("row"), Column("cell"), Column("printed", right=True),
             Column("computed", right=True), Column("erratum")],
            [[v.row, v.column, v.printed, v.computed, v.reason] for v in told],
        )  # fmt: skip


def _word(judgement: str) -> str:
    return {"agrees": "agree", "differs": "differ"}.get(judgement, judgement)
