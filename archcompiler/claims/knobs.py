"""Knobs: the numbers in the cells of a row that an edit may change."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from archcompiler.graph.rows import PlacedRow
from archcompiler.language.text.document import Scalar

_NUMBER = re.compile(r"[1-9][0-9]{0,6}")
_WINDOW = re.compile(r"[0-9]+x[0-9]+")
_HOLE = re.compile(r"<[^>]*>")
_GLUED = re.compile(r"[0-9.%]")


class Knob(NamedTuple):
    """A number in a cell; of a square window, both sides."""

    meaning: str
    """The column that the cell stands under."""

    cell: Scalar
    places: tuple[tuple[int, int], ...]
    value: int
    window: bool
    """Whether it is a side of a window, a stride or the like: `7x7/2`."""

    before: str = ""
    """What has to be written before the number: the `/` of a stride that is missing."""

    def text(self, value: int) -> str:
        """Return the cell's text with another number."""
        text = self.cell.text
        for start, end in reversed(self.places):
            text = f"{text[:start]}{self.before}{value}{text[end:]}"
        return text


def knobs(row: PlacedRow) -> Iterator[Knob]:
    """Yield the numbers in what a row passes to its call, its type's first."""
    if row.kind is not None and row.target is not None and row.target.preset:
        yield from _knobs_of("type", row.kind)
    for argument in row.arguments:
        cell = row.row.cells.get(argument.name)
        if isinstance(cell, Scalar):
            yield from _knobs_of(argument.name, cell)
    repeat = row.row.cells.get("repeat")
    if isinstance(repeat, Scalar) and not any(
        a.name == "repeat" for a in row.arguments
    ):
        yield from _knobs_of("repeat", repeat)


def missing_strides(row: PlacedRow) -> Iterator[Knob]:
    """Yield a stride for each window that has none: `7x7` may want to be `7x7/2`."""
    for argument in row.arguments:
        cell = row.row.cells.get(argument.name)
        if isinstance(cell, Scalar) and _WINDOW.fullmatch(cell.text):
            end = len(cell.text)
            yield Knob(argument.name, cell, ((end, end),), 1, True, "/")


def _knobs_of(meaning: str, cell: Scalar) -> Iterator[Knob]:
    text = _HOLE.sub(lambda hole: "." * len(hole[0]), cell.text)
    found = [n.span() for n in _NUMBER.finditer(text) if not _is_part(text, *n.span())]
    at = 0
    while at < len(found):
        places = _square(text, found, at) or (found[at],)
        start, end = found[at]
        yield Knob(meaning, cell, places, int(text[start:end]), _windowed(text, places))
        at += len(places)


def _is_part(text: str, start: int, end: int) -> bool:
    """Whether a number belongs to a longer one, such as `40%` or `0.5`."""
    return bool(_GLUED.match(text[:start][-1:]) or _GLUED.match(text[end:][:1]))


def _square(
    text: str, found: list[tuple[int, int]], at: int
) -> tuple[tuple[int, int], ...] | None:
    """Return the two equal numbers with which a size begins, if they stand here."""
    if at + 1 == len(found) or text[: found[at][0]].endswith("x"):
        return None
    (start, end), (next_start, next_end) = found[at], found[at + 1]
    if text[end:next_start] != "x" or text[start:end] != text[next_start:next_end]:
        return None
    return found[at], found[at + 1]


def _windowed(text: str, places: tuple[tuple[int, int], ...]) -> bool:
    """Whether a number is of a window, which takes few values."""
    start, end = places[0][0], places[-1][1]
    return len(places) > 1 or text[:start].endswith("/") or text[end:].startswith("x")
