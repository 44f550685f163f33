"""The words of an audit: conventions, explanations and suspects in a sentence each."""

from collections.abc import Iterator

from archcompiler.auditing.auditing import FullAudit
from archcompiler.auditing.evidence import DEAREST
from archcompiler.auditing.explaining import Candidate, Explanation
from archcompiler.auditing.recovery import Fit, Recovery
from archcompiler.auditing.windows import Reading
from archcompiler.claims.conventions import Convention
from archcompiler.claims.counts import Count
from archcompiler.reports.captions import caption
from archcompiler.reports.who_counted import named, place, who_counted

_MOST_TIES = 4


def title(full: FullAudit) -> str:
    """Name the architecture and the place of its table."""
    return caption(full.architecture.program) if full.architecture else full.name


def tally(full: FullAudit) -> str:
    """Count the cells by verdict: `51 agree, 12 excused`."""
    words = {"agrees": "agree", "excused": "excused", "differs": "differ"}
    counts = [
        f"{full.count(judgement)} {word}"  # type: ignore[arg-type]
        for judgement, word in words.items()
        if full.count(judgement)  # type: ignore[arg-type]
    ]
    return ", ".join(counts) or "none printed"


# Conventions ----------------------------------------------------------------


def describe(convention: Convention, cells: tuple[Count, ...]) -> str:
    """Write a convention as far as these cells can tell: `weights, K = 1,024, ...`."""
    words = [convention.counts]
    units = dict.fromkeys(count.printed.unit for count in cells if count.printed.unit)
    words += [f"{unit} = {convention.units[unit]:,}" for unit in units]
    if units or any(count.printed.decimals for count in cells):
        down = convention.rounding == "down"
        words.append("rounded down" if down else "rounded to the nearest")
    return ", ".join(words)


def conventions(recovery: Recovery) -> Iterator[str]:
    """Say by what a column is judged, what explains as much, and what fits nothing."""
    yield _judged_by(recovery)
    others = [fit for fit in recovery.best if not _is_same(fit, recovery)]
    most = len(recovery.best[0].cells) if recovery.best else 0
    if recovery.stated is not None and most < len(recovery.stated.cells):
        others = []  # papers count less often so than as this one says
    for fit in others[:_MOST_TIES]:
        tie = recovery.stated is None or most == len(recovery.stated.cells)
        word = "a tie with" if tie else "better:"
        yield f"{word} {describe(fit.convention, recovery.cells)}: {most}"
    if len(others) > _MOST_TIES:
        yield f"and {len(others) - _MOST_TIES} more that explain {most}"
    for fit in recovery.elsewhere:
        what = describe(fit.convention, fit.cells)
        yield f"{place(fit.cells[0])} ({fit.cells[0].text}) fits {what}"
    if recovery.orphans:
        tried = f"the {recovery.tried} conventions {_tried(recovery)}"
        yield f"none of {tried} fits {named(recovery.orphans)}"
    if recovery.who is not None:
        stated = recovery.stated
        yield from who_counted(recovery.who, stated and stated.convention)


def _judged_by(recovery: Recovery) -> str:
    chosen = recovery.stated or (recovery.best[0] if recovery.best else None)
    printed = len(recovery.cells)
    if chosen is None:
        tried = _tried(recovery)
        return f"not stated, and no convention {tried} explains any of {printed}"
    source = "stated" if recovery.stated else "not stated; found"
    what = describe(chosen.convention, recovery.cells)
    return f"{what} ({source}): {len(chosen.cells)} of {printed}"


def _tried(recovery: Recovery) -> str:
    """Say which conventions were tried, where a tool's rule fits what they do not."""
    readings = recovery.who.readings if recovery.who is not None else ()
    orphans = recovery.orphans
    fits = any(cell in orphans for reading in readings for cell in reading.cells)
    return "of papers" if fits else "tried"


def _is_same(fit: Fit, recovery: Recovery) -> bool:
    """Whether a convention reads the cells just as the one that judges them."""
    judging = recovery.convention
    assert judging is not None
    one, other = (describe(c, recovery.cells) for c in (fit.convention, judging))
    return one == other


# Explanations ---------------------------------------------------------------


def explanation(found: Explanation) -> Iterator[str]:
    """Say what a row may have been, or why it can have been nothing."""
    if found.outcome == "contradiction":
        yield f"params and ops contradict each other: {found.detail}"
        return
    if found.outcome == "unexplained":
        yield f"no edit of up to {DEAREST:g} bits fits; {_effort(found)}"
        return
    for candidate in found.candidates[:_MOST_TIES]:
        yield f"{candidate_text(candidate)} [{candidate.bits:.1f} bits]"
    if len(found.candidates) > _MOST_TIES:
        yield f"and {len(found.candidates) - _MOST_TIES} more"
    yield _effort(found)


def _effort(found: Explanation) -> str:
    other = "other " if found.candidates else ""
    hits = f"{found.chance:.2f} {other}hits to be expected by chance"
    return f"{found.tried:,} tried, {hits}"


def candidate_text(candidate: Candidate) -> str:
    """Write the edits of a row and what they count."""
    what = "; ".join(edit_texts(candidate)) or "as it stands"
    counts = []
    if "params" in candidate.readings:
        counted = candidate.readings["params"].convention.counts
        counts.append(f"{candidate.parameters:,} {counted}")
    if "ops" in candidate.readings:
        counts.append(f"{candidate.macs:,} multiply-adds")
    return f"{what}: {', '.join(counts)}"


def edit_texts(candidate: Candidate) -> list[str]:
    """Return the edits of a row, and of how its cells are read, a text each."""
    edits = [str(edit) for edit in candidate.edits]
    for column, reading in candidate.readings.items():
        if reading.departures:
            edits.append(f"{column} {_departure(reading)}")
    return edits


def _departure(reading: Reading) -> str:
    convention = reading.convention
    down = convention.rounding == "down"
    words = {
        "counts": f"counting {convention.counts}",
        "unit": f"in units of {convention.units['K']:,}",
        "rounding": "rounded down" if down else "rounded to the nearest",
    }
    return ", ".join([words[what] for what in words if what in reading.departures])
