"""The tables of an audit: each row's printed cells, their marks and computed counts."""

from collections.abc import Iterator, Mapping

from archcompiler.auditing.auditing import AuditedCell, FullAudit
from archcompiler.claims.conventions import COUNTS
from archcompiler.claims.verdicts import MARKS, SIGNIFY, Judgement
from archcompiler.language.program.program import TOTAL
from archcompiler.language.spec.spec import CLAIM_COLUMNS
from archcompiler.reports.audit_wording import explanation
from archcompiler.tabular.form import Cell as Shown
from archcompiler.tabular.form import Column, Table, texts

MEANINGS: dict[Judgement, str] = {
    "agrees": "agrees",
    "excused": "excused by an erratum",
    "differs": "differs",
}


def printed_table(full: FullAudit) -> Table:
    """Return the rows that print anything, as far as the table itself does."""
    printed = {cell.column for cell in full.cells if not cell.variant}
    claims = [claim for claim in CLAIM_COLUMNS if claim in printed]
    by_row: dict[str, dict[str, AuditedCell]] = {}
    for cell in full.cells:
        if not cell.variant:
            by_row.setdefault(cell.row, {})[cell.column] = cell
    columns = [Column("row"), *[each for claim in claims for each in _columns(claim)]]
    rows = [
        [Shown(name), *[each for claim in claims for each in _shown(claim, cells)]]
        for name, cells in by_row.items()
    ]
    return Table(columns, rows, marks=SIGNIFY)


def _columns(claim: str) -> Iterator[Column]:
    yield Column(claim, right=claim in ("depth", *COUNTS))
    if claim in COUNTS:
        yield Column("computed", right=True, rank=1, key=f"computed {claim}")


def _shown(claim: str, cells: Mapping[str, AuditedCell]) -> Iterator[Shown]:
    cell = cells.get(claim)
    yield _marked(cell) if cell else Shown()
    if claim in COUNTS:
        yield Shown(cell.computed if cell else "")


def _marked(cell: AuditedCell) -> Shown:
    return Shown(cell.printed, MARKS[cell.judgement])


_VARIANT_COLUMNS = (
    Column("variant"),
    Column("cell"),
    Column("printed", right=True),
    Column("computed", right=True),
)


def variant_table(full: FullAudit) -> Table:
    """Return the totals that variants claim, and of their rows what does not agree."""
    rows = [
        [
            Shown(cell.variant),
            Shown(cell.column if cell.row == TOTAL else f"{cell.row} {cell.column}"),
            _marked(cell),
            Shown(cell.computed),
        ]
        for cell in full.cells
        if cell.variant and (cell.row == TOTAL or cell.judgement != "agrees")
    ]
    return Table(_VARIANT_COLUMNS, rows, marks=SIGNIFY, title="what variants print")


_FAILING_COLUMNS = (
    Column("row"),
    Column("cell"),
    Column("printed", right=True),
    Column("computed", right=True),
    Column("difference", right=True, rank=1),
    Column("erratum", rank=2, wraps=True),
)


def failing_table(full: FullAudit) -> Table:
    """Return the cells that do not agree, with the difference and the reason."""
    rows = [
        [
            Shown(f"{cell.variant}: {cell.row}" if cell.variant else cell.row),
            Shown(cell.column),
            _marked(cell),
            *texts((cell.computed, cell.difference, cell.reason)),
        ]
        for cell in full.cells
        if cell.judgement != "agrees"
    ]
    return Table(_FAILING_COLUMNS, rows, marks=SIGNIFY, title="cells that do not agree")


def legend(full: FullAudit) -> str:
    """Say what the marks mean that occur."""
    present = [j for j in MEANINGS if any(c.judgement == j for c in full.cells)]
    return ", ".join([f"{MARKS[j]} {MEANINGS[j]}" for j in present])


_EXPLANATION_COLUMNS = (
    Column("row"),
    Column("outcome"),
    Column("what it may have been", wraps=True),
)


def explanation_table(full: FullAudit) -> Table:
    """Return what may stand behind the counts that do not agree, row by row."""
    rows = []
    for found in full.explanations:
        first, *others = explanation(found)
        said = Shown(first, more=tuple(others))
        rows.append([*texts((found.row, found.outcome)), said])
    title = "what the counts of these rows may have been"
    return Table(_EXPLANATION_COLUMNS, rows, title=title)


_SUSPECT_COLUMNS = ("row", "cell", "stands", "would mend it", "place")


def suspect_table(full: FullAudit) -> Table:
    """Return the cells of which a single edit would mend what differs."""
    rows = [
        texts(
            (
                suspect.row,
                suspect.column,
                suspect.cell.text,
                suspect.mended,
                f"line {suspect.cell.line + 1}",
            )
        )
        for suspect in full.suspects
    ]
    title = "single edits that would mend it"
    return Table(list(map(Column, _SUSPECT_COLUMNS)), rows, title=title)
