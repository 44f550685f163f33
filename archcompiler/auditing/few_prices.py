"""Few prices: what a column may count where no rule that is known fits it.

Multiply-adds, once or twice, and a price for one, two or three things that tools
charge for. Each price costs bits, as edits do where cells are explained, and all cells
must fit. A hit means something only where hardly any was to be expected: so the same is
searched in what each known rule would print of these cells, to as many digits.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, product
from math import log2
from typing import NamedTuple

from archcompiler.auditing.drawing import (
    MACS,
    Item,
    Numbers,
    charged_by_several,
    numbers_of,
    printed_like,
)
from archcompiler.auditing.evidence import (
    AHEAD,
    DEAREST,
    MOST_TRIED,
    Outcome,
    outcome_of,
)
from archcompiler.claims.conventions import ROUNDINGS, Convention, powers_of
from archcompiler.claims.counts import Count
from archcompiler.counting.rules import Rule
from archcompiler.language.text.notation import Printed

MOST_PRICES = 3
DEAREST_PRICE = 7
_BITS = {"2 x": 1.0, "no head": 3.0, "down": 1.0}


class FewPrices(NamedTuple):
    """Prices of a rule that nobody has named."""

    times: int
    """How often a multiply-add counts."""

    prices: tuple[tuple[Item, int], ...]
    head: bool
    rounding: str
    bits: float

    def count(self, numbers: Numbers) -> int:
        """Return what they make of a network."""
        charged = [price * numbers.get(item, 0) for item, price in self.prices]
        return self.times * numbers[MACS] + sum(charged)


class Search(NamedTuple):
    """What was found for a column."""

    outcome: Outcome
    cells: tuple[Count, ...]
    found: tuple[FewPrices, ...]
    """Those within three bits of the cheapest, the cheapest first."""

    tried: int
    chance: float
    """How many hits as cheap as the cheapest, or as any, are wrong for a known rule."""


def search_prices(cells: Sequence[Count], rules: Iterable[Rule]) -> Search:
    """Search for few prices that fit all cells of a column, the cheapest first."""
    column = _Column(cells, rules)
    tried = [(each, column.counts(each)) for each in column.candidates()]
    found = _distinct(_hits(tried, [cell.printed for cell in cells]))
    close = tuple([each for each in found if each.bits < found[0].bits + AHEAD])
    bound = close[0].bits if close else DEAREST
    chance = column.chance([each for each in tried if each[0].bits <= bound])
    outcome = outcome_of(close, chance)
    return Search(outcome, tuple(cells), close, len(tried), chance)


_Counted = tuple[FewPrices, tuple[int, ...]]
"""Few prices, and what they make of each cell."""


def _hits(tried: Iterable[_Counted], printed: Sequence[Printed]) -> list[_Counted]:
    """Return those that fit all numbers."""
    windows = {
        rounding: [
            Convention("", rounding, powers_of(1000)).window(each) for each in printed
        ]
        for rounding in ROUNDINGS
    }
    return [
        (each, counts)
        for each, counts in tried
        if all(
            low <= count <= high
            for count, (low, high) in zip(counts, windows[each.rounding], strict=True)
        )
    ]


def _distinct(hits: Iterable[_Counted]) -> list[FewPrices]:
    """Leave out prices that make the same counts as cheaper ones."""
    kept: dict[tuple[int, ...], FewPrices] = {}
    for each, counts in hits:
        kept.setdefault(counts, each)
    return list(kept.values())


class _Column:
    """Cells, with what may be charged for in each, and that without the heads."""

    def __init__(self, cells: Sequence[Count], rules: Iterable[Rule]) -> None:
        self.cells = cells
        self.rules = tuple(rules)
        self.numbers = {
            head: [numbers_of(cell, head=head) for cell in cells]
            for head in (True, False)
        }
        self.items = [
            item
            for item in charged_by_several(self.rules)
            if any(numbers.get(item) for numbers in self.numbers[True])
        ]

    def candidates(self) -> list[FewPrices]:
        """Return few prices, the cheapest first."""
        found = [
            FewPrices(times, prices, head, rounding, bits)
            for times, head, rounding in product((1, 2), (True, False), ROUNDINGS)
            for prices, bits in self._prices(_bits(times, rounding, head=head))
        ]
        return sorted(found, key=lambda each: each.bits)[:MOST_TRIED]

    def _prices(
        self, bits: float
    ) -> Iterator[tuple[tuple[tuple[Item, int], ...], float]]:
        for number in range(MOST_PRICES + 1):
            spent = bits + number * log2(max(1, len(self.items)))
            for costs in product(range(1, DEAREST_PRICE + 1), repeat=number):
                dear = spent + sum([cost.bit_length() for cost in costs])
                if dear > DEAREST:
                    continue
                for items in combinations(self.items, number):
                    yield tuple(zip(items, costs, strict=True)), dear

    def counts(self, prices: FewPrices) -> tuple[int, ...]:
        """Return what few prices make of each cell."""
        return tuple([prices.count(each) for each in self.numbers[prices.head]])

    def chance(self, tried: Sequence[_Counted]) -> float:
        """Return how many fit a column of a known rule, and count otherwise."""
        wrong = 0
        for rule in self.rules:
            made = tuple([cell.number(rule.name) for cell in self.cells])
            column = list(map(printed_like, self.cells, made))
            wrong += sum([counts != made for _, counts in _hits(tried, column)])
        return wrong / max(1, len(self.rules))


def _bits(times: int, rounding: str, *, head: bool) -> float:
    said = {"2 x": times == 2, "no head": not head, "down": rounding == "down"}
    return sum([_BITS[what] for what, is_said in said.items() if is_said])
