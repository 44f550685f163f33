"""The audit as Markdown, for an issue, a pull request or a page of documentation."""

from collections.abc import Iterable, Iterator, Sequence

from archcompiler.auditing.auditing import FullAudit
from archcompiler.reports.audit_content import (
    FAILING_HEADINGS,
    SUSPECT_HEADINGS,
    VARIANT_HEADINGS,
    failing_rows,
    headings,
    legend,
    rows,
    suspect_rows,
    variant_rows,
)
from archcompiler.reports.audit_wording import conventions, explanation, tally, title
from archcompiler.reports.tables.markdown import escape


def audit_markdown(full: FullAudit) -> str:
    """Return the audit as Markdown."""
    parts = [[f"## {escape(title(full))}"], _table(full)]
    parts += [
        _plain_table(VARIANT_HEADINGS, variant_rows(full), right=(2, 4)),
        [_summary(full)],
        list(_conventions(full)),
        _plain_table(FAILING_HEADINGS, failing_rows(full), right=(2, 4, 5)),
        list(_explanations(full)),
        _plain_table(SUSPECT_HEADINGS, suspect_rows(full), right=()),
    ]
    return "\n\n".join(["\n".join(part) for part in parts if part]) + "\n"


def _table(full: FullAudit) -> list[str]:
    columns = headings(full)
    if len(columns) == 1:
        return []
    right = [at for at, column in enumerate(columns) if column.right]
    return _plain_table([column.text for column in columns], list(rows(full)), right)


def _plain_table(
    names: Sequence[str], found: Sequence[Sequence[str]], right: Iterable[int]
) -> list[str]:
    if not found:
        return []
    rule = ["--:" if at in right else "---" for at in range(len(names))]
    return [_line(names), f"|{'|'.join(rule)}|", *map(_line, found)]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join([escape(cell) for cell in cells])} |"


def _summary(full: FullAudit) -> str:
    words = f"{tally(full)}. `{legend(full)}`." if full.cells else f"{tally(full)}."
    if full.partial:
        words += " A row fails: only the rows above it are audited."
    return words


def _conventions(full: FullAudit) -> Iterator[str]:
    for recovery in full.recoveries:
        first, *others = map(escape, conventions(recovery))
        yield f"- `{recovery.column}`: {first}"
        for text in others:
            yield f"  - {text}"


def _explanations(full: FullAudit) -> Iterator[str]:
    for found in full.explanations:
        texts = "; ".join(map(escape, explanation(found)))
        yield f"- {escape(found.row)}, **{found.outcome}**: {texts}"
