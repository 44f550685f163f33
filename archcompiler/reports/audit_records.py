"""The audit as plain data, for JSON."""

from collections.abc import Callable
from typing import Any

from archcompiler.auditing.auditing import AuditedCell, FullAudit
from archcompiler.auditing.counting import Applied, WhoCounted
from archcompiler.auditing.explaining import Candidate, Explanation
from archcompiler.auditing.few_prices import Search
from archcompiler.auditing.recovery import Fit, Recovery
from archcompiler.claims.conventions import Convention
from archcompiler.claims.counts import Count
from archcompiler.claims.suspects import Suspect
from archcompiler.reports.audit_wording import describe, edit_texts
from archcompiler.reports.records import diagnostic_record
from archcompiler.tabular.form import Column, Table, bare

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


_OF_CELLS: dict[str, Callable[[AuditedCell], str | int | None]] = {
    "variant": lambda cell: cell.variant or None,
    "row": lambda cell: cell.row,
    "column": lambda cell: cell.column,
    "printed": lambda cell: cell.printed,
    "computed": lambda cell: cell.computed,
    "verdict": lambda cell: cell.judgement,
    "difference": lambda cell: cell.difference,
    "reason": lambda cell: cell.reason,
    "line": lambda cell: cell.line,
    "read": lambda cell: cell.read,
}
"""What programs are told of a printed cell."""


def _cell(cell: AuditedCell) -> Record:
    return {name: read(cell) for name, read in _OF_CELLS.items()}


def cell_table(full: FullAudit) -> Table:
    """Return a row for each printed cell, for programs."""
    rows = [[bare(read(cell)) for read in _OF_CELLS.values()] for cell in full.cells]
    return Table(list(map(Column, _OF_CELLS)), rows)


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
        "who_counted": _who(recovery.who) if recovery.who else None,
        "fits_none": [_place(count) for count in recovery.orphans],
    }


def _who(who: WhoCounted) -> Record:
    return {
        "identified": who.identified,
        "below": [_place(count) for count in who.below],
        "readings": [
            {
                "cells": [_place(count) for count in reading.cells],
                "rules": [_applied(way) for way in reading.rules],
                "rivals": [_applied(way) for way in reading.rivals],
                "fits_by_chance": reading.chance,
            }
            for reading in who.readings
        ],
        "untested": who.untested,
        "few_prices": _searched(who.searched) if who.searched else None,
    }


def _searched(search: Search) -> Record:
    return {
        "outcome": search.outcome,
        "cells": [_place(count) for count in search.cells],
        "found": [
            {
                "multiply-adds": each.times,
                "prices": [[*item, price] for item, price in each.prices],
                "head": each.head,
                "rounding": each.rounding,
                "bits": round(each.bits, 1),
            }
            for each in search.found
        ],
        "tried": search.tried,
        "expected_by_chance": round(search.chance, 3),
    }


def _place(count: Count) -> Record:
    return {"variant": count.part or None, "row": count.row, "printed": count.text}


def _applied(way: Applied) -> Record:
    return {"counts": str(way.convention), "rounding": way.rounding}


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
