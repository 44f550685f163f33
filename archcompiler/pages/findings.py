"""What the audit found, as a page shows it."""

from collections.abc import Sequence
from dataclasses import dataclass

from archcompiler.auditing.auditing import FullAudit
from archcompiler.reports.audit_content import (
    failing_table,
    suspect_table,
    variant_table,
)
from archcompiler.reports.audit_wording import conventions, explanation, tally
from archcompiler.tabular.form import Table
from archcompiler.tabular.html import table_html


@dataclass(frozen=True)
class Findings:
    """Texts, and tables as HTML."""

    tally: str
    diagnostics: Sequence[tuple[str, str, str]]
    """The code, the message and the help of each."""

    conventions: Sequence[tuple[str, Sequence[str]]]
    tables: Sequence[tuple[str, str]]
    """The caption and the HTML of each."""

    explanations: Sequence[tuple[str, str, str]]
    """The row, the outcome, and what may stand behind it."""


def findings(full: FullAudit) -> Findings:
    """Return what an audit found."""
    tables = {
        "cells that do not agree": failing_table(full),
        "claims of variants": variant_table(full),
        "cells of which one edit would mend what differs": suspect_table(full),
    }
    return Findings(
        tally(full),
        [(found.code, found.message, str(found.help)) for found in full.diagnostics],
        [(each.column, [*conventions(each)]) for each in full.recoveries],
        [_shown(caption, table) for caption, table in tables.items() if table.rows],
        [(f.row, f.outcome, "; ".join(explanation(f))) for f in full.explanations],
    )


def _shown(caption: str, table: Table) -> tuple[str, str]:
    return caption, table_html(table, caption)
