"""Rules: what a way of counting charges for each kind of work."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from archcompiler.graph.totals import RowTotals

Prices = Mapping[str, Mapping[str, int]]
"""By the kind of work and what is measured of it, as `ops` name them."""

Column = str
"""What a rule counts: `params`, which are weights, or `ops`."""

AS_FUNCTION = " as a function"
FINAL = "final "


class Plain(NamedTuple):
    """What papers add up: something that every layer has, so many times."""

    measure: str
    """A property of `RowTotals` and of nodes."""

    times: int = 1

    def of(self, totals: RowTotals) -> int:
        """Return what it comes to in some layers."""
        number: int = getattr(totals, self.measure)
        return self.times * number


PAPERS: Mapping[Column, Mapping[str, Plain]] = {
    "params": {
        "weights": Plain("kernels"),
        "weights and biases": Plain("trainable"),
        "weights and biases with moving averages": Plain("parameters"),
    },
    "ops": {"multiply-adds": Plain("macs"), "2 x multiply-adds": Plain("macs", 2)},
}
"""What papers count, the plainest first; `graph/totals.py` says what weights are."""

PLAIN = {name: plain for names in PAPERS.values() for name, plain in names.items()}


class UnknownConventionError(ValueError):
    """A convention that nothing is known of, with what may be meant."""

    def __init__(self, message: str, help: str = "", word: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.word = word
        """The word of the convention that is not known, in place of which one is."""

    def __str__(self) -> str:
        return f"{self.message}: {self.help}" if self.help else self.message


@dataclass(frozen=True, slots=True)
class Fault:
    """What a tool counts wrongly, where a network has any of it."""

    of: str
    """A kind of work, or what is measured of one: `convolution: bias channels`."""

    what: str


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """How one tool counts, or several that count alike."""

    names: tuple[str, ...]
    tools: tuple[str, ...] = ()
    prices: Prices = field(default_factory=dict)
    plain: Plain | None = None
    """What papers add up, of whatever has no prices."""

    date: str = ""
    """When its version was published, where that is known."""

    training: Prices = field(default_factory=dict)
    """Prices that differ while the network trains; empty where that is not known."""

    functions: str = ""
    """`as modules`: work that is written as a function costs the same."""

    divide: int = 1
    """What the sum is divided by, rounded down."""

    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """The first of its names."""
        return self.names[0]

    @property
    def column(self) -> Column:
        """Whether it counts weights or operations."""
        return "params" if self.name in PAPERS["params"] else "ops"

    def sees(self, kind: str) -> bool:
        """Whether work costs something else where it is written as a function."""
        return self.prices_of(kind) != self.prices_of(f"{kind}{AS_FUNCTION}")

    def prices_of(self, kind: str, *, training: bool = False) -> Mapping[str, int]:
        """Return what a kind of work costs, by what is measured; nothing where free."""
        if training and kind in self.training:
            return self.training[kind]
        if kind not in self.prices and self.functions == "as modules":
            kind = kind.removesuffix(AS_FUNCTION)
        if kind in self.prices or self.plain is None:
            return self.prices.get(kind, {})
        return {self.plain.measure: self.plain.times}


def plain_rule(names: tuple[str, ...], tools: tuple[str, ...] = ()) -> Rule:
    """Return what papers count, by the first of its names, with tools that do too."""
    return Rule(names, tools, plain=PLAIN[names[0]], functions="as modules")
