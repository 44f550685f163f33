"""Drawing: columns as prices at random would print them, to tell what chance fits.

What a rule charges for several networks of a family is much alike, so a fit of several
cells is no evidence of itself. It is where columns that lie as far above the
multiply-adds, but were made by prices at random, hardly ever fit.
"""

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from math import exp

from archcompiler.claims.conventions import powers_of
from archcompiler.claims.counts import Count
from archcompiler.counting.conventions import CountingConvention
from archcompiler.counting.naming import rule_of
from archcompiler.counting.rules import Rule
from archcompiler.language.text.notation import Printed

DRAWN = 20
"""How many columns are drawn."""

LEAST_ABOVE = 0.01
"""How much tools charge beside multiply-adds, at least, as a share of them."""

MACS = ("every", "multiply-add")

Item = tuple[str, str]
"""A kind of work, and what is measured of it."""

Numbers = Mapping[Item, int]


def numbers_of(cell: Count, *, head: bool) -> Numbers:
    """Return what may be charged for in the layers of a cell."""
    convention = CountingConvention(rule_of("multiply-adds"), head=head)
    features = cell.architecture.features(convention, cell.placed)
    found = {
        (kind, measure): number
        for kind, measures in features.items()
        for measure, number in measures.items()
    }
    macs = sum([measures.get("macs", 0) for measures in features.values()])
    return {**found, MACS: macs}


def charged_by_several(rules: Iterable[Rule]) -> list[Item]:
    """Return what more than one rule charges for, but for kinds of multiply-adds.

    What one tool alone charges for is a quirk, and close to what several do.
    """
    charged = Counter(
        [
            (kind, measure)
            for rule in rules
            for kind, prices in rule.prices.items()
            for measure in prices
            if "multiply-adds" not in measure
        ]
    )
    return [item for item, number in charged.items() if number > 1]


def draw_columns(
    cells: Sequence[Count], numbers: Sequence[Numbers], items: Iterable[Item]
) -> list[list[Printed]]:
    """Draw columns of these cells' digits, always the same: prices for all items."""
    draw = random.Random(0)
    return [_drawn(cells, numbers, _prices(items, draw)) for _ in range(DRAWN)]


def _prices(items: Iterable[Item], draw: random.Random) -> dict[Item, float]:
    return {item: exp(draw.gauss(0, 1)) for item in items}


def _drawn(
    cells: Sequence[Count], numbers: Sequence[Numbers], prices: Mapping[Item, float]
) -> list[Printed]:
    """Make numbers as far above the multiply-adds as the printed ones."""
    macs = [each[MACS] for each in numbers]
    more = [
        sum([price * each.get(item, 0) for item, price in prices.items()])
        for each in numbers
    ]
    exact = sum([_exact(cell.printed) for cell in cells])
    times = 2 if exact > 1.8 * sum(macs) else 1
    above = max(exact - times * sum(macs), LEAST_ABOVE * sum(macs))
    scale = above / max(1.0, sum(more))
    return [
        printed_like(cell, times * each + scale * extra)
        for cell, each, extra in zip(cells, macs, more, strict=True)
    ]


def _exact(printed: Printed) -> float:
    return printed.digits * powers_of(1000)[printed.unit] / float(10**printed.decimals)


def printed_like(cell: Count, number: float) -> Printed:
    """Return a number as a cell would print it."""
    like = cell.printed
    unit = powers_of(1000)[like.unit]
    return like._replace(digits=round(number * 10**like.decimals / unit))
