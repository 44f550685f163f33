"""Goals: what a printed cell wants of the table, as a measure and its bounds."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from archcompiler.architecture import Architecture
from archcompiler.claims.conventions import COUNTS, Convention
from archcompiler.claims.verdicts import Verdict
from archcompiler.graph.expansion import PlacedRow
from archcompiler.language.text.notation import read_printed, read_size
from archcompiler.ops.fields import read_number
from archcompiler.shapes import Shape


class Goal(NamedTuple):
    """A number of an architecture, and from where to where it agrees with the print."""

    measure: Callable[[Architecture], int | None]
    low: int
    high: int

    def reached(self, architecture: Architecture | None) -> bool:
        """Whether an architecture has the number."""
        number = self.measure(architecture) if architecture is not None else None
        return number is not None and self.low <= number <= self.high


def goal_of(
    verdict: Verdict, computed: Architecture, conventions: Mapping[str, Convention]
) -> Goal | None:
    """Return what a cell of a row wants; None for one that no number can give."""
    name, column = verdict.row, verdict.column
    if column in COUNTS:
        return _count_goal(name, verdict, conventions[column])
    if column == "depth":
        depth = read_number(verdict.printed)
        assert isinstance(depth, int)
        return Goal(lambda a: _row_depth(a, name), depth, depth)
    if column == "filter shape":
        return None
    return _size_goal(name, verdict, computed)


def find_row(architecture: Architecture, name: str) -> PlacedRow | None:
    """Return a row by its name, if this architecture has it."""
    return next((row for row in architecture.rows if row.name == name), None)


def _count_goal(name: str, verdict: Verdict, convention: Convention) -> Goal:
    def measure(architecture: Architecture) -> int | None:
        row = find_row(architecture, name)
        if row is None:
            return None
        return architecture.count(convention.counts, row)

    return Goal(measure, *convention.window(read_printed(verdict.printed)))


def _row_depth(architecture: Architecture, name: str) -> int | None:
    row = find_row(architecture, name)
    if row is None:
        return None
    return row.output.row_depth if row.output.row == row.index else 0


def _size_goal(name: str, verdict: Verdict, computed: Architecture) -> Goal | None:
    """Return what the first side that differs should be."""
    printed = read_size(verdict.printed)
    shape = _shape(computed, name, verdict.column)
    if shape is None:
        return None
    sides = min(len(printed), len(shape))
    differing = [at for at in range(sides) if printed[at] != shape[at]]
    if not differing:
        return None
    at = differing[0]

    def measure(architecture: Architecture) -> int | None:
        shape = _shape(architecture, name, verdict.column)
        return shape[at] if shape is not None and at < len(shape) else None

    return Goal(measure, printed[at], printed[at])


def _shape(architecture: Architecture, name: str, column: str) -> Shape | None:
    row = find_row(architecture, name)
    if row is None:
        return None
    shape = row.input.shape if column == "input size" else row.output.shape
    return (1, 1, *shape) if len(shape) == 1 else shape
