"""YAML text as a tree in which every node knows its line and column.

The parser's events are streamed, so anchors, aliases, tags and second documents are
seen and refused, nesting is bounded, and YAML's own typing (`on`, `010`, `3:2`) never
happens: a scalar is its text.
"""

from collections.abc import Callable, Iterator, Set
from pathlib import PurePath
from typing import Any, NoReturn

import yaml
from yaml.events import MappingEndEvent, ScalarEvent, SequenceEndEvent

from archcompiler.diagnostics import (
    Diagnostic,
    Proposal,
    Source,
    Span,
    SpecError,
    fail,
    failure,
)
from archcompiler.language.mistakes.characters import (
    refuse_characters,
    refuse_controls,
    refuse_line_breaks,
    refuse_lookalikes,
)
from archcompiler.language.mistakes.complaints import explain
from archcompiler.language.mistakes.other_forms import hole_help

DEEPEST = 40
MOST_KEYS = 2_000
"""Of a mapping: what reads one may compare every key with every row."""

LONGEST_TEXT = 10_000
"""Characters: what looks for something in a text may begin at each of them."""

MOST_ITEMS = 1_000_000
"""Of a list: rows and steps."""

MOST_VALUES = 10_000_000
"""Of a document: ten cells in each of so many rows."""

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Scalar:
    """A text and its place; `plain` tells that it stands without quotes.

    `line`, `column` and `end` count from 0, as the parser does; `span` counts from 1.
    A text that goes on in the next line ends at -1.
    """

    __slots__ = ("column", "end", "line", "plain", "source", "text")
    kind = "a value"

    def __init__(
        self, text: str, plain: bool, source: Source, line: int, column: int, end: int
    ) -> None:
        self.text = text
        self.plain = plain
        self.source = source
        self.line = line
        self.column = column
        self.end = end

    @property
    def span(self) -> Span:
        """The place of the whole scalar, or of its first line."""
        line, column = self.line + 1, self.column + 1
        if self.end < 0:
            width = len(self.source.line(line).rstrip())
            return Span(self.source, line, column, max(width, column) + 1, True)
        return Span(self.source, line, column, max(self.end, column) + 1)

    @property
    def blank(self) -> bool:
        """Whether this is YAML's `~`, or nothing at all."""
        return self.plain and self.text in ("", "~")

    def line_seen_from(self, place: "Scalar") -> str:
        """Return `line 9`, and of which file where the other place is in another."""
        line = f"line {self.line + 1}"
        if self.source is place.source:
            return line
        return f"{line} of {PurePath(self.source.name).name}"

    def part(self, start: int, end: int) -> Span:
        """Return the place of the characters from `start` to `end` of the text."""
        quote = 0 if self.plain else 1
        return self.span.part(start + quote, end + quote)

    def __repr__(self) -> str:
        return f"Scalar({self.text!r})"


class Sequence:
    """A YAML list and its place; `end` is 0 where it goes on in the next line."""

    __slots__ = ("column", "end", "items", "line", "source")
    kind = "a list"

    def __init__(self, source: Source, line: int, column: int) -> None:
        self.items: list[Node] = []
        self.source = source
        self.line = line
        self.column = column
        self.end = 0

    @property
    def brackets(self) -> Span | None:
        """The place from bracket to bracket, where both stand on one line."""
        if not self.end:
            return None
        return Span(self.source, self.line + 1, self.column + 1, self.end + 1)

    @property
    def span(self) -> Span:
        """The place of the first item, else of the bracket."""
        if self.items:
            return self.items[0].span
        return Span(self.source, self.line + 1, self.column + 1, self.column + 2)


class Mapping:
    """A YAML mapping, its keys in order, and its place."""

    __slots__ = ("column", "entries", "line", "source")
    kind = "a mapping"

    def __init__(self, source: Source, line: int, column: int) -> None:
        self.entries: dict[str, tuple[Scalar, Node]] = {}
        self.source = source
        self.line = line
        self.column = column

    @property
    def span(self) -> Span:
        """The place of the first key, else of the brace."""
        for key, _ in self.entries.values():
            return key.span
        return Span(self.source, self.line + 1, self.column + 1, self.column + 2)

    def items(self) -> Iterator[tuple[Scalar, "Node"]]:
        """Return keys and values in the order of the file."""
        return iter(self.entries.values())


Node = Scalar | Sequence | Mapping


