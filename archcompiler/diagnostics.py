"""Errors for people: a place, a stable code, what was received, and what helps."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import islice
from typing import NoReturn

CODES_BY_SUBJECT = {
    "reading the file": {
        "unreadable-file": "no such file, no regular one, too large or not UTF-8",
        "yaml-syntax": "the text is not YAML",
        "yaml-feature": "an anchor, alias, tag, merge key or second document",
        "duplicate-key": "a key stands twice in one mapping",
        "control-character": "what a terminal obeys, turns letters, breaks a line",
        "lookalike-character": "a character of a PDF that looks like another one",
        "too-deep": "brackets nest deeper than any table needs",
        "empty-document": "the file holds no spec",
    },
    "the form of the spec": {
        "unknown-key": "a key that the language does not have at this place",
        "missing-key": "a key that is needed",
        "wrong-type": "a list, mapping or value where another is due",
        "bad-value": "a value that its field cannot hold",
        "bad-name": "a name that cannot be used as one",
        "bad-pattern": "a block's name whose holes cannot be matched",
        "bad-expression": "text between < and > that is not an expression",
        "duplicate-name": "two things share a name",
        "extra-cell": "a row has more cells than the table has columns",
        "bad-variant": "an edit that hits nothing or twice, or has no base",
        "bad-reference": "a name that refers to nothing, or to something later",
    },
    "calls": {
        "unknown-op": "a type that is neither an op nor a block",
        "ambiguous-block": "a type that two patterns match",
        "missing-argument": "a call lacks an argument",
        "unknown-argument": "a call has an argument that it does not take",
        "recursive-block": "a block that calls itself",
        "unused-value": "a value that leads nowhere",
        "unused-parameter": "a parameter that nothing reads",
    },
    "values and shapes": {
        "expression-error": "an expression that cannot be evaluated",
        "too-large": "a number, a repetition or a table beyond the bounds",
        "input-count": "an op or block received the wrong number of inputs",
        "rank-mismatch": "a tensor has another rank than the op takes",
        "shape-mismatch": "shapes that do not go together",
        "window-too-large": "a window that is larger than its input",
        "groups-mismatch": "groups that do not divide the channels",
        "strides-unsupported": "strides that the op cannot take",
        "reshape-mismatch": "a reshape that changes the number of elements",
    },
    "what the table claims": {
        "size-mismatch": "a printed size is not the computed one",
        "claim-mismatch": "a printed number is not the computed one",
        "erratum-untrue": "an erratum excuses a cell that agrees",
        "expectation-failed": "a total is not the expected one",
    },
    "using the model": {
        "memory": "the model cannot fit this machine",
        "stale-source": "emitted source differs from what the spec emits",
        "edited-source": "a file that was edited or never emitted would be overwritten",
        "unsupported-source": "a form that emitted source cannot have",
        "build-mismatch": "Keras' model differs from the checked one",
    },
}

CODES = {code: told for of in CODES_BY_SUBJECT.values() for code, told in of.items()}
"""Every code, with one line that says when it is used."""

MOST_SHOWN = 20
MOST_FOUND = 100
LONGEST_MESSAGE = 400
_WIDEST_EXCERPT = 160
_MOST_CANDIDATES = 1000
_NOT_PLAIN = re.compile(r"^$|^[-?:](?= |$)|^[&*!|>%@`#\"']|[,\[\]{}]|: | #|:$|^~$")


@dataclass(frozen=True, slots=True)
class Source:
    """A text and the name under which people know it."""

    name: str
    text: str = field(repr=False)
    """All of it: what shows a thousand findings shall not show it a thousand times."""

    def line(self, number: int) -> str:
        """Return a line of the text, by its number from 1; empty beyond the end."""
        lines = _lines(self.text)
        return lines[number - 1].rstrip("\r") if 0 < number <= len(lines) else ""


@lru_cache(maxsize=4)  # whoever asks for one line of a text asks for more of them
def _lines(text: str) -> list[str]:
    return text.split("\n")


@dataclass(frozen=True, slots=True)
class Span:
    """A place on one line: line and columns count from 1, `end` is excluded.

    `goes_on` tells that what begins here ends on a later line: nothing can be written
    instead of it.
    """

    source: Source
    line: int
    column: int
    end: int
    goes_on: bool = False

    @property
    def after(self) -> "Span":
        """The empty place behind this one, where an edit inserts."""
        return Span(self.source, self.line, self.end, self.end)

    def part(self, start: int, end: int) -> "Span":
        """Return the characters from `start` to `end` of this place, at least one."""
        first = min(self.column + start, max(self.end - 1, self.column))
        last = max(first + 1, min(self.column + end, self.end))
        return Span(self.source, self.line, first, last)


@dataclass(frozen=True, slots=True)
class Edit:
    """A change of a text that mends a finding: `text` instead of what is at `span`.

    A span whose `end` is its `column` holds nothing: `text` is put before it.
    """

    span: Span
    text: str


class Proposal(str):
    """A help that says what to write: the words for people, and `text` for the file.

    It is passed on as the help that it is: a finding makes its edit from it, which puts
    `text` at the finding's place, or at `place` where it is another one.
    """

    __slots__ = ("place", "text")
    text: str
    place: Span | None

    def __new__(cls, words: str, text: str, place: Span | None = None) -> "Proposal":
        """Make a help of words that propose a text."""
        self = super().__new__(cls, words)
        self.text = text
        self.place = place
        return self

    def edits(self, span: Span | None) -> tuple[Edit, ...]:
        """Return the edit that does what the words say, for a finding at `span`."""
        place = self.place or span
        return () if place is None or place.goes_on else (Edit(place, self.text),)


def write(text: str, place: Span | None = None) -> Proposal:
    """Propose a text: `write ...`."""
    return Proposal(f"write `{text}`", text, place)


@dataclass(frozen=True, slots=True)
class Related:
    """Another place that a finding is about, and what stands there."""

    span: Span
    label: str


class Style:
    """How the parts of a diagnostic look: all alike."""

    def error(self, text: str) -> str:
        """Return what is wrong, and where."""
        return text

    def place(self, text: str) -> str:
        """Return the file, line and column."""
        return text

    def gutter(self, text: str) -> str:
        """Return what stands in front of an excerpt."""
        return text

    def help(self, text: str) -> str:
        """Return the word before what helps."""
        return text


PLAIN = Style()


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One finding. `label` stands beside the caret; `help` says what to write instead.

    `edits` are what `help` proposes, to be applied together by an editor or a test; a
    help that is a Proposal brings its own.
    What a file holds reaches a message only as printable characters, and cut.
    """

    code: str
    message: str
    span: Span | None = None
    label: str = ""
    help: str = ""
    edits: tuple[Edit, ...] = ()
    related: tuple[Related, ...] = ()
    follows: int = 0
    """How many more findings follow from this one, and are not told."""

    def __post_init__(self) -> None:
        assert self.code in CODES, f"undeclared diagnostic code {self.code}"
        if isinstance(self.help, Proposal) and not self.edits:
            object.__setattr__(self, "edits", self.help.edits(self.span))
        for name in ("message", "label", "help"):
            text = getattr(self, name)
            if not text.isprintable() or len(text) > LONGEST_MESSAGE:
                object.__setattr__(self, name, _presentable(text))

    @property
    def line(self) -> int | None:
        """The line of the place, from 1; None without a place."""
        return self.span.line if self.span else None

    @property
    def column(self) -> int | None:
        """The column at which the place begins, from 1; None without a place."""
        return self.span.column if self.span else None

    def __str__(self) -> str:
        return "\n".join(self.lines())

    def lines(self, style: Style = PLAIN) -> Iterable[str]:
        """Yield what people read, in the colours of a style."""
        error = f"{style.error(f'error[{self.code}]')}: {self.message}"
        if self.span is None:
            yield error
        else:
            yield f"{style.place(_place(self.span))}: {error}"
            yield from self._excerpt(self.span, self.label, style)
        for other in self.related:
            yield f"  {style.gutter('-->')} {_place(other.span)}"
            yield from self._excerpt(other.span, _presentable(other.label), style)
        if self.help:
            yield f"  {style.help('help')}: {self.help}"
        if self.follows:
            yield f"  {style.help('note')}: {self.consequence}"

    @property
    def consequence(self) -> str:
        """What follows from it, in words; empty where nothing does."""
        if not self.follows:
            return ""
        one = self.follows == 1
        return f"{self.follows} more finding{' follows' if one else 's follow'} from it"

    def _excerpt(self, span: Span, label: str, style: Style) -> Iterable[str]:
        """Show the line, or of a long one the part with the place, and the caret."""
        line = span.source.line(span.line)
        if not line.strip():
            return
        start = span.column - 1
        offset = max(0, start - 60) if len(line) > _WIDEST_EXCERPT else 0
        shown = line[offset : offset + _WIDEST_EXCERPT]
        width = min(span.end - 1, offset + len(shown)) - start
        caret = f"{'^' * max(1, width)} {label}".rstrip()
        yield f"{style.gutter(f'{span.line:>5} |')} {printable(shown)}"
        indent = " " * (start - offset)
        yield f"{style.gutter('      |')} {indent}{style.error(caret)}"


