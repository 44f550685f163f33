"""Records: checked specs as plain data, for JSON."""

from typing import Any

from archcompiler.architecture import Architecture
from archcompiler.checking.checking import Checked, notes_of
from archcompiler.claims.claims import Audit
from archcompiler.diagnostics import Diagnostic, Span
from archcompiler.graph.nodes import Node
from archcompiler.language.spec.claims import Paper

Record = dict[str, Any]


def check_record(checked: Checked) -> Record:
    """Return what `check` found; what could not be computed is null or empty."""
    architecture = checked.architecture
    record: Record = {"name": checked.name, "spec": checked.spec, "ok": checked.ok}
    if architecture is not None and checked.audit is not None:
        record |= counts_record(architecture)
        record |= {
            "rows": _rows(architecture),
            "layers": _layers(architecture),
            "claims": _claims(checked.audit),
            "notes": list(notes_of(architecture)),
        }
    else:
        nothing = {"total": None, "trainable": None, "non_trainable": None}
        record |= {"parameters": nothing, "macs": None, "depth": None}
        record |= {"rows": [], "layers": [], "claims": [], "notes": []}
    record["diagnostics"] = [diagnostic_record(found) for found in checked.diagnostics]
    return record


def counts_record(architecture: Architecture) -> Record:
    """Return the totals of an architecture."""
    field = architecture.field
    return {
        "parameters": {
            "total": architecture.parameters,
            "trainable": architecture.trainable,
            "non_trainable": architecture.non_trainable,
        },
        "macs": architecture.macs,
        "depth": architecture.depth,
        "pooled_depth": architecture.pooled_depth,
        "receptive_field": list(field.extent),
        "effective_stride": list(field.strides),
        "activation_bytes": architecture.activation_bytes,
        "building_bytes": architecture.building_bytes,
    }


def _rows(architecture: Architecture) -> list[Record]:
    records = []
    for row in architecture.rows:
        totals = architecture.totals(row)
        records.append(
            {
                "name": row.name,
                "type": row.type,
                "output_shape": list(row.output.shape),
                "parameters": totals.parameters,
                "trainable": totals.trainable,
                "macs": totals.macs,
                "receptive_field": list(row.output.field.extent),
                "effective_stride": list(row.output.field.strides),
                "activation_bytes": totals.activation_bytes,
            }
        )
    return records


def _layers(architecture: Architecture) -> list[Record]:
    return [_layer(node, architecture.row_names) for node in architecture.graph]


def _layer(node: Node, names: dict[int, str]) -> Record:
    return {
        "name": node.name,
        "op": node.op.op if node.op else "InputLayer",
        "row": names[node.row] if node.row is not None else None,
        "inputs": list(node.inputs),
        "output_shape": list(node.shape),
        "parameters": node.parameters,
        "macs": node.macs,
        "weights": [
            {"name": w.name, "shape": list(w.shape), "trainable": w.trainable}
            for w in node.weights
        ],
    }


def _claims(audit: Audit) -> list[Record]:
    return [
        {
            "row": verdict.row,
            "column": verdict.column,
            "printed": verdict.printed,
            "computed": verdict.computed,
            "verdict": verdict.judgement,
            "reason": verdict.reason,
        }
        for verdict in audit.verdicts
    ]


def diagnostic_record(diagnostic: Diagnostic) -> Record:
    """Return a finding with its place, the places beside it, and what mends it."""
    return {
        "code": diagnostic.code,
        "message": diagnostic.message,
        **_place_record(diagnostic.span),
        "help": diagnostic.help,
        "edits": [
            {**_place_record(edit.span), "text": edit.text} for edit in diagnostic.edits
        ],
        "related": [
            {**_place_record(other.span), "label": other.label}
            for other in diagnostic.related
        ],
        "follows": diagnostic.follows,
    }


def _place_record(span: Span | None) -> Record:
    """Return a place; lines and columns count from 1, and `end` is excluded."""
    return {
        "file": span.source.name if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end": span.end if span else None,
    }


def paper_record(paper: Paper) -> Record:
    """Return what a spec says of its paper."""
    stated = {name: getattr(paper, name) for name in Paper.keys()}  # noqa: SIM118
    unread = [cell.text for cell in stated.pop("unread")]
    texts = {name: cell.text for name, cell in stated.items() if cell is not None}
    return {**texts, "unread": unread} if unread else texts
