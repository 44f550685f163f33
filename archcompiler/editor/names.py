"""Names: what a text of a document may name, and what a document knows."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from archcompiler.diagnostics import Span
from archcompiler.language.expressions.patterns import Pattern, read_pattern
from archcompiler.language.program.program import Program
from archcompiler.language.spec.spec import CALL_WORDS
from archcompiler.language.text.document import Scalar
from archcompiler.ops.table import OPS, WORDS

Kind = Literal[
    "row",
    "block",
    "column",
    "heading",
    "parameter",
    "step",
    "op",
    "argument",
    "base",
    "blocks file",
]


class Name(NamedTuple):
    """A thing with a name; `owner` is the block of a column, the op of an argument."""

    kind: Kind
    text: str
    owner: str = ""


class Occurrence(NamedTuple):
    """A place that names something; `cell` is the text that it is, or is part of."""

    name: Name
    span: Span
    cell: Scalar
    defines: bool = False
    front: Span | None = None
    """Where a name can be put that a row has by its type alone."""


@dataclass
class Known:
    """What a document may name: its own, and what it inherits."""

    blocks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The columns of each block, the holes of its name among them."""

    parameters: set[str] = field(default_factory=set)
    rows: dict[str, None] = field(default_factory=dict)
    inputs: dict[str, None] = field(default_factory=dict)
    meanings: list[str] = field(default_factory=list)
    """What each cell of a row means, by its place."""

    headings: dict[str, str] = field(default_factory=dict)
    """What each heading means."""

    def callee(self, text: str) -> Name | None:
        """Return the block or op that a text calls."""
        if text in self.blocks and "<" not in text:
            return Name("block", text)
        if text in OPS or text in WORDS:
            return Name("op", text)
        for name in self.blocks:
            pattern = pattern_of(name)
            if pattern is not None and (pattern.find(text) or pattern.fill(text)):
                return Name("block", name)
        return None

    def argument(self, callee: Name | None, text: str) -> Name | None:
        """Return what an argument of a call names."""
        if callee is None or text in CALL_WORDS:
            return None
        if callee.kind == "op":
            return Name("argument", text, callee.text)
        columns = self.blocks.get(callee.text, ())
        return Name("column", text, callee.text) if text in columns else None


def pattern_of(block: str) -> Pattern | None:
    """Return the pattern of a block's name; None for one that cannot be matched."""
    with suppress(ValueError):
        return read_pattern(block)
    return None


def inherited(program: Program | None, rows: Iterable[str] = ()) -> Known:
    """Return what a program knows, which was built when it last could be."""
    known = Known()
    if program is None:
        return known
    for name, block in program.blocks.items():
        known.blocks[name] = columns_and_holes(
            [c.name.text for c in block.columns], name
        )
    known.parameters |= program.parameters.keys()
    known.rows |= dict.fromkeys(rows)
    known.inputs |= dict.fromkeys(program.inputs)
    known.headings |= program.meanings
    for column in program.columns:
        known.meanings += [column.meaning.text] * (len(column.choices) or 1)
    return known


def columns_and_holes(columns: Iterable[str], block: str) -> tuple[str, ...]:
    """Return the columns of a block, the holes of its name among them."""
    pattern = pattern_of(block)
    return (*columns, *(pattern.holes if pattern else ()))


def at_position(
    found: Iterable[Occurrence], line: int, column: int
) -> list[Occurrence]:
    """Return what stands at a line and column from 0, the shortest first."""
    here = [
        each
        for each in found
        if each.span.line - 1 == line
        and each.span.column - 1 <= column <= each.span.end - 1
    ]
    return sorted(here, key=lambda each: each.span.end - each.span.column)