def _place(span: Span) -> str:
    return f"{printable(span.source.name)}:{span.line}:{span.column}"


def within(where: str, diagnostic: Diagnostic) -> Diagnostic:
    """Say of which variant or configuration a finding is."""
    return replace(diagnostic, message=f"{where}: {diagnostic.message}")


class SpecError(ValueError):
    """A spec that is wrong; `diagnostics` holds what the failing phase found.

    Of what a phase finds the first hundred are kept: nobody reads more.
    """

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        self.diagnostics = tuple(islice(diagnostics, MOST_FOUND))
        super().__init__(render(self.diagnostics))


class Findings(list[Diagnostic]):
    """What one phase finds, to be raised together at its end."""

    def add(
        self,
        code: str,
        message: str,
        span: Span,
        *,
        label: str = "",
        help: str = "",
        edits: tuple[Edit, ...] = (),
        related: tuple[Related, ...] = (),
    ) -> None:
        """Record a finding.

        Raises:
            SpecError: when there are more than anybody reads.
        """
        self.take(Diagnostic(code, message, span, label, help, edits, related))

    def take(self, *diagnostics: Diagnostic) -> None:
        """Record findings.

        Raises:
            SpecError: when there are more than anybody reads.
        """
        self.extend(diagnostics)
        if len(self) >= MOST_FOUND:
            raise SpecError(self)

    def finish(self) -> None:
        """Raise a SpecError with all that was found, if anything was."""
        if self:
            raise SpecError(self)


