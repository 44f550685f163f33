"""Auditing: a spec with all that it prints, and what stands behind cells that fail.

What `check` needs is in `claims`. Here is what only the audit pays for: conventions
that are not stated, variants, explanations and suspects.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from archcompiler.architecture import Architecture
from archcompiler.auditing.explaining import Explanation, explain
from archcompiler.auditing.recovery import Recovery, recover
from archcompiler.checking.checking import Spec, examine, examine_variants
from archcompiler.checking.collecting import identity
from archcompiler.checking.partial import run_until_failure
from archcompiler.claims.bench import Bench
from archcompiler.claims.claims import Audit, audit
from archcompiler.claims.conventions import COUNTS, Convention, read_conventions
from archcompiler.claims.counts import Count, printed_counts
from archcompiler.claims.errata import excuses
from archcompiler.claims.exceptions import read_exceptions
from archcompiler.claims.suspects import Suspect, find_suspects
from archcompiler.claims.verdicts import SIZE_COLUMNS, Judgement, Verdict
from archcompiler.diagnostics import Diagnostic, SpecError, within
from archcompiler.language.loading.loading import load_program
from archcompiler.language.loading.places import SpecPlace, find_spec
from archcompiler.language.program.program import TOTAL

Tell = Callable[[str, int], None]
"""Told which row is being explained, and how many edits were tried."""


class AuditedCell(NamedTuple):
    """A printed cell, judged."""

    variant: str
    """Which variant claims it; empty for the table itself."""

    row: str
    column: str
    printed: str
    computed: str
    judgement: Judgement
    difference: str
    reason: str
    line: int
    read: bool
    """Whether somebody read it in the paper itself, as far as the spec says."""


class Part(NamedTuple):
    """The table itself, or one of its variants, with what each says of its claims."""

    name: str
    architecture: Architecture
    audit: Audit
    conventions: Mapping[str, Convention]
    exceptions: Mapping[tuple[str, str], Convention]

    def convention(self, row: str, column: str) -> Convention | None:
        """Return the stated convention of a cell."""
        return self.exceptions.get((row, column)) or self.conventions.get(column)


@dataclass(slots=True)
class FullAudit:
    """Everything that the audit of one SPEC found."""

    spec: str
    architecture: Architecture | None = None
    """The table; where a row fails, the rows above it; None where nothing runs."""

    cells: list[AuditedCell] = field(default_factory=list)
    recoveries: tuple[Recovery, ...] = ()
    explanations: list[Explanation] = field(default_factory=list)
    suspects: list[Suspect] = field(default_factory=list)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    partial: bool = False
    """Whether a row failed, so that only those above it could be audited."""

    @property
    def name(self) -> str:
        """The name of the architecture, or SPEC where there is none."""
        return self.architecture.name if self.architecture else self.spec

    @property
    def ok(self) -> bool:
        """Whether every cell agrees or is excused, and nothing else is wrong."""
        differing = any(cell.judgement == "differs" for cell in self.cells)
        return not self.diagnostics and not differing

    def count(self, judgement: Judgement) -> int:
        """Return how many cells were judged so."""
        return sum(cell.judgement == judgement for cell in self.cells)

    @property
    def unread(self) -> int:
        """How many cells nobody read in the paper itself."""
        return sum(not cell.read for cell in self.cells)


def audit_fully(
    spec: Spec,
    settings: Mapping[str, Any] | None = None,
    *,
    explaining: bool = True,
    tell: Tell = lambda *_: None,
) -> FullAudit:
    """Audit a spec, and all its variants where none of them is named."""
    try:
        place = find_spec(spec)
    except SpecError as error:
        return FullAudit(str(spec), diagnostics=list(error.diagnostics))
    checked = examine(place, settings)
    full = FullAudit(str(spec), diagnostics=list(checked.diagnostics))
    if checked.architecture is None:
        _take_what_runs(full, place, settings)
    else:
        full.architecture = checked.architecture
    if full.architecture is None:
        return full
    audited = checked.audit or audit(full.architecture)
    parts = [_part("", full.architecture, audited)]
    if checked.architecture is not None and place.variant is None:
        parts += _variants(full, place, settings)
    _judge(full, parts)
    full.suspects = find_suspects(full.architecture, audited)
    if explaining:
        full.explanations = list(_explanations(full, parts[0], tell))
    return full


def _take_what_runs(
    full: FullAudit, spec: SpecPlace, settings: Mapping[str, Any] | None
) -> None:
    """Take the rows above the one that fails."""
    try:
        program = load_program(spec, settings)
    except SpecError:
        return
    full.architecture = run_until_failure(program)
    full.partial = full.architecture is not None


def _variants(
    full: FullAudit, place: SpecPlace, settings: Mapping[str, Any] | None
) -> Iterator[Part]:
    assert full.architecture is not None
    program = full.architecture.program
    for name, checked in examine_variants(place, program, settings):
        known = {identity(found) for found in full.diagnostics}
        full.diagnostics += [
            within(f"in variant `{name}`", found)
            for found in checked.diagnostics
            if identity(found) not in known
        ]
        if checked.architecture is not None and checked.audit is not None:
            yield _part(name, checked.architecture, checked.audit)


def _part(name: str, architecture: Architecture, audited: Audit) -> Part:
    program = architecture.program
    conventions = read_conventions(program, [])
    exceptions = read_exceptions(program, conventions, [])
    return Part(name, architecture, audited, conventions, exceptions)


# Cells ----------------------------------------------------------------------


def _judge(full: FullAudit, parts: list[Part]) -> None:
    """Judge the cells of all parts, by the conventions that are stated or found."""
    counts = [
        count
        for part in parts
        for count in printed_counts(part.architecture, part.audit.verdicts, part.name)
    ]
    full.recoveries = recover(counts, dict(parts[0].conventions))
    found = {recovery.column: recovery.convention for recovery in full.recoveries}
    by_place = {(count.part, count.row, count.column): count for count in counts}
    seen = set()
    for part in parts:
        for verdict in part.audit.verdicts:
            count = by_place.get((part.name, verdict.row, verdict.column))
            cell = _cell(part, verdict, count, found.get(verdict.column))
            key = (cell.row, cell.column, cell.printed, cell.computed)
            if key not in seen:  # a variant repeats the table's cells
                seen.add(key)
                full.cells.append(cell)


def _cell(
    part: Part, verdict: Verdict, count: Count | None, found: Convention | None
) -> AuditedCell:
    judgement, reason, difference = verdict.judgement, verdict.reason, ""
    computed = verdict.computed
    if count is not None:
        convention = part.convention(verdict.row, verdict.column) or found
        if convention is not None:
            number = count.number(convention.counts)
            computed = convention.show(count.printed, number)
            difference = _difference(convention, count, number)
        if judgement == "unstated":
            judgement, reason = _judge_unstated(part, verdict, count, convention)
    elif verdict.column not in SIZE_COLUMNS and judgement != "agrees":
        difference = f"{int(computed) - int(verdict.printed):+d}"
    if judgement == "agrees":
        difference = ""
    paper, total = part.architecture.program.paper, verdict.row == TOTAL
    unread = paper is not None and paper.leaves_unread(verdict.column, total=total)
    return AuditedCell(
        part.name,
        verdict.row,
        verdict.column,
        verdict.printed,
        computed,
        judgement,
        difference,
        reason,
        verdict.cell.line + 1,
        not unread,
    )


def _judge_unstated(
    part: Part, verdict: Verdict, count: Count, convention: Convention | None
) -> tuple[Judgement, str]:
    """Judge a cell by the convention that was found for its column, if any was."""
    if convention is not None:
        number = count.number(convention.counts)
        if convention.agrees(count.printed, number):
            return "agrees", ""
    errata = part.architecture.program.errata_by_meaning
    erratum = errata.get(verdict.row, {}).get(verdict.column)
    if erratum is not None and excuses(erratum, verdict.cell):
        return "excused", erratum.reason.text
    return "differs", ""


def _difference(convention: Convention, count: Count, number: int) -> str:
    """Write by how much a computed count exceeds the printed one, in its unit."""
    printed = count.printed
    unit = convention.units[printed.unit]
    exact = number - printed.digits * unit / 10**printed.decimals
    shown = convention.show(printed, round(abs(exact)))
    share = 100 * exact / max(1.0, number - exact)
    return f"{'-' if exact < 0 else '+'}{shown} ({share:+.1f}%)"


# Explanations ---------------------------------------------------------------


def _explanations(full: FullAudit, part: Part, tell: Tell) -> Iterator[Explanation]:
    """Explain the rows whose counts do not agree, as far as what reaches them does."""
    rows = _rows_to_explain(full, part)
    if not rows:
        return
    bench = Bench(part.architecture)
    counts = list(printed_counts(part.architecture, part.audit.verdicts))
    found = {recovery.column: recovery.convention for recovery in full.recoveries}
    headings = part.architecture.program.headings
    for row in rows:
        own = [count for count in counts if count.row == row]
        usual = {
            (row, column): part.convention(row, column) or found.get(column)
            for column in COUNTS
        }
        tell(row, 0)
        explained = explain(bench, row, own, usual, headings, _teller(tell, row))
        if explained is not None:
            yield explained


def _teller(tell: Tell, row: str) -> Callable[[int], None]:
    return lambda tried: tell(row, tried)


def _rows_to_explain(full: FullAudit, part: Part) -> list[str]:
    own = [cell for cell in full.cells if not cell.variant and cell.row != TOTAL]
    failing = {
        cell.row
        for cell in own
        if cell.column in COUNTS and cell.judgement in ("differs", "excused")
    }
    rows = []
    for row in part.architecture.rows:
        if row.name in failing:
            rows.append(row.name)
        if _gives_another_shape(row.name, own):
            break  # what reaches the rows below is not what the paper's rows received
    return rows


def _gives_another_shape(row: str, cells: list[AuditedCell]) -> bool:
    return any(
        cell.column == "output size" and cell.judgement == "differs"
        for cell in cells
        if cell.row == row
    )
