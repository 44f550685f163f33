"""YAML text as a tree in which every node knows its line and column.

The parser's events are streamed, so anchors, aliases, tags and second documents are seen
and refused, nesting is bounded, and YAML's own typing (`on`, `010`, `3:2`) never happens:
a scalar is its text.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml

from archcompiler.diagnostics import Source, Span, fail

DEEPEST = 40
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_LOOKALIKES = {
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{MINUS SIGN}": "-",
    "\N{EN DASH}": "-",
    "\N{NO-BREAK SPACE}": "a space",
    "\N{NARROW NO-BREAK SPACE}": "a space",
    "\N{LESS-THAN OR EQUAL TO}": "<=",
    "\N{GREATER-THAN OR EQUAL TO}": ">=",
    "\N{DIVISION SIGN}": "/",
}


class Scalar:
    """A text and its place; `plain` tells that it stands without quotes."""

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
        """The place of the whole scalar."""
        return Span(self.source, self.line + 1, self.column + 1, self.end + 1)

    @property
    def blank(self) -> bool:
        """Whether this is YAML's `~`, or nothing at all."""
        return self.plain and self.text in ("", "~")

    def part(self, start: int, end: int) -> Span:
        """Return the place of the characters from `start` to `end` of the text."""
        quote = 0 if self.plain else 1
        return self.span.part(start + quote, end + quote)

    def __repr__(self) -> str:
        return f"Scalar({self.text!r})"


class Sequence:
    """A YAML list and its place."""

    __slots__ = ("column", "items", "line", "source")
    kind = "a list"

    def __init__(self, source: Source, line: int, column: int) -> None:
        self.items: list[Node] = []
        self.source = source
        self.line = line
        self.column = column

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


def read_document(source: Source) -> Mapping:
    """Read one YAML document whose top is a mapping.

    Raises:
        SpecError: for anything that is not one plain YAML document.
    """
    _refuse_tabs(source)
    try:
        root = _Reader(source).read()
    except yaml.YAMLError as error:
        _explain(source, error)
    if not isinstance(root, Mapping):
        help = "begin with `name:`, `input:` and `table:`"
        fail("wrong-type", f"a spec is a mapping, received {root.kind}", root.span, help=help)
    if not source.text.isascii():
        for key, value in root.items():
            if key.text != "paper":
                _refuse_lookalikes(key)
                _refuse_lookalikes(value)
    return root


class _Reader:
    """Builds nodes from the parser's events, without recursion into YAML's own types."""

    def __init__(self, source: Source) -> None:
        self.source = source
        parser = _Loader(source.text)
        self.next: Any = parser.get_event

    def read(self) -> Node:
        self.next()  # the stream's start
        if isinstance(self.next(), yaml.StreamEndEvent):
            place = Span(self.source, 1, 1, 2)
            fail("empty-document", f"{self.source.name} is empty: it holds no spec", place)
        root = self._node(self.next(), 0)
        self.next()  # the document's end
        event = self.next()
        if not isinstance(event, yaml.StreamEndEvent):
            message = "a second document begins here: a file holds one spec"
            fail("yaml-feature", message, self._span(event), help="remove the `---`")
        return root

    def _node(self, event: Any, depth: int) -> Node:
        if event.__class__ is yaml.ScalarEvent:
            return self._scalar(event)
        if depth > DEEPEST:
            message = f"brackets nest deeper than {DEEPEST} levels"
            fail("too-deep", message, self._span(event))
        if isinstance(event, yaml.AliasEvent):
            self._refuse_feature(event, f"alias `*{event.anchor}`")
        if event.anchor is not None:
            self._refuse_feature(event, f"anchor `&{event.anchor}`")
        if event.tag is not None:
            self._refuse_feature(event, f"tag `{event.tag}`")
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._mapping(event, depth)

    def _scalar(self, event: Any) -> Scalar:
        if event.anchor is not None:
            self._refuse_feature(event, f"anchor `&{event.anchor}`")
        if event.tag is not None:
            self._refuse_feature(event, f"tag `{event.tag}`")
        start, end = event.start_mark, event.end_mark
        text: str = event.value
        last = end.column if end.line == start.line else start.column + 1
        plain = event.implicit[0]
        return Scalar(text, plain, self.source, start.line, start.column, last)

    def _sequence(self, event: Any, depth: int) -> Sequence:
        mark = event.start_mark
        node = Sequence(self.source, mark.line, mark.column)
        append, following, depth = node.items.append, self.next, depth + 1
        event = following()
        while event.__class__ is not yaml.SequenceEndEvent:
            append(self._node(event, depth))
            event = following()
        return node

    def _mapping(self, event: Any, depth: int) -> Mapping:
        mark = event.start_mark
        node = Mapping(self.source, mark.line, mark.column)
        entries, following, depth = node.entries, self.next, depth + 1
        event = following()
        while event.__class__ is not yaml.MappingEndEvent:
            key = self._key(event, depth)
            value = self._node(following(), depth)
            if key.text in entries:
                self._refuse_duplicate(key, entries[key.text][0])
            if ":" in key.text and value.__class__ is Scalar and value.blank:  # type: ignore[union-attr]
                self._refuse_glued(key)
            entries[key.text] = (key, value)
            event = following()
        return node

    def _key(self, event: Any, depth: int) -> Scalar:
        key = self._node(event, depth)
        if not isinstance(key, Scalar):
            fail("wrong-type", f"a key is a plain text, received {key.kind}", key.span)
        if key.text == "<<" and key.plain:
            self._refuse_feature(event, "merge key `<<`")
        return key

    def _refuse_duplicate(self, key: Scalar, first: Scalar) -> None:
        message = f"the key `{key.text}` stands twice in one mapping"
        fail("duplicate-key", message, key.span, label=f"first on line {first.line + 1}")

    def _refuse_glued(self, key: Scalar) -> None:
        left, right = key.text.split(":", 1)
        message = f"`{key.text}` is one key without a value"
        help = f"write a space after the colon: `{left}: {right.strip() or '...'}`"
        fail("yaml-syntax", message, key.span, help=help)

    def _refuse_feature(self, event: Any, what: str) -> None:
        help = "a spec says each thing in place; blocks and variants are its reuse"
        fail("yaml-feature", f"a spec has no {what}", self._span(event), help=help)

    def _span(self, event: Any) -> Span:
        mark = event.start_mark
        return Span(self.source, mark.line + 1, mark.column + 1, mark.column + 2)


