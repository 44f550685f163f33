"""Answers: what is told of a document, in our own words and places.

A provider is a pure function that gives these; `conversion` makes the protocol's types
of them.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from archcompiler.diagnostics import Span
from archcompiler.editor.positions import Position


class Hint(NamedTuple):
    """A text beside a line, which is no part of it."""

    position: Position
    text: str
    tooltip: str = ""
    """In Markdown."""


class Hover(NamedTuple):
    """What is told, in Markdown, of what stands at a place."""

    span: Span
    text: str


class Rewrite(NamedTuple):
    """Lines that are replaced: those from `first` to before `last`, from 0."""

    first: int
    last: int
    text: str
    """Whole lines, each with its end unless it is the last of all."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """An entry of the outline: its name, its lines from 0, what is within."""

    name: str
    detail: str
    kind: str
    """A kind of symbol as the protocol has it, such as `Class`."""

    span: Span
    last_line: int
    children: tuple["Symbol", ...] = field(default=())


class Fold(NamedTuple):
    """Lines that can be folded into the first of them, from 0."""

    first: int
    last: int


class Completion(NamedTuple):
    """A text that may stand at a place."""

    label: str
    kind: str
    """A kind of completion as the protocol has it, such as `Class`."""

    detail: str = ""
    text: str = ""
    """What is written, where it isn't the label."""


class Completions(NamedTuple):
    """What may stand where something is typed, which began at `start`."""

    start: Position
    items: list[Completion]
