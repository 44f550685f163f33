"""The generated texts of docs/audit.md: what the audit finds in the specs."""

from collections.abc import Iterator
from functools import cache

from archcompiler.auditing.auditing import FullAudit, audit_fully
from archcompiler.language.loading import shipped_specs
from archcompiler.reports.audit_content import failing_rows
from archcompiler.reports.audit_markdown import audit_markdown
from archcompiler.reports.audit_wording import conventions, explanation


@cache
def audits() -> dict[str, FullAudit]:
    """Audit every file that prints anything, its variants included."""
    names = [name for name, place in shipped_specs().items() if place.variant is None]
    found = {name: audit_fully(name) for name in names}
    return {name: full for name, full in found.items() if full.cells}


def audit_tables() -> dict[str, str]:
    """Return every generated text of the page by the name in its mark."""
    return {
        "verdicts": _text(_verdicts()),
        "table one": audit_markdown(audits()["googlenet"]).partition("\n\n")[2],
        "conventions": _text(_conventions()),
        "differing": _text(_differing()),
        "explanations": _text(_explanations()),
    }


def _text(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _verdicts() -> Iterator[str]:
    yield _line("spec", "printed cells", "agree", "excused", "differ")
    yield "|---|--:|--:|--:|--:|"
    totals = [0, 0, 0]
    for name, full in audits().items():
        counts = [full.count(judged) for judged in ("agrees", "excused", "differs")]  # type: ignore[arg-type]
        totals = [before + more for before, more in zip(totals, counts, strict=True)]
        yield _counted(f"[`{name}`](../specs/{name}.yaml)", counts)
    yield _counted("all", totals)


def _counted(name: str, counts: list[int]) -> str:
    return _line(name, str(sum(counts)), *(str(count or "") for count in counts))


def _conventions() -> Iterator[str]:
    yield _line("spec", "column", "what it counts, and what else would explain it")
    yield "|---|---|---|"
    for name, full in audits().items():
        for recovery in full.recoveries:
            texts = "; ".join(conventions(recovery))
            yield _line(f"`{name}`", f"`{recovery.column}`", texts)


def _differing() -> Iterator[str]:
    yield _line("spec", "row", "cell", "printed", "computed", "difference", "erratum")
    yield "|---|---|---|--:|--:|--:|---|"
    for name, full in audits().items():
        for row, column, printed, _, computed, difference, reason in failing_rows(full):
            cells = (row, column, printed, computed, difference, reason)
            yield _line(f"`{name}`", *(cell.replace("|", "\\|") for cell in cells))


def _explanations() -> Iterator[str]:
    yield _line("spec", "row", "", "what the counts may have been")
    yield "|---|---|---|---|"
    for name, full in audits().items():
        for found in full.explanations:
            texts = "; ".join(explanation(found))
            yield _line(f"`{name}`", found.row, found.outcome, texts)