def texts_in(node: Node, but: Set[str] = frozenset()) -> Iterator[Scalar]:
    """Yield every key and every text within a node, in the order of the file.

    Of the keys `but` it yields no value.
    """
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Sequence):
        for item in node.items:
            yield from texts_in(item, but)
    else:
        for key, value in node.items():
            yield key
            if key.text not in but:
                yield from texts_in(value, but)


_BEGIN = "begin with `name:`, `input:` and `table:`"


def read_document(source: Source, what: str = "a spec", help: str = _BEGIN) -> Mapping:
    """Read one YAML document whose top is a mapping; messages call it `what`.

    Raises:
        SpecError: for anything that is not one plain YAML document.
    """
    refuse_characters(source)
    reader = _Reader(source, source.text, what, help)
    try:
        root = reader.read()
    except yaml.YAMLError as error:
        _refuse_unseen_depth(source, error)
        explain(source, error)
    if not isinstance(root, Mapping):
        message = f"{what} is a mapping, received {root.kind}"
        fail("wrong-type", message, root.span, help=help)
    if reader.odd:
        _refuse_odd(root, reader.odd)
    return root


def _refuse_unseen_depth(source: Source, error: Any) -> None:
    """Refuse nesting on which the parser, looking ahead, gave up before telling."""
    mark = getattr(error, "problem_mark", None)
    try:
        _Reader(source, source.text[: mark.index if mark else None]).read()
    except yaml.YAMLError:
        return
    except SpecError as found:
        if found.diagnostics[0].code == "too-deep":
            raise


def _refuse_odd(root: Mapping, odd: list[Scalar]) -> None:
    """Refuse what no text may hold; what an author writes for people gets one line."""
    for cell in odd:
        refuse_controls(cell.text, cell.span)
    for cell in texts_in(root, but=_PROSE):
        refuse_line_breaks(cell.text, cell.span)
        refuse_lookalikes(cell.text, cell.part)
    for cell in odd:
        if "\n" in cell.text:
            cell.text = " ".join(cell.text.split())


def is_yaml(source: Source) -> bool:
    """Whether a text is YAML, whatever it says."""
    following = _Loader(source.text).get_event
    try:
        while following() is not None:
            pass
    except yaml.YAMLError:
        return False
    return True


