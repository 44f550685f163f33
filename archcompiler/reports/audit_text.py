"""The audit for a terminal or a pipe: the table with its marks, and what it tells."""

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
from archcompiler.reports.summary import MARKS
from archcompiler.reports.text import Column, lay_out

_COLOURS = {"agrees": 32, "excused": 33, "differs": 31, "unstated": 36}
_STAND_INS = {mark: chr(0xE000 + at) for at, mark in enumerate(MARKS.values())}
"""One character each of the private area, so that colour comes after the layout."""

_MARGIN = 16


def audit_text(full: FullAudit, *, colour: bool = False) -> str:
    """Return the audit as text; `colour` paints the marks for a terminal."""
    parts = [[title(full)], _table(full), _variants(full), _summary(full)]
    parts += [_failing(full), _explanations(full), _suspects(full)]
    text = "\n\n".join(["\n".join(part) for part in parts if part])
    return _paint(text, colour=colour)


def _table(full: FullAudit) -> list[str]:
    columns = headings(full)
    if len(columns) == 1:
        return []
    layout = [Column(c.text, c.right, glued=c.says == "mark") for c in columns]
    marks = [at for at, column in enumerate(columns) if column.says == "mark"]
    return lay_out(layout, [_stand_in(row, marks) for row in rows(full)])


def _variants(full: FullAudit) -> list[str]:
    found = variant_rows(full)
    if not found:
        return []
    layout = _layout(VARIANT_HEADINGS, right=(2, 4))
    return lay_out(layout, [_stand_in(row, [3]) for row in found])


def _layout(names: Sequence[str], right: Iterable[int]) -> list[Column]:
    return [
        Column(name, right=at in right, glued=not name) for at, name in enumerate(names)
    ]


def _summary(full: FullAudit) -> list[str]:
    lines = [f"{'cells':<{_MARGIN}}{tally(full)}"]
    marks = legend(full)
    if marks:
        lines.append(" " * _MARGIN + _stand_in_text(marks))
    if full.partial:
        lines.append(" " * _MARGIN + "a row fails: only the rows above it are audited")
    for recovery in full.recoveries:
        lines += _hang(recovery.column, conventions(recovery))
    return lines


def _hang(label: str, texts: Iterable[str]) -> Iterator[str]:
    for text in texts:
        yield f"{label:<{_MARGIN}}{text}"
        label = ""


def _failing(full: FullAudit) -> list[str]:
    found = failing_rows(full)
    if not found:
        return []
    layout = _layout(FAILING_HEADINGS, right=(2, 4, 5))
    return lay_out(layout, [_stand_in(row, [3]) for row in found])


def _explanations(full: FullAudit) -> list[str]:
    """Return what may stand behind the counts that do not agree, row by row."""
    if not full.explanations:
        return []
    width = max(len(found.row) for found in full.explanations)
    lines = ["what the counts of these rows may have been"]
    for found in full.explanations:
        label = f"{found.row:<{width}}  {found.outcome:<13}  "
        for text in explanation(found):
            lines.append(label + text)
            label = " " * len(label)
    return lines


def _suspects(full: FullAudit) -> list[str]:
    found = suspect_rows(full)
    if not found:
        return []
    lines = ["single edits that would mend it"]
    return [*lines, *lay_out(_layout(SUSPECT_HEADINGS, right=()), found)]


# Marks ----------------------------------------------------------------------


def _stand_in(row: Sequence[str], marks: Iterable[int]) -> list[str]:
    texts = list(row)
    for at in marks:
        texts[at] = _STAND_INS.get(texts[at], texts[at])
    return texts


def _stand_in_text(text: str) -> str:
    """Replace each mark that begins a legend's entry."""
    entries = [entry.split(" ", 1) for entry in text.split(", ")]
    return ", ".join([f"{_STAND_INS[mark]} {words}" for mark, words in entries])


def _paint(text: str, *, colour: bool) -> str:
    for judgement, mark in MARKS.items():
        shown = f"\x1b[{_COLOURS[judgement]}m{mark}\x1b[0m" if colour else mark
        text = text.replace(_STAND_INS[mark], shown)
    return text
