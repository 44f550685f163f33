"""Help is executed: the edits of a finding, applied to the text that it is about."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from archcompiler.checking.checking import check
from archcompiler.diagnostics import Diagnostic, Edit, Span


class Executed(NamedTuple):
    """What came of the first finding's edits; `wrong` says why they do not help."""

    text: str
    wrong: str = ""


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """Return a text with its edits made, the last place first."""
    lines = text.split("\n")
    for edit in sorted(edits, key=lambda e: (e.span.line, e.span.column), reverse=True):
        line, span = lines[edit.span.line - 1], edit.span
        before, after = line[: span.column - 1], line[span.end - 1 :]
        lines[span.line - 1] = before + edit.text + after
    return "\n".join(lines)


def execute(path: Path, found: tuple[Diagnostic, ...]) -> Executed | None:
    """Do what the first finding says in its file; None where it proposes no text.

    The finding must be gone, and nothing new may be wrong where the text was put.
    """
    first = found[0]
    of_file = [e for e in first.edits if Path(e.span.source.name).name == path.name]
    if not of_file or len(of_file) < len(first.edits):
        return None
    text = path.read_text()
    changed = apply_edits(text, of_file)
    path.write_text(changed)
    after = check(path.name).diagnostics
    path.write_text(text)
    known = {_told(finding) for finding in found[1:]}
    for finding in after:
        if finding.message == first.message and not _is_later(finding, first):
            return Executed(changed, f"still: {finding}")
        if _told(finding) not in known and _touches(finding.span, of_file):
            return Executed(changed, f"instead: {finding}")
    return Executed(changed)


def _is_later(finding: Diagnostic, first: Diagnostic) -> bool:
    """Whether a finding of the same kind is the next one, and not the same again."""
    assert finding.span is not None
    assert first.span is not None
    here, there = finding.span, first.span
    return (here.line, here.column) > (there.line, there.column)


def _told(finding: Diagnostic) -> tuple[str, str]:
    return finding.code, finding.message


def _touches(span: Span | None, edits: list[Edit]) -> bool:
    """Whether a place lies on text that an edit has put."""
    return span is not None and any(
        span.line == edit.span.line + at
        and span.column <= edit.span.column + len(line)
        and span.end >= edit.span.column
        for edit in edits
        for at, line in enumerate(edit.text.split("\n"))
    )