def _refuse_tabs(source: Source) -> None:
    at = source.text.find("\t")
    if at < 0:
        return
    line = source.text.count("\n", 0, at) + 1
    column = at - source.text.rfind("\n", 0, at)
    span = Span(source, line, column, column + 1)
    fail("yaml-syntax", "a tab: YAML indents and separates with spaces", span)


def _refuse_lookalikes(node: Node) -> None:
    if isinstance(node, Sequence):
        for item in node.items:
            _refuse_lookalikes(item)
        return
    if isinstance(node, Mapping):
        for key, value in node.items():
            _refuse_lookalikes(key)
            _refuse_lookalikes(value)
        return
    for at, character in enumerate(node.text):
        if character in _LOOKALIKES:
            write = _LOOKALIKES[character]
            message = f"`{character}` (U+{ord(character):04X}) only looks right"
            help = f"write {write if ' ' in write else f'`{write}`'}"
            fail("lookalike-character", message, node.part(at, at + 1), help=help)


_SWALLOWING_COMMENT = re.compile(r"(?:^|\s)(#[^\s#][^\n]*)")


def _explain(source: Source, error: yaml.YAMLError) -> None:
    """Turn a parser's complaint into ours, naming the usual cause where it is seen."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    context = getattr(error, "context_mark", None)
    if context is not None and "flow" in str(getattr(error, "context", "")):
        _blame_comment(source, context.line, line)
    help = ""
    if "block sequence entries" in problem or source.line(line + 1)[column : column + 1] == "-":
        help = "`-` is no blank cell: write `~`"
    elif "%" in source.line(line + 1)[column : column + 1] or "`" in problem or "@" in problem:
        help = "quote the text"
    elif "mapping values are not allowed" in problem:
        help = "a text that holds `: ` wants quotes; otherwise mend the indentation"
    elif "flow" in str(getattr(error, "context", "")):
        help = "a bracket or brace is not closed"
    span = Span(source, line + 1, column + 1, column + 2)
    fail("yaml-syntax", f"not YAML: {problem}", span, help=help)


def _blame_comment(source: Source, first: int, last: int) -> None:
    """Blame a `#` that ate the end of an open bracket, rather than the row after it."""
    for number in range(first + 1, last + 1):
        text = source.line(number)
        found = _SWALLOWING_COMMENT.search(_without_quoted(text))
        if found:
            span = Span(source, number, found.start(1) + 1, len(text) + 1)
            word = found[1].split(",")[0].split("]")[0].split(":")[0].strip()
            message = "` #` begins a comment: the rest of this line, its bracket too, is not read"
            fail("yaml-syntax", message, span, help=f'write quotes: `"{word}"`')


def _without_quoted(text: str) -> str:
    return re.sub(r"\"[^\"]*\"|'[^']*'", lambda found: "_" * len(found[0]), text)
