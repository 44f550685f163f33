"""Totals: what the table and the model come to, and what the paper's own column does.

They are shown beside the rows because ports are defended by them: a network may have
other layers and come nearer to the printed sum.
"""

from fractions import Fraction
from typing import NamedTuple

from archcompiler.architecture import Architecture
from archcompiler.claims.claims import audit
from archcompiler.claims.conventions import read_conventions
from archcompiler.claims.counts import printed_counts
from archcompiler.claims.exceptions import read_exceptions
from archcompiler.counting.rules import PAPERS


class Totals(NamedTuple):
    """Counts of both sides."""

    table_parameters: int
    model_parameters: int
    table_macs: int
    model_macs: int | None
    """None where the model leaves the size of its images open."""

    printed_macs: int | None = None
    """The sum of the paper's `ops` column; None where it prints none."""

    is_complete: bool = True
    """Whether the model has no layer whose multiply-adds are not known."""

    moved: int = 0
    """How many parameters more the model has by what an export folds or unfolds."""

    unsure: tuple[str, ...] = ()
    """What a file tells too little of, in words."""

    @property
    def are_explained(self) -> bool:
        """Whether nothing is left to tell of why they differ, if they do."""
        macs = (None, self.table_macs) if self.is_complete else (self.model_macs,)
        parameters = self.table_parameters + self.moved
        is_equal = self.model_parameters == parameters and self.model_macs in macs
        return is_equal and not self.unsure


def apart(one: int, other: int) -> float:
    """Return how far a count is from another, as a part of the other."""
    return abs(one - other) / other if other else float(one != other)


def printed_macs(architecture: Architecture) -> int | None:
    """Return the sum of the printed `ops` of rows, as multiply-adds.

    None without a column, and where any of them counts what is no multiply-add.
    """
    program = architecture.program
    conventions = read_conventions(program, [])
    if "ops" not in conventions:
        return None
    exceptions = read_exceptions(program, conventions, [])
    total = Fraction(0)
    for count in printed_counts(architecture, audit(architecture).verdicts):
        if count.column != "ops" or count.placed is None:
            continue
        convention = exceptions.get((count.row, "ops"), conventions["ops"])
        counted = PAPERS["ops"].get(convention.counts)
        if counted is None:
            return None
        total += convention.value(count.printed) / counted.times
    return round(total) or None
