"""Evidence: when what a search found explains a printed number, and is no chance."""

from collections.abc import Sequence
from typing import Literal

Outcome = Literal["explained", "ambiguous", "unexplained", "contradiction"]

AHEAD = 3.0
"""Bits by which an explanation must be cheaper than the next."""

CHANCE = 0.1
"""Other hits as cheap, expected by chance, from which on a hit explains nothing."""

DEAREST = 16.0
"""Bits beyond which a hit explains nothing: the printed numbers carry fewer."""

MOST_TRIED = 4000
"""Of what is tried, the cheapest first."""


def outcome_of(close: Sequence[object], chance: float) -> Outcome:
    """Judge the hits within `AHEAD` of the cheapest, where `chance` makes so many."""
    if not close:
        return "unexplained"
    return "explained" if len(close) == 1 and chance < CHANCE else "ambiguous"