class _Reader:
    """Builds nodes from the parser's events."""

    def __init__(
        self, source: Source, text: str, what: str = "a spec", help: str = _BEGIN
    ) -> None:
        """Read a source's text, or what it begins with."""
        self.source = source
        self.what = what
        self.help = help
        self.next: Callable[[], Any] = _Loader(text).get_event
        self.line = 0
        self.values = 0
        """How many values the lists and mappings hold that were read."""

        self.texts: dict[str, str] = {}
        """Each text once: cells repeat each other, down the columns of a table."""
        self.strange: set[str] = set()
        """Of these texts, those with more than plain ASCII."""

        self.odd: list[Scalar] = []
        """Those with more than plain ASCII, as their escapes read."""

    def read(self) -> Node:
        self.next()  # the stream's start
        if isinstance(self.next(), yaml.StreamEndEvent):
            message = f"{self.source.name} is empty: it holds no {self._noun}"
            place = Span(self.source, 1, 1, 2)
            fail("empty-document", message, place, help=self.help)
        root = self._node(self.next(), 0)
        self.next()  # the document's end
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            message = f"a second document begins here: a file holds one {self._noun}"
            fail("yaml-feature", message, self._span(event), help="remove the `---`")
        return root

    @property
    def _noun(self) -> str:
        return self.what.removeprefix("a ")

    def _node(self, event: Any, depth: int) -> Node:
        if event.__class__ is ScalarEvent:
            return self._scalar(event)
        if isinstance(event, yaml.AliasEvent):
            self._refuse_feature(event, f"alias `*{event.anchor}`")
        if event.anchor is not None or event.tag is not None:
            self._refuse_property(event)
        if depth > DEEPEST:
            message = f"brackets nest deeper than {DEEPEST} levels"
            fail("too-deep", message, self._span(event))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth + 1)
        return self._mapping(event, depth + 1)

    def _scalar(self, event: Any) -> Scalar:
        if event.anchor is not None or event.tag is not None:
            self._refuse_property(event)
        start, end = event.start_mark, event.end_mark
        line, column = start.line, start.column
        last = end.column if end.line == line else -1
        if line == self.line:
            line = self.line  # one number for all scalars of a line
        else:
            self.line = line
        text = self.texts.get(event.value)
        if text is None:
            text = self._new_text(event)
        scalar = Scalar(text, event.implicit[0], self.source, line, column, last)
        if text in self.strange:
            self.odd.append(scalar)
        return scalar

    def _new_text(self, event: Any) -> str:
        """Return a text that stands here for the first time."""
        text: str = event.value
        if len(text) > LONGEST_TEXT:
            message = f"a text has at most {LONGEST_TEXT:,} characters"
            fail("too-large", message, self._span(event))
        if not (text.isascii() and text.isprintable()):
            self.strange.add(text)
        self.texts[text] = text
        return text

    def _sequence(self, event: Any, depth: int) -> Sequence:
        mark = event.start_mark
        node = Sequence(self.source, mark.line, mark.column)
        append, following, scalar = node.items.append, self.next, self._scalar
        while True:
            event = following()
            kind = event.__class__
            if kind is ScalarEvent:
                append(scalar(event))
            elif kind is SequenceEndEvent:
                if found := too_many(node, MOST_ITEMS):
                    raise SpecError([found])
                self._count(node, len(node.items))
                end = event.end_mark
                node.end = end.column if end.line == mark.line else 0
                return node
            else:
                append(self._node(event, depth))

    def _mapping(self, event: Any, depth: int) -> Mapping:
        mark = event.start_mark
        node = Mapping(self.source, mark.line, mark.column)
        entries, following = node.entries, self.next
        event = following()
        while event.__class__ is not MappingEndEvent:
            if event.__class__ is ScalarEvent:
                key = self._scalar(event)
                if key.text == "<<" and key.plain:
                    self._refuse_feature(event, "merge key `<<`")
            else:
                self._refuse_key(event, depth)
            text = key.text
            event = following()
            if event.__class__ is ScalarEvent:
                value: Node = self._scalar(event)
            else:
                value = self._node(event, depth)
            if text in entries:
                _refuse_duplicate(key, entries[text][0])
            if ":" in text and isinstance(value, Scalar) and value.blank:
                _refuse_glued(key)
            entries[text] = (key, value)
            if len(entries) > MOST_KEYS:
                message = f"a mapping has at most {MOST_KEYS:,} keys"
                fail("too-large", message, key.span)
            event = following()
        self._count(node, len(entries))
        return node

    def _count(self, node: Sequence | Mapping, values: int) -> None:
        self.values += values
        if self.values > MOST_VALUES:
            message = f"a document has at most {MOST_VALUES:,} values"
            fail("too-large", message, node.span)

    def _refuse_key(self, event: Any, depth: int) -> NoReturn:
        key = self._node(event, depth)
        line, column = key.line + 1, key.column  # of the brace before this one
        braces = Span(self.source, line, max(column, 1), column + 1)
        help = hole_help(self.source.line(line), braces)
        help = help or "a text that begins with `[` or `{` wants quotes"
        message = f"a key is a plain text, received {key.kind}"
        raise failure("wrong-type", message, key.span, help=help)

    def _refuse_property(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse_feature(event, f"anchor `&{event.anchor}`")
        tag = event.tag.replace("tag:yaml.org,2002:", "!!")
        self._refuse_feature(event, f"tag `{tag}`")

    def _refuse_feature(self, event: Any, what: str) -> None:
        help = "say each thing in place: blocks and variants are for reuse"
        fail("yaml-feature", f"a spec has no {what}", self._span(event), help=help)

    def _span(self, event: Any) -> Span:
        mark = event.start_mark
        return Span(self.source, mark.line + 1, mark.column + 1, mark.column + 2)


def too_many(node: Sequence, most: int) -> Diagnostic | None:
    """Return the refusal of a list with more items than `most`."""
    if len(node.items) <= most:
        return None
    message = f"this list has at most {most:,} items"
    return Diagnostic("too-large", message, node.items[most].span)


def _refuse_duplicate(key: Scalar, first: Scalar) -> None:
    message = f"the key `{key.text}` stands twice in one mapping"
    label = f"the first is on line {first.line + 1}"
    fail("duplicate-key", message, key.span, label=label, help="remove one of them")


def _refuse_glued(key: Scalar) -> None:
    left, right = key.text.split(":", 1)
    message = f"`{key.text}` is one key without a value"
    meant = f"{left}: {right.strip() or '...'}"
    help = Proposal(f"write a space after the colon: `{meant}`", meant)
    fail("yaml-syntax", message, key.span, help=help)


_PROSE = frozenset({"paper", "errata"})
"""The keys under which an author writes for people."""