def fail(
    code: str,
    message: str,
    span: Span | None = None,
    *,
    label: str = "",
    help: str = "",
    edits: tuple[Edit, ...] = (),
    related: tuple[Related, ...] = (),
) -> NoReturn:
    """Raise a SpecError with one diagnostic."""
    raise SpecError([Diagnostic(code, message, span, label, help, edits, related)])


def failure(
    code: str,
    message: str,
    span: Span | None = None,
    *,
    label: str = "",
    help: str = "",
    edits: tuple[Edit, ...] = (),
    related: tuple[Related, ...] = (),
) -> SpecError:
    """Return a SpecError with one diagnostic."""
    return SpecError([Diagnostic(code, message, span, label, help, edits, related)])


def render(diagnostics: Iterable[Diagnostic], style: Style = PLAIN) -> str:
    """Write diagnostics as text, the first twenty of them."""
    found = list(diagnostics)
    lines = ["\n".join(each.lines(style)) for each in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        lines.append(f"... and {len(found) - MOST_SHOWN} more")
    return "\n".join(lines)


def suggest(word: str, candidates: Iterable[str]) -> str:
    """Return `did you mean ...?` for the candidate nearest to `word`, or nothing."""
    some = list(islice(candidates, _MOST_CANDIDATES))
    bare = word.lower().replace(" ", "")
    holding = [name for name in some if bare in name.lower().replace(" ", "")]
    words = [set(name.split()) for name in holding]
    holding = [n for n in holding if not any(w < set(n.split()) for w in words)]
    near = nearest(word, some, 0.85)
    if not near and len(holding) == 2 and len(bare) > 4:
        return f"did you mean `{holding[0]}` or `{holding[1]}`?"
    near = near or nearest(word, some)
    return meant(near) if near else ""


def meant(word: str) -> Proposal:
    """Propose a word: `did you mean ...?`."""
    return Proposal(f"did you mean `{word}`?", scalar(word))


def nearest(word: str, candidates: Iterable[str], cutoff: float = 0.6) -> str:
    """Return the candidate nearest to `word`, or nothing where none is near."""
    from difflib import get_close_matches  # only mistakes pay for the import

    some = islice(candidates, _MOST_CANDIDATES)
    by_lower = {candidate.lower(): candidate for candidate in some}
    near = get_close_matches(word.lower()[:80], by_lower, n=1, cutoff=cutoff)
    return by_lower[near[0]] if near else ""


def scalar(text: str) -> str:
    """Return how YAML writes a text, within brackets or without: quoted if need be."""
    if text == text.strip() and not _NOT_PLAIN.search(text):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def listed(words: Iterable[str], most: int = 12) -> str:
    """Write words for a message, `a, b, c`, the first of many."""
    some = list(islice(words, most + 1))
    return ", ".join([*some[:most], "..."] if len(some) > most else some)


def _presentable(text: str) -> str:
    text = printable(text)
    cut = len(text) > LONGEST_MESSAGE
    return f"{text[: LONGEST_MESSAGE - 3]}..." if cut else text


def printable(text: str) -> str:
    """Replace control characters, so that a file cannot write to the terminal."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
