"""Counting: which tool's rule a printed column of multiply-adds fits, tested jointly.

A cell of two decimals fits many rules, a column fewer. So all that fit are kept, and a
rule is identified only where no other is left. What lies below every rule was counted
of another network, or is a slip.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import NamedTuple

from archcompiler.auditing.drawing import charged_by_several, draw_columns, numbers_of
from archcompiler.auditing.evidence import CHANCE
from archcompiler.auditing.few_prices import Search, search_prices
from archcompiler.claims.conventions import ROUNDINGS, Convention, powers_of
from archcompiler.claims.counts import Count
from archcompiler.counting.conventions import CountingConvention, Function
from archcompiler.counting.naming import rules
from archcompiler.counting.pricing import (
    Features,
    as_functions,
    charges,
    price,
)
from archcompiler.counting.rules import FINAL, Fault, Rule
from archcompiler.language.text.notation import Printed
from archcompiler.ops.table import OPS

MOST_CELLS = 64
"""Cells of a column that are tested: each costs some hundred prices of a network."""


class Applied(NamedTuple):
    """A rule as it was applied, and how its numbers were rounded."""

    convention: CountingConvention
    rounding: str

    @property
    def departures(self) -> int:
        """In how many ways it departs from the plain use of a tool."""
        _, training, head, functions = self.convention
        return (self.rounding != "nearest") + training + (not head) + bool(functions)

    @property
    def use(self) -> str:
        """How the rule was applied, in words; empty for its plain use."""
        text = str(self.convention).removeprefix(self.convention.rule.name).strip()
        rounded = "rounded down" if self.rounding == "down" else ""
        return ", ".join(filter(None, (text, rounded)))


class Reading(NamedTuple):
    """Cells, and the rules that fit all of them."""

    cells: tuple[Count, ...]
    rules: tuple[Applied, ...]
    """Each rule once, in its plainest use; the plainest first."""

    rivals: tuple[Applied, ...]
    """The rules that fit as many cells, but others."""

    chance: float = 0.0
    """In which share of columns drawn at random a rule as plainly used fits as many."""


class WhoCounted(NamedTuple):
    """What a column of counts tells of the tool that made it."""

    cells: tuple[Count, ...]
    below: tuple[Count, ...]
    """Cells that are printed below what any rule makes of their layers."""

    readings: tuple[Reading, ...]
    """Which rules fit which cells; more than one where the column is mixed."""

    searched: Search | None = None
    """Few prices for what no rule fits."""

    untested: int = 0
    """How many more cells the column has."""

    @property
    def identified(self) -> bool:
        """Whether one rule alone fits several cells, all that any rule could fit.

        And hardly a column drawn at random would have one that fits it.
        """
        if len(self.readings) != 1:
            return False
        (reading,) = self.readings
        alone = len(reading.rules) == 1 and not reading.rivals
        tested = len(self.cells) - len(self.below)
        return alone and 1 < len(reading.cells) == tested and reading.chance < CHANCE


def who_counted(cells: Sequence[Count], known: Sequence[Rule] = ()) -> WhoCounted:
    """Return which rules, those that ship or others, fit the counts of one column."""
    known = known or rules()
    column = _Column(cells[:MOST_CELLS])
    fitting = {way: column.fitting(way) for way in _ways(known, column.kinds())}
    below = {at for at in range(len(column.cells)) if column.is_below(at, fitting)}
    left = frozenset(range(len(column.cells))) - below
    readings: list[Reading] = []
    while len(left) > bool(readings):  # of the rest, a single cell tells nothing
        most = max(len(fits & left) for fits in fitting.values())
        if most <= bool(readings):
            break
        fits = next(f & left for f in fitting.values() if len(f & left) == most)
        readings.append(_reading(column, fitting, left, fits))
        left -= fits
    told = tuple([column.cells[at] for at in sorted(below)])
    counted = [at for at in range(len(column.cells)) if at not in below]
    rest = sorted(left) if len(readings) > 1 else counted if left else []
    searched = None
    if len(rest) > 1:
        searched = search_prices([column.cells[at] for at in rest], known)
    untested = len(cells) - len(column.cells)
    return WhoCounted(column.cells, told, tuple(readings), searched, untested)


def _reading(
    column: "_Column",
    fitting: Mapping[Applied, frozenset[int]],
    left: frozenset[int],
    fits: frozenset[int],
) -> Reading:
    """Return the rules that fit these cells of those left, and what fits as many."""
    fit: dict[str, Applied] = {}
    rivals: dict[str, Applied] = {}
    for way, cells in fitting.items():
        name = way.convention.rule.name
        if cells & left == fits:
            fit.setdefault(name, way)
        elif len(cells & left) == len(fits):
            rivals.setdefault(name, way)
    others = tuple([way for name, way in rivals.items() if name not in fit])
    read = tuple([column.cells[at] for at in sorted(fits)])
    found = tuple(fit.values())
    if len(found) > 1 or others or len(read) == 1:
        return Reading(read, found, others)
    plain = [way for way in fitting if way.departures <= found[0].departures]
    return Reading(read, found, others, column.chance(sorted(fits), plain))


def _ways(known: Iterable[Rule], kinds: Sequence[str]) -> list[Applied]:
    """Return every rule in every use of it, the plainest first."""
    ways = [
        Applied(CountingConvention(rule, training, head, written), rounding)
        for rule in known
        for training, head, written, rounding in product(
            (False, True) if rule.training else (False,),
            (True, False),
            _written(rule, kinds),
            ROUNDINGS,
        )
    ]
    return sorted(ways, key=lambda way: way.departures)


_ACTIVATIONS = {
    k for op in OPS.values() if op.family == "activation" for k in op.kinds()
}
_POOLS = {k for op in OPS.values() if op.role == "pooling" for k in op.kinds()}


def _written(rule: Rule, kinds: Sequence[str]) -> Iterable[tuple[Function, ...]]:
    """Return what may be written as functions, as people do: nothing, or one kind.

    Or all activations, with the pool before the head or without it; all pools; or all.
    """
    seen = [kind for kind in kinds if rule.sees(kind)]
    head = {kind for kind in seen if kind.startswith("global ")}
    sets = [
        *([], *[[kind] for kind in seen], seen),
        *(
            [kind for kind in seen if kind in group]
            for group in (
                _ACTIVATIONS,
                _POOLS,
                _ACTIVATIONS | head,
            )
        ),
    ]
    return dict.fromkeys([tuple(map(Function, each)) for each in sets])


_READ = {way: Convention("", way, powers_of(1000)) for way in ROUNDINGS}


class _Column:
    """The cells of a column; what rules make of them is computed once."""

    def __init__(self, cells: Sequence[Count]) -> None:
        self.cells = tuple(cells)
        self.numbers: dict[tuple[int, CountingConvention], int] = {}
        self.features: dict[tuple[int, bool], Features] = {}

    def kinds(self) -> list[str]:
        """Return the kinds of work without weights, but for a softmax of the loss."""
        plain = CountingConvention(rules()[0])
        found = {
            kind
            for at in range(len(self.cells))
            for kind, measures in self._features(at, plain).items()
            if not measures.get("parameters") and not kind.startswith(FINAL)
        }
        return sorted(found)

    def fitting(self, way: Applied) -> frozenset[int]:
        """Return which cells a rule fits."""
        return frozenset(
            at
            for at, cell in enumerate(self.cells)
            if _READ[way.rounding].agrees(
                cell.printed, self._number(at, way.convention)
            )
        )

    def chance(self, places: Sequence[int], ways: Sequence[Applied]) -> float:
        """Return in which share of columns drawn at random one of these ways fits."""
        cells = [self.cells[at] for at in places]
        numbers = [numbers_of(cell, head=True) for cell in cells]
        items = charged_by_several([way.convention.rule for way in ways])
        drawn = draw_columns(cells, numbers, items)
        return sum(self._fits_any(places, each, ways) for each in drawn) / len(drawn)

    def _fits_any(
        self, places: Sequence[int], printed: Sequence[Printed], ways: Iterable[Applied]
    ) -> bool:
        return any(
            all(
                _READ[way.rounding].agrees(number, self._number(at, way.convention))
                for at, number in zip(places, printed, strict=True)
            )
            for way in ways
        )

    def is_below(self, at: int, ways: Iterable[Applied]) -> bool:
        """Whether a cell is printed below what any rule makes of its layers."""
        _, high = _READ["down"].window(self.cells[at].printed)
        return all(self._number(at, way.convention) > high for way in ways)

    def _number(self, at: int, convention: CountingConvention) -> int:
        key = (at, convention)
        if key not in self.numbers:
            kinds = [function.kind for function in convention.functions]
            features = as_functions(self._features(at, convention), kinds)
            self.numbers[key] = price(convention, features)
        return self.numbers[key]

    def _features(self, at: int, convention: CountingConvention) -> Features:
        """Return the features of a cell, with no work written as functions."""
        key = (at, convention.head)
        if key not in self.features:
            cell, plain = self.cells[at], convention._replace(functions=())
            self.features[key] = cell.architecture.features(plain, cell.placed)
        return self.features[key]


def differences(
    count: Count, one: CountingConvention, other: CountingConvention
) -> dict[str, float]:
    """Return what a rule charges more than another, by kind, the most first."""
    charged: dict[str, float] = {}
    for sign, convention in ((1, one), (-1, other)):
        features = count.architecture.features(convention, count.placed)
        for (kind, _), number in charges(convention, features).items():
            share = sign * number / convention.rule.divide
            charged[kind] = charged.get(kind, 0.0) + share
    found = {kind: number for kind, number in charged.items() if number}
    return dict(sorted(found.items(), key=lambda each: -abs(each[1])))


def faults_of(rule: Rule, cells: Iterable[Count]) -> list[Fault]:
    """Return what a tool counts wrongly of any of these networks."""
    plain = CountingConvention(rule)
    known: set[str] = set()
    for cell in cells:
        for kind, measures in cell.architecture.features(plain, cell.placed).items():
            known |= {kind, *[f"{kind}: {measure}" for measure in measures]}
    return [fault for fault in rule.faults if fault.of in known]
