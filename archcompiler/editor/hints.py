"""Hints: beside each row what it comes to, and whether its printed cells agree."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from archcompiler.checking.checking import notes_of
from archcompiler.claims.verdicts import MARKS, Verdict
from archcompiler.diagnostics import printable
from archcompiler.editor.answers import Hint
from archcompiler.editor.documents import Built, View
from archcompiler.editor.outline import last_line
from archcompiler.editor.positions import Position
from archcompiler.graph.rows import PlacedRow
from archcompiler.language.text.document import Mapping, Scalar
from archcompiler.shapes import format_shape

EDITED = ("replace", "cells")
"""The keys of a variant under which a row of its base stands by its name."""


def hints(view: View, first: int, last: int) -> list[Hint]:
    """Return the hints of the lines from `first` to `last`, from 0.

    While the text cannot be built they are those of when it could, at the same rows.
    """
    built = view.built
    if built is None:
        return []
    shown = range(first, last + 1)
    found = [*_total(built), *_rows(built), *_variants(view, shown)]
    placed = [(view.now_at(line), text, told) for line, text, told in found]
    return [
        Hint(Position(line, len(view.lines[line])), f"  {text}", told)
        for line, text, told in placed
        if line is not None and first <= line <= last
    ]


Told = tuple[int, str, str]


def _total(built: Built) -> Iterator[Told]:
    """Yield what the network comes to, beside `table` or `extends`."""
    entries = built.root.entries
    keys = (entries[key][0] for key in ("table", "extends") if key in entries)
    if key := next(keys, None):
        yield _total_at(built, key.line)


def _total_at(built: Built, line: int) -> Told:
    architecture = built.architecture
    facts = [
        *_counts(architecture.parameters, architecture.macs),
        f"depth {architecture.depth}",
        _judged(built.audit.verdicts),
    ]
    notes = "\n".join(f"- {printable(note)}" for note in notes_of(architecture))
    return line, _joined(facts), notes


def _variants(view: View, shown: range) -> Iterator[Told]:
    """Yield of the variants on shown lines the totals, and what their rows come to.

    Rows that share a line, with each other or with the variant's name, have no hint.
    """
    assert view.built is not None
    for key, edits in _entries(view.built.root):
        lines = range(key.line, last_line(edits) + 1)
        now = [view.now_at(line) for line in lines]
        if not any(line in shown for line in now if line is not None):
            continue
        variant = view.variant(key.text)
        if variant is None:
            continue
        yield _total_at(variant, key.line)
        rows = [told for told in _rows(variant, edits) if told[0] in lines[1:]]
        alone = Counter(line for line, _, _ in rows)
        yield from (told for told in rows if alone[told[0]] == 1)


def _rows(built: Built, edits: Mapping | None = None) -> Iterator[Told]:
    """Yield what each row comes to; of a variant, on the lines of its edits."""
    verdicts: dict[str, list[Verdict]] = {}
    for verdict in built.audit.verdicts:
        verdicts.setdefault(verdict.row, []).append(verdict)
    for row in built.architecture.rows:
        text = row_hint(built, row, verdicts.get(row.name, []))
        for line in _lines(built, row, edits or built.root):
            yield line, text, ""


def _lines(built: Built, row: PlacedRow, edits: Mapping) -> Iterator[int]:
    """Yield the lines on which a row stands in the document."""
    source = built.source
    if row.row.at.source == source:
        yield row.row.at.line
    for section in EDITED:
        for key in _keys(edits, section):
            if key.text == row.name and key.line != row.row.at.line:
                yield key.line


def _entries(root: Mapping) -> Iterator[tuple[Scalar, Mapping]]:
    """Yield the variants of a document: name and edits."""
    entry = root.entries.get("variants")
    if entry and isinstance(entry[1], Mapping):
        for name, edits in entry[1].items():
            if isinstance(edits, Mapping):
                yield name, edits


def _keys(root: Mapping, section: str) -> Iterator[Scalar]:
    entry = root.entries.get(section)
    if entry and isinstance(entry[1], Mapping):
        yield from (key for key, _ in entry[1].items())


def row_hint(built: Built, row: PlacedRow, verdicts: list[Verdict]) -> str:
    """Return a row's output, counts and verdicts: `28x28x256 · 163,696 · ... · =4`."""
    totals = built.architecture.totals(row)
    counts = _counts(totals.parameters, totals.macs) if totals.parameters else ()
    return _joined([format_shape(row.output.shape), *counts, _judged(verdicts)])


def _joined(facts: Iterable[str]) -> str:
    return " · ".join([fact for fact in facts if fact])


def _counts(parameters: int, macs: int) -> tuple[str, str]:
    return f"{parameters:,} parameters", f"{macs:,} multiply-adds"


def _judged(verdicts: Sequence[Verdict]) -> str:
    """Return how many cells were judged so, by the signs of reports: `=3 !1`."""
    counts = Counter(MARKS[verdict.judgement] for verdict in verdicts)
    return " ".join(
        [f"{sign}{counts[sign]}" for sign in MARKS.values() if counts[sign]]
    )
