"""Findings: what an alignment tells, one thing each."""

from typing import NamedTuple

NOTHING = "none"


class Follower(NamedTuple):
    """A layer that is told with another one."""

    row: str
    layer: str


class Finding(NamedTuple):
    """One thing that the model does otherwise than the table says."""

    row: str
    layer: str
    """The model's layer; the table's where the model has none."""

    what: str
    table: str
    model: str
    counterpart: str = ""
    """The table's layer; nothing where the table has none."""

    follows: tuple[Follower, ...] = ()
    """What is gone with it, or differs because of it."""

    @property
    def rows(self) -> set[str]:
        """The rows in which something differs."""
        return {self.row, *(each.row for each in self.follows)}


class Told(NamedTuple):
    """What the walk found, and what an exported model does not show."""

    findings: list[Finding]
    notes: list[str]
    moved: int
    """How many parameters more the model has by what is told in notes."""

    unsure: list[str]
    """What a file tells too little of, in words."""
