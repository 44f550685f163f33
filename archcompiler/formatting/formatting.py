"""Formatting: the same spec, laid out."""

from functools import cached_property
from typing import NamedTuple

from archcompiler.diagnostics import Source
from archcompiler.formatting.grids import grids_of
from archcompiler.formatting.indents import STEP, indents_of
from archcompiler.formatting.lines import Line, lines_of
from archcompiler.language.text.document import (
    Mapping,
    Node,
    Scalar,
    Sequence,
    read_document,
)


def format_spec(source: Source) -> str:
    """Return the text of a spec laid out; its meaning and its comments are the same.

    Indents are of two columns, brackets have no blanks within, commas and colons one
    behind them, lines end where their text ends, the file with one end of line. Rows
    stand cell under cell, and so do variants, errata and other entries with names that
    each fill a line. Comments stay at their column where what they follow allows it.

    Raises:
        SpecError: for what is not one plain YAML document.
    """
    root = read_document(source)
    lines = lines_of(source)
    text = _Writer(root, lines).text()
    _refuse_change(root, lines, Source(source.name, text))
    return text


def _refuse_change(root: Mapping, lines: list[Line], written: Source) -> None:
    """Stop before a text that says something else replaces what somebody wrote."""
    comments = [line.comment for line in lines if line.comment]
    kept = [line.comment for line in lines_of(written) if line.comment]
    if comments != kept or not _is_same(root, read_document(written)):
        raise AssertionError(f"{written.name} would not say the same: a bug of ours")


class _Writer:
    def __init__(self, root: Mapping, lines: list[Line]) -> None:
        self.lines = lines
        self.columns = indents_of(root, lines)
        self.grids = grids_of(root, lines)
        self.open: list[_Bracket] = []
        self.shift = 0
        """By how much the last line that began a text moved to the right."""

    @cached_property
    def following(self) -> list[Line | None]:
        """Behind each line the next one that has words."""
        found: list[Line | None] = []
        after: Line | None = None
        for line in reversed(self.lines):
            found.append(after)
            after = line if line.tokens else after
        return found[::-1]

    def text(self) -> str:
        kept: list[str] = []
        for line in self.lines:
            text = self._line(line)
            if text or line.is_kept or (kept and kept[-1]):
                kept.append(text)
        while kept and not kept[-1].strip():
            kept.pop()
        return "\n".join(kept) + "\n"

    def _line(self, line: Line) -> str:
        column = self._column(line)
        if line.is_kept:
            text = " " * column + line.text[line.indent :] if line.text.strip() else ""
        elif line.number in self.grids:
            text = " " * column + self.grids[line.number]
        else:
            text = " " * column + line.words() if line.tokens else ""
        self._follow_brackets(line, column)
        if not line.comment:
            return text
        if not text:
            return " " * column + line.comment
        return text.ljust(max(len(text) + 2, line.comment_column)) + line.comment

    def _column(self, line: Line) -> int:
        """Return at which column a line begins."""
        column = self.columns.get(line.number)
        if column is None and line.is_kept and not line.tokens:
            return max(0, line.indent + self.shift)
        if column is None and self.open:
            closes = bool(line.tokens) and line.tokens[0].kind in ("]", "}")
            column = self.open[-1].column if closes else self.open[-1].inside
        if column is None:
            column = self._with_neighbour(line)
        self.shift = column - line.indent
        return column

    def _with_neighbour(self, line: Line) -> int:
        """Return the column of a comment: that of what follows, else as it moved."""
        after = self.following[line.number]
        if after is not None and after.indent == line.indent:
            return self.columns.get(after.number, line.indent)
        return max(0, line.indent + self.shift)

    def _follow_brackets(self, line: Line, column: int) -> None:
        """Note the brackets that a line leaves open, and where their insides stand."""
        for token, offset in line.columns():
            if token.kind in ("]", "}"):
                self.open.pop()
            elif token.kind in ("[", "{"):
                ends_line = token is line.tokens[-1]
                place = column if ends_line else column + offset
                self.open.append(_Bracket(place, place + (STEP if ends_line else 1)))


class _Bracket(NamedTuple):
    """An open bracket: where its closing one stands on a line, and what is inside."""

    column: int
    inside: int


def _is_same(node: Node, other: Node) -> bool:
    """Whether two trees say the same."""
    if isinstance(node, Scalar) and isinstance(other, Scalar):
        return (node.text, node.plain) == (other.text, other.plain)
    if isinstance(node, Sequence) and isinstance(other, Sequence):
        pairs = zip(node.items, other.items, strict=False)
        return len(node.items) == len(other.items) and all(_is_same(*p) for p in pairs)
    if isinstance(node, Mapping) and isinstance(other, Mapping):
        if list(node.entries) != list(other.entries):
            return False
        return all(
            _is_same(value, other.entries[key][1])
            for key, (_, value) in node.entries.items()
        )
    return False
