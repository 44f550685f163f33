"""The audit as a report: its tables, what they count, and what rows may have been."""

from collections.abc import Iterator

from archcompiler.auditing.auditing import FullAudit
from archcompiler.reports.audit_content import (
    explanation_table,
    failing_table,
    legend,
    printed_table,
    suspect_table,
    variant_table,
)
from archcompiler.reports.audit_records import cell_table
from archcompiler.reports.audit_wording import conventions, tally, title
from archcompiler.tabular.report import Facts, Report

_MARGIN = 16


def audit_report(full: FullAudit) -> Report:
    """Return the audit as people read it; programs get a row for each printed cell."""
    return Report(
        title(full),
        (
            printed_table(full),
            variant_table(full),
            Facts(list(_facts(full)), _MARGIN),
            failing_table(full),
            explanation_table(full),
            suspect_table(full),
        ),
        data=cell_table(full),
    )


def _facts(full: FullAudit) -> Iterator[tuple[str, list[str]]]:
    said = [tally(full), *[legend(full)] * bool(full.cells)]
    said += ["a row fails: only the rows above it are audited"] * full.partial
    if full.unread:
        said.append(f"{full.unread} of them nobody read in the paper itself")
    yield "cells", said
    for recovery in full.recoveries:
        yield recovery.column, list(conventions(recovery))
