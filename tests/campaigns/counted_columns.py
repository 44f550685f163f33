"""How often a column is given a wrong counter.

`python -m tests.campaigns.counted_columns` prints columns of several families of
networks to five precisions. They are made by each rule that ships; by each while it is
not known; and by prices at random. A rule that is identified, or few prices that
explain, are wrong where they charge otherwise than the column's maker did. It takes
some minutes.
"""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from math import exp

import archcompiler
from archcompiler.architecture import Architecture
from archcompiler.auditing.counting import WhoCounted, who_counted
from archcompiler.auditing.drawing import charged_by_several, numbers_of
from archcompiler.claims.counts import Count
from archcompiler.counting.naming import rules
from archcompiler.counting.rules import Rule
from archcompiler.language.text.notation import read_printed

FAMILIES = (
    ("densenet121", "densenet169", "densenet201"),
    ("vgg11-bn", "vgg13-bn", "vgg16-bn", "vgg19-bn"),
    ("regnet", "regnet-x-3.2gf", "regnet-y-400mf", "regnet-y-3.2gf"),
    (
        "shufflenet-v2-0.5x",
        "shufflenet-v2-1x",
        "shufflenet-v2-1.5x",
        "shufflenet-v2-2x",
    ),
    ("xception", "inception-v3", "inception-v4", "inception-resnet-v2"),
)
"""None of these was looked at when the thresholds were set."""

PRECISIONS = {
    "0.1G": (1, "G"),
    "0.01G": (2, "G"),
    "0.001G": (3, "G"),
    "0.01M": (2, "M"),
    "all": (0, ""),
}
RANDOM = 40


def main() -> None:
    """Print a table for each maker."""
    for maker, columns in (
        ("a known rule", known()),
        ("an unknown rule", unknown()),
        ("random prices", at_random()),
    ):
        tallies: dict[str, Counter[str]] = {name: Counter() for name in PRECISIONS}
        for precision, cells, left, true in columns:
            who = who_counted(cells, left)
            tallies[precision].update(verdicts(who, cells, true))
        print(f"made by {maker}")
        for precision, tally in tallies.items():
            told = ", ".join(f"{what} {tally[what]}" for what in KINDS)
            print(f"  printed to {precision:7s} {tally['columns']} columns: {told}")


KINDS = ("identified", "wrongly identified", "explained", "wrongly explained")


def verdicts(
    who: WhoCounted, cells: Sequence[Count], true: Sequence[int]
) -> Iterator[str]:
    """Yield what was said of a column whose counts are `true`."""
    yield "columns"
    if who.identified:
        ((way,),) = [reading.rules for reading in who.readings]
        right = [cell.number(str(way.convention)) for cell in cells] == list(true)
        yield "identified" if right else "wrongly identified"
    if who.searched is not None and who.searched.outcome == "explained":
        (found,) = who.searched.found
        counts = [found.count(numbers_of(cell, head=found.head)) for cell in cells]
        yield "explained" if counts == list(true) else "wrongly explained"


def known() -> Iterator[tuple[str, list[Count], Sequence[Rule], list[int]]]:
    for rule in rules():
        yield from printed(rule, rules())


def unknown() -> Iterator[tuple[str, list[Count], Sequence[Rule], list[int]]]:
    """Yield the columns of tools whose rules are not known; those of papers are."""
    for rule in rules():
        if rule.plain is None:
            yield from printed(rule, [each for each in rules() if each is not rule])


def printed(
    rule: Rule, left: Sequence[Rule]
) -> Iterator[tuple[str, list[Count], Sequence[Rule], list[int]]]:
    for family in FAMILIES:
        networks = [archcompiler.load(name) for name in family]
        true = [network.count(rule.name) for network in networks]
        for precision in PRECISIONS:
            yield precision, column(networks, true, precision), left, true


def at_random() -> Iterator[tuple[str, list[Count], Sequence[Rule], list[int]]]:
    draw = random.Random(1)
    for number in range(RANDOM):
        networks = [
            archcompiler.load(name) for name in FAMILIES[number % len(FAMILIES)]
        ]
        true = counted_at_random(networks, draw)
        for precision in PRECISIONS:
            yield precision, column(networks, true, precision), rules(), true


def counted_at_random(
    networks: Sequence[Architecture], draw: random.Random
) -> list[int]:
    """Return multiply-adds and up to 40 % more, by prices for one to five things."""
    cells = column(networks, [1] * len(networks), "all")
    numbers = [numbers_of(cell, head=True) for cell in cells]
    items = [
        item
        for item in charged_by_several(rules())
        if any(n.get(item) for n in numbers)
    ]
    chosen = draw.sample(items, draw.randint(1, 5))
    prices = {item: exp(draw.gauss(0, 1)) for item in chosen}
    return [
        network.macs
        + round(sum(price * n.get(item, 0) for item, price in prices.items()))
        for network, n in zip(networks, numbers, strict=True)
    ]


def column(
    networks: Sequence[Architecture], counts: Sequence[int], precision: str
) -> list[Count]:
    """Return counts as a column prints them."""
    decimals, unit = PRECISIONS[precision]
    scale = {"G": 1e9, "M": 1e6, "": 1}[unit]
    texts = [f"{count / scale:.{decimals}f}{unit}" for count in counts]
    return [
        Count(network.name, "total", "ops", text, read_printed(text), network, None)
        for network, text in zip(networks, texts, strict=True)
    ]


if __name__ == "__main__":
    main()
