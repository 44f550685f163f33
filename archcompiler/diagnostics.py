"""Errors for people: a place in a file, a stable code, what was received, and what helps."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn

CODES = {
    # reading the file
    "unreadable-file": "the file is missing, not a regular file, too large, or not UTF-8",
    "yaml-syntax": "the text is not YAML",
    "yaml-feature": "an anchor, alias, tag, merge key or second document",
    "duplicate-key": "a key stands twice in one mapping",
    "lookalike-character": "a character pasted from a PDF that looks like another one",
    "too-deep": "brackets nest deeper than any table needs",
    "empty-document": "the file holds no spec",
    # the form of the spec
    "unknown-key": "a key that the language does not have at this place",
    "missing-key": "a key that is needed",
    "wrong-type": "a list, mapping or value where another is due",
    "bad-value": "a value that its field cannot hold",
    "bad-name": "a name that cannot be used as one",
    "bad-pattern": "a block's name whose holes cannot be matched",
    "bad-expression": "text between < and > that is not an expression",
    "duplicate-name": "two things share a name",
    "extra-cell": "a row has more cells than the table has columns",
    "bad-variant": "an edit that hits nothing, hits twice, or extends what is not there",
    "bad-reference": "a name that refers to nothing, or to something later",
    # calls
    "unknown-op": "a type that is neither an op nor a block",
    "ambiguous-block": "a type that two patterns match",
    "missing-argument": "a call lacks an argument",
    "unknown-argument": "a call has an argument that it does not take",
    "recursive-block": "a block that calls itself",
    "unused-value": "a value that leads nowhere",
    "unused-block": "a block that no row or block calls",
    "unused-parameter": "a parameter that nothing reads",
    # values and shapes
    "expression-error": "an expression that cannot be evaluated",
    "too-large": "a number, a repetition or a table beyond the bounds",
    "input-count": "an op or block received the wrong number of inputs",
    "rank-mismatch": "a tensor has another rank than the op takes",
    "shape-mismatch": "shapes that do not go together",
    "window-too-large": "a window that is larger than its input",
    "groups-mismatch": "groups that do not divide the channels",
    "strides-unsupported": "strides that the op cannot take",
    "reshape-mismatch": "a reshape that changes the number of elements",
    # what the table claims
    "size-mismatch": "a printed size is not the computed one",
    "claim-mismatch": "a printed number is not the computed one",
    "erratum-untrue": "an erratum excuses a cell that agrees",
    "expectation-failed": "a total is not the expected one",
    # using the model
    "memory": "the model cannot fit this machine",
    "stale-source": "emitted source differs from what the spec emits",
    "edited-source": "a file that was edited, or was never emitted, would be overwritten",
    "build-mismatch": "Keras' model differs from the checked one",
}
"""Every code, with one line that says when it is used."""

MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name under which people know it."""

    name: str
    text: str

    def line(self, number: int) -> str:
        """Return a line of the text, by its number from 1; empty beyond the end."""
        lines = self.text.split("\n")
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


@dataclass(frozen=True, slots=True)
class Span:
    """A place on one line of a source: line and columns count from 1, `end` is exclusive."""

    source: Source
    line: int
    column: int
    end: int

    def part(self, start: int, end: int) -> "Span":
        """Return the characters from `start` to `end` of this place."""
        first = min(self.column + start, max(self.end - 1, self.column))
        return Span(self.source, self.line, first, max(first + 1, self.column + end))


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `label` stands beside the caret; `help` says what to write instead."""

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    help: str = ""

    def __post_init__(self) -> None:
        assert self.code in CODES, f"undeclared diagnostic code {self.code}"

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterable[str]:
        if self.span is None:
            yield f"error[{self.code}]: {self.message}"
        else:
            place = f"{self.span.source.name}:{self.span.line}:{self.span.column}"
            yield f"{place}: error[{self.code}]: {self.message}"
            yield from self._excerpt(self.span)
        if self.help:
            yield f"  help: {self.help}"

    def _excerpt(self, span: Span) -> Iterable[str]:
        line = span.source.line(span.line)
        if not line.strip():
            return
        start, end = span.column - 1, max(span.end - 1, span.column)
        offset = max(0, end - 120) if len(line) > 160 else 0
        shown = line[offset : offset + 160].replace("\t", " ")
        carets = "^" * max(1, min(end, offset + len(shown)) - max(start, offset))
        label = f" {self.label}" if self.label else ""
        yield f"{span.line:>5} | {_printable(shown)}"
        yield f"      | {' ' * (max(start, offset) - offset)}{carets}{label}"


class SpecError(ValueError):
    """A spec that is wrong; `diagnostics` holds every finding of the phase that failed."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(diagnostics)
        super().__init__(render(self.diagnostics))


def fail(
    code: str, message: str, span: Span | None = None, *, label: str = "", help: str = ""
) -> NoReturn:
    """Raise a SpecError with one diagnostic."""
    raise SpecError([Diagnostic(code, message, span, label, help)])


def render(diagnostics: Iterable[Diagnostic]) -> str:
    """Write diagnostics as text, the first twenty of them."""
    found = list(diagnostics)
    lines = [str(diagnostic) for diagnostic in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        lines.append(f"... and {len(found) - MOST_SHOWN} more")
    return "\n".join(lines)


def suggest(word: str, candidates: Iterable[str]) -> str:
    """Return `did you mean ...?` for the candidate nearest to `word`, or nothing."""
    from difflib import get_close_matches  # only mistakes pay for the import

    by_lower = {candidate.lower(): candidate for candidate in candidates}
    near = get_close_matches(word.lower()[:80], by_lower, n=1, cutoff=0.6)
    return f"did you mean `{by_lower[near[0]]}`?" if near else ""


def _printable(text: str) -> str:
    """Replace control characters, so that a file cannot write to the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
