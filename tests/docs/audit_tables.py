"""The generated texts of docs/audit.md: what the audit finds in the specs."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import chain

from archcompiler.auditing.auditing import AuditedCell, FullAudit, audit_fully
from archcompiler.claims.conventions import COUNTS
from archcompiler.language.loading.places import shipped_specs
from archcompiler.reports.audit_content import failing_table
from archcompiler.reports.audit_report import audit_report
from archcompiler.reports.audit_wording import conventions, explanation
from archcompiler.tabular.report import report_markdown


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
        "table one": report_markdown(audit_report(audits()["googlenet"])).partition(
            "\n\n"
        )[2],
        "conventions": _text(_conventions()),
        "differing": _text(_differing()),
        "explanations": _text(_explanations()),
    }


def _text(lines: Iterator[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


_GROUNDS = ("agree", "explained", "contradict", "neither")


def _verdicts() -> Iterator[str]:
    yield _line("paper", "specs", "printed cells", *_GROUNDS, "not read")
    yield f"|---|---|{'--:|' * 6}"
    whole: Counter[str] = Counter()
    for papers in _by_paper().values():
        counted = Counter(
            chain.from_iterable(map(_cells, [audits()[name] for name in papers]))
        )
        whole += counted
        specs = ", ".join(f"[`{name}`](../specs/{name}.yaml)" for name in papers)
        yield _counted(_cited(audits()[papers[0]]), specs, counted)
    yield _counted("all", "", whole)


def _by_paper() -> dict[str, list[str]]:
    """Return the specs of each paper, in the order of their names."""
    found: dict[str, list[str]] = {}
    for name, full in audits().items():
        found.setdefault(_cited(full).partition(")")[0], []).append(name)
    return found


def _cited(full: FullAudit) -> str:
    assert full.architecture is not None
    paper = full.architecture.program.paper
    if paper is None:
        return "none"
    link = f"https://arxiv.org/abs/{paper.arxiv.text}" if paper.arxiv else ""
    link = link or (f"https://doi.org/{paper.doi.text}" if paper.doi else "")
    link = link or (paper.url.text if paper.url else "")
    where = [
        f"{what} {cell.text}"
        for what, cell in (
            ("section", paper.section),
            ("table", paper.table),
            ("figure", paper.figure),
            ("page", paper.page),
        )
        if cell is not None
    ]
    return ", ".join([f"[{paper.title.text}]({link})", *where])


def _counted(paper: str, specs: str, counted: Counter[str]) -> str:
    numbers = [counted[each] for each in (*_GROUNDS, "not read")]
    printed = counted["printed"]
    return _line(paper, specs, str(printed), *(str(number or "") for number in numbers))


def _cells(full: FullAudit) -> Iterator[str]:
    """Yield what became of each printed cell, and whether nobody read it."""
    for cell in full.cells:
        yield "printed"
        yield "agree" if cell.judgement == "agrees" else _ground(full, cell)
        if not cell.read:
            yield "not read"


def _ground(full: FullAudit, cell: AuditedCell) -> str:
    """Return why a cell may differ: what explains it, or what it contradicts."""
    place = (cell.variant, cell.row, cell.column)
    rows = {each.row: each.outcome for each in full.explanations}
    if not cell.variant and cell.row in rows and cell.column in COUNTS:
        outcome = rows[cell.row]
        return {"explained": "explained", "contradiction": "contradict"}.get(
            outcome, "neither"
        )
    for recovery in full.recoveries:
        below = recovery.who.below if recovery.who is not None else ()
        elsewhere = [fit.cells[0] for fit in recovery.elsewhere]
        for ground, counts in (("contradict", below), ("explained", elsewhere)):
            if place in [(c.part, c.row, c.column) for c in counts]:
                return ground
    return "neither"


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
        for row in failing_table(full).rows:
            yield _line(f"`{name}`", *(cell.text.replace("|", "\\|") for cell in row))


def _explanations() -> Iterator[str]:
    yield _line("spec", "row", "", "what the counts may have been")
    yield "|---|---|---|---|"
    for name, full in audits().items():
        for found in full.explanations:
            texts = "; ".join(explanation(found))
            yield _line(f"`{name}`", found.row, found.outcome, texts)
