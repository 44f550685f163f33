"""Totals: what the table and the model come to, and what the paper's own column does.

They are shown beside the rows because ports are defended by them: a network may have
other layers and come nearer to the printed sum.
"""

from fractions import Fraction
from typing import NamedTuple

from archcompiler.architecture import Architecture, claimed_columns
from archcompiler.language.notation import read_printed

_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "B": 3, "T": 4}


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
    """Return the sum of the printed `ops`, as multiply-adds; None without a column."""
    claims = architecture.program.claims
    convention = claims.ops if claims else None
    if convention is None:
        return None
    total = Fraction(0)
    for row in architecture.rows:
        if "ops" not in claimed_columns(row.row):
            continue
        cell = row.row.text("ops")
        try:
            digits, decimals, unit = read_printed(cell.text if cell else "")
            stated = getattr(convention, unit, None) if unit else None
            scale = int(stated.text) if stated else 1000 ** _POWERS[unit]
        except ValueError:
            return None  # a hole, or a cell or convention that the check refuses
        total += Fraction(digits * scale, 10**decimals)
    twice = convention.counts is not None and convention.counts.text.startswith("2 x")
    return round(total / 2 if twice else total) or None
