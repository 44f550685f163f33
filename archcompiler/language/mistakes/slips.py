"""Slips of the hand in YAML: for a line, the edits that may undo one."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from archcompiler.diagnostics import Edit, Source, Span


class Slip(NamedTuple):
    """A slip that an edit undoes: what is wrong there, and what helps."""

    message: str
    help: str
    edit: Edit
    span: Span
    """The place to show, which is not empty."""


_PAIRS = {"[": "]", "{": "}"}
_NAMES = {"]": "bracket", "}": "brace"}
_TOKEN = r"(?:(?<=[\[{,:-] )|(?<=[\[{,])|^ *)(?=[^\s,\]}])"


def slips_of(source: Source, number: int) -> Iterator[Slip]:
    """Yield what may have slipped in a line, the likeliest first."""
    line = _Line(source, number)
    if line.text.strip():
        yield from line.quotes()
        yield from line.brackets()
        yield from line.commas()
        yield from line.colons()
        yield from line.dashes()
        yield from line.indentation()


class _Line:
    """One line of a text that does not read; `bare` has its quoted parts blanked."""

    def __init__(self, source: Source, number: int) -> None:
        self.source = source
        self.number = number
        self.text = source.line(number)
        self.bare = re.sub(r'"[^"]*"|\'[^\']*\'', _blanked, self.text)
        comment = re.search(r"(?:^|\s)#", self.bare)
        self.end = len(self.bare[: comment.start()] if comment else self.bare)
        self.end = len(self.text[: self.end].rstrip())
        self.indent = len(self.text) - len(self.text.lstrip(" "))
        self.words = re.sub(r"<[^<>]*(?: [<>][^<>]+)?\S>", _blanked, self.bare)
        """The line without what stands in quotes or holes."""

    def quotes(self) -> Iterator[Slip]:
        """Yield where a quote may be lost, or stand for nothing."""
        yield from self._mixed_quotes()
        for sign in ('"', "'"):
            lone = self.bare.find(sign)
            if lone < 0 or self.bare.count(sign) != 1:
                continue
            message = "this quote is not closed"
            ends = re.finditer(r"(?<=\S)(?=[,\]}:]|\s*$)", self.text)
            places = [found.start() for found in ends if found.start() > lone + 1]
            for at in filter(lambda at: self._is_at_home(lone, at), places):
                yield self._put(at, sign, message, lone)
            for at in filter(lambda at: self._may_close(lone, at), places):
                yield self._put(at, sign, message, lone)
            for found in re.finditer(r"(?<=\w)(?=[,\]}])", self.text[lone:]):
                yield self._put(lone + found.start(), sign, message, lone)
            message = "this quote closes a text that none opens"
            for found in reversed([*re.finditer(_TOKEN, self.text[:lone])]):
                yield self._put(found.end(), sign, message, lone)
            yield self._replace(lone, lone + 1, "", "this quote stands alone")

    def _mixed_quotes(self) -> Iterator[Slip]:
        """Yield the quote that ends a text which begins with the other one."""
        lone = [found.start() for found in re.finditer("[\"']", self.bare)]
        if len(lone) != 2 or self.bare[lone[0]] == self.bare[lone[1]]:
            return
        first, second = self.bare[lone[0]], self.bare[lone[1]]
        message = f"`{second}` does not close a text that begins with `{first}`"
        yield self._replace(lone[1], lone[1] + 1, first, message)

    def _is_at_home(self, lone: int, at: int) -> bool:
        """Whether a cell like the text from `lone` to here stands elsewhere.

        Numbers may differ: `14x14x16` is like `7x7x32`.
        """
        text = self.text[lone + 1 : at]
        plain = not re.search(r"[,\[\]{}#]|: ", text)
        look = re.escape(_look(text if plain else f'"{text}"'))
        lines = enumerate(self.source.text.split("\n"), 1)
        others = (line for number, line in lines if number != self.number)
        cell = re.compile(rf"(?:^|[\[{{,:-]) *{look}(?=[,\]}}:]|$)")
        return any(cell.search(_look(line)) for line in others)

    def _may_close(self, lone: int, at: int) -> bool:
        """Whether a text that begins at `lone` may end here: it needs its quotes."""
        text, rest = self.text[lone + 1 : at], self.text[at:]
        if not re.search(r"[,\[\]{}#]|: ", text) and rest[:1] != ":":
            return False
        entry = re.match(r",\s*([^,\]}]*)", rest)
        of_mapping = re.search(r"\{[^\[\]{}]*$", self.bare[:lone])
        return not (entry and of_mapping) or ":" in entry[1]

    def brackets(self) -> Iterator[Slip]:
        """Yield where a bracket may be lost, or too many."""
        opened: list[int] = []
        for at, sign in enumerate(self.bare[: self.end]):
            if sign in _PAIRS:
                opened.append(at)
            elif sign in _NAMES and (
                not opened or _PAIRS[self.bare[opened[-1]]] != sign
            ):
                yield from self._mismatch(at, sign, opened)
                return
            elif sign in _NAMES:
                opened.pop()
        for at in reversed(opened):
            closing = _PAIRS[self.bare[at]]
            message = f"this {_NAMES[closing]} is not closed"
            yield self._put(self.end, closing, message, at)
            for found in re.finditer(r"(?<=\S)(?=,)", self.bare[: self.end]):
                if found.start() > at:
                    yield self._put(found.start(), closing, message, at)
            yield self._replace(at, at + 1, "", message)

    def _mismatch(self, at: int, sign: str, opened: list[int]) -> Iterator[Slip]:
        """Yield what mends a bracket that closes another one than is open, or none."""
        if opened:
            first = opened[-1]
            closing = _PAIRS[self.bare[first]]
            message = f"this {_NAMES[closing]} is not closed"
            yield self._put(at, closing, message, first)
            yield self._replace(
                at, at + 1, closing, f"`{sign}` closes a `{self.bare[first]}`"
            )
            for found in re.finditer(r"(?<=\S)(?=,)", self.bare[:at]):
                if found.start() > first:
                    yield self._put(found.start(), closing, message, first)
        opening = "[" if sign == "]" else "{"
        message = f"this {_NAMES[sign]} closes nothing"
        for found in reversed([*re.finditer(_TOKEN, self.bare[:at])]):
            yield self._put(found.end(), opening, message, at)
        yield self._replace(at, at + 1, "", message)

    def commas(self) -> Iterator[Slip]:
        """Yield where a comma may be lost, or another sign stand for it."""
        for found in re.finditer(r";(?=\s+\S)", self.words[: self.end]):
            at = found.start()
            yield self._replace(at, at + 1, ",", "a comma parts entries, not `;`")
        message = "a comma is missing here"
        for found in re.finditer(r"(?<=[\]}\"'])(?=\s+[^\s,\]}:#])", self.text):
            yield self._put(found.start(), ",", message)
        for found in re.finditer(r"(?<=[^\s,:\[{-])(?=\s+\S)", self.words[: self.end]):
            yield self._put(found.start(), ",", message)
        if self.text[: self.end][-1:] not in ("", ",", "[", "{", ":"):
            yield self._put(self.end, ",", message)

    def colons(self) -> Iterator[Slip]:
        """Yield where a colon may be lost, or the space behind it."""
        message = "a space is missing behind this colon"
        for found in re.finditer(r":(?=[^\s,\]}])", self.bare[: self.end]):
            yield self._put(found.end(), " ", message, found.start())
        message = "a colon is missing here"
        for found in re.finditer(
            r"(?<=[^\s,:\[{\]}-])(?= +\S)", self.words[: self.end]
        ):
            yield self._put(found.start(), ":", message)
        if self.text[: self.end][-1:] not in ("", ",", ":"):
            yield self._put(self.end, ":", message)

    def dashes(self) -> Iterator[Slip]:
        """Yield whether the line lacks its dash, or has one too many."""
        at, rest = self.indent, self.text[self.indent :]
        if rest.startswith("- ["):  # a row, or a branch, keeps its dash
            return
        if rest.startswith("- "):
            message = "this `-` begins an item where none is due"
            yield self._replace(at, at + 2, "", message, "remove the `- `")
            yield self._replace(at, at + 1, " ", message, "remove the `-`")
        elif rest.startswith("-"):
            message = "a space is missing behind this dash"
            yield self._put(at + 1, " ", message, at)
        else:
            message = "this line has no `-`, as the items beside it have"
            yield self._put(at, "- ", message, self.end - 1)
            for width in self._items_beside():
                help = f"begin it with `- `, indented by {_spaces(width)}"
                edit = Edit(self._span(0, at), f"{' ' * width}- ")
                yield Slip(message, help, edit, self._span(at, self.end))

    def _items_beside(self) -> list[int]:
        """Return where the items on the lines around begin, where it is not here."""
        beside = [self.source.line(self.number + step) for step in (1, -1)]
        found = [indent_of(line) for line in beside if line.lstrip().startswith("- ")]
        return [width for width in dict.fromkeys(found) if width != self.indent]

    def indentation(self) -> Iterator[Slip]:
        """Yield the indentations of the lines around, and those a little off."""
        used = Counter(map(indent_of, self.source.text.split("\n")))
        lines = [self.source.line(self.number + step) for step in (1, -1, 2, -2)]
        near = [self.indent + step for step in (-2, 2, -1, 1)]
        for width in dict.fromkeys([*map(indent_of, lines), *near]):
            if width >= 0 and width != self.indent and used[width] >= used[self.indent]:
                count = abs(width - self.indent)
                side = "left" if width > self.indent else "right"
                plural = "" if count == 1 else "s"
                message = f"this line stands {count} column{plural} too far {side}"
                help = f"indent it by {_spaces(width)}"
                yield self._replace(0, self.indent, " " * width, message, help)

    def _put(self, at: int, text: str, message: str, shown: int | None = None) -> Slip:
        """Insert a text; shown is the place from there to a sign that it goes with."""
        edit = Edit(self._span(at, at), text)
        shown = max(at - 1, 0) if shown is None else shown
        span = self._span(min(shown, at), max(shown + 1, at))
        what = f"`{text.strip()}`" if text.strip() else "a space"
        before = self.text[:at].rstrip()
        word = re.search(r"\S+$", before)
        where = f" after `{word[0][-20:]}`" if word else " in front"
        return Slip(message, f"write {what}{where}", edit, span)

    def _replace(
        self, start: int, end: int, text: str, message: str, help: str = ""
    ) -> Slip:
        gone = self.text[start:end]
        help = help or (f"write `{text}`" if text else f"remove the `{gone}`")
        edit = Edit(self._span(start, end), text)
        return Slip(message, help, edit, self._span(start, max(end, start + 1)))

    def _span(self, start: int, end: int) -> Span:
        return Span(self.source, self.number, start + 1, end + 1)


def indent_of(line: str) -> int:
    """Return how many spaces a line begins with; -1 for an empty one."""
    return len(line) - len(line.lstrip(" ")) if line.strip() else -1


def _look(text: str) -> str:
    """Return a text with each number as `9`."""
    return re.sub("[0-9]+", "9", text)


def _spaces(count: int) -> str:
    return f"{count} space{'' if count == 1 else 's'}"


def _blanked(found: "re.Match[str]") -> str:
    return "_" * len(found[0])
