"""The audit as plain data, for JSON."""

from typing import Any

from archcompiler.auditing.auditing import Cell, FullAudit
from archcompiler.auditing.explaining import Candidate, Explanation
from archcompiler.auditing.recovery import Fit, Recovery
from archcompiler.claims.conventions import Convention
from archcompiler.claims.suspects import Suspect
from archcompiler.reports.audit_wording import describe, edit_texts
from archcompiler.reports.records import diagnostic_record

Record = dict[str, Any]


def audit_record(full: FullAudit) -> Record:
    """Return everything that the audit found."""
    explanations: list[Record] = []
    for explanation in full.explanations:
        explanations += _explanations(explanation)
    return {
        "name": full.name,
        "spec": full.spec,
        "ok": full.ok,
        "partial": full.partial,
        "cells": [_cell(cell) for cell in full.cells],
        "conventions": [_recovery(recovery) for recovery in full.recoveries],
        "explanations": explanations,
        "suspects": [_suspect(suspect) for suspect in full.suspects],
        "diagnostics": [diagnostic_record(found) for found in full.diagnostics],
    }


def _cell(cell: Cell) -> Record:
    return {
        "variant": cell.variant or None,
        "row": cell.row,
        "column": cell.column,
        "printed": cell.printed,
        "computed": cell.computed,
        "verdict": cell.judgement,
        "difference": cell.difference,
        "reason": cell.reason,
        "line": cell.line,
    }


def _recovery(recovery: Recovery) -> Record:
    return {
        "column": recovery.column,
        "printed": len(recovery.cells),
        "tried": recovery.tried,
        "stated": _fit(recovery.stated, recovery) if recovery.stated else None,
        "best": [_fit(fit, recovery) for fit in recovery.best],
        "tie": len(recovery.best) > 1,
        "fits_another": [
            {
                "variant": fit.cells[0].part or None,
                "row": fit.cells[0].row,
                "printed": fit.cells[0].text,
                "text": describe(fit.convention, fit.cells),
            }
            for fit in recovery.elsewhere
        ],
        "fits_none": [
            {"variant": count.part or None, "row": count.row, "printed": count.text}
            for count in recovery.orphans
        ],
    }


def _fit(fit: Fit, recovery: Recovery) -> Record:
    return {
        **_convention(fit.convention),
        "text": describe(fit.convention, recovery.cells),
        "agree": len(fit.cells),
    }


def _convention(convention: Convention) -> Record:
    return {
        "counts": convention.counts,
        "rounding": convention.rounding,
        "units": {unit: convention.units[unit] for unit in ("K", "M", "G")},
    }


def _explanations(explanation: Explanation) -> list[Record]:
    """Return a record for each candidate, or the one that says that there is none."""
    about = {
        "outcome": explanation.outcome,
        "tried": explanation.tried,
        "expected_by_chance": round(explanation.chance, 3),
        "detail": explanation.detail,
    }
    if not explanation.candidates:
        none: Record = {"edits": [], "parameters": None, "macs": None, "bits": None}
        return [{"row": explanation.row, **none, **about}]
    return [
        {"row": explanation.row, **_candidate(candidate), **about}
        for candidate in explanation.candidates
    ]


def _candidate(candidate: Candidate) -> Record:
    return {
        "edits": edit_texts(candidate),
        "parameters": candidate.parameters,
        "macs": candidate.macs,
        "bits": round(candidate.bits, 1),
    }


def _suspect(suspect: Suspect) -> Record:
    return {
        "row": suspect.row,
        "column": suspect.column,
        "stands": suspect.cell.text,
        "mended": suspect.mended,
        "mends_all": suspect.mends_all,
        "line": suspect.cell.line + 1,
    }
