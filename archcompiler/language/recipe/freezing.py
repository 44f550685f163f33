"""Freezing: the rows whose weights training leaves as they are."""

from typing import NamedTuple

from archcompiler.language.forms.forms import describe, located, read_text
from archcompiler.language.forms.sections import read_all
from archcompiler.language.text.document import Mapping, Node, Scalar, Sequence
from archcompiler.ops.fields import quote

UP_TO = "up to "


class Freeze(NamedTuple):
    """Rows by name: each of them, or all up to and including the one that is named."""

    rows: tuple[Scalar, ...] = ()
    up_to: bool = False

    def plain(self) -> str | list[str]:
        """Return this as JSON has it."""
        if self.up_to:
            return UP_TO + self.rows[0].text
        return [row.text for row in self.rows]


def read_freeze(node: Node) -> Freeze:
    """Read `[conv1, conv2]`, or `up to conv2`."""
    if isinstance(node, Sequence):
        return Freeze(read_all(node.items, _read_row))
    text = node.text if isinstance(node, Scalar) else ""
    name = text.removeprefix(UP_TO).strip()
    if not isinstance(node, Scalar) or name in ("", text.strip()):
        message = f"`freeze` is a list of rows, or `up to ROW`, received {_told(node)}"
        raise located("bad-value", message, node.span, _help(node))
    quotes = 0 if node.plain else 1
    start = node.column + quotes + text.rindex(name)
    row = Scalar(name, True, node.source, node.line, start, start + len(name))
    return Freeze((row,), up_to=True)


def _read_row(node: Node) -> Scalar:
    row = read_text(node)
    if row.text.startswith(UP_TO):
        message = f"a row is needed here, received {quote(row.text)}"
        help = f"write `freeze: {row.text}`, without a list"
        raise located("bad-value", message, row.span, help)
    return row


def _told(node: Node) -> str:
    return quote(node.text) if isinstance(node, Scalar) else describe(node)


def _help(node: Node) -> str:
    if isinstance(node, Mapping):
        key, value = next(iter(node.entries.values()), (None, None))
        if key is not None and key.text == UP_TO.strip() and isinstance(value, Scalar):
            return f"write `{UP_TO}{value.text}`"
    elif isinstance(node, Scalar) and node.text.strip() != UP_TO.strip():
        return f"write `[{node.text}]`, or `{UP_TO}{node.text}`"
    return ""
