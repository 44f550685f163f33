"""Values at the time of emission: known ones, and code that will compute them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from numbers import Rational, Real

from archcompiler.backends.keras_source.code import literal
from archcompiler.language.expressions import Value
from archcompiler.shapes import Pair

CONDITIONAL, OR, AND, NOT, COMPARE, ADD, MULTIPLY, ATOM = range(8)
"""How tightly Python binds, the loosest first."""


@dataclass(frozen=True, slots=True)
class Nature:
    """What is known of a value before it is computed.

    `kind` is its type: of numbers `int` and `Fraction`, `Rational` for either, `float`
    for one that is as somebody wrote it, which may be an int, and `Real` for any.
    `parameters` are the builder's arguments on which it depends, through any number of
    calls; `shaped` tells that it depends on a tensor's shape.
    """

    kind: type = int
    parameters: frozenset[str] = frozenset()
    shaped: bool = False

    @property
    def fixed(self) -> bool:
        """Whether the calls that are emitted fix the value."""
        return not self.parameters and not self.shaped


@dataclass(frozen=True, slots=True)
class Known:
    """A value that is the same wherever the code runs."""

    value: Value | Pair | None


@dataclass(frozen=True, slots=True)
class Code:
    """A Python expression."""

    text: str
    nature: Nature = field(default_factory=Nature)
    level: int = ATOM
    opposite: str = ""
    """What holds where this does not, if it is simpler to say than with `not`."""

    quotient: str = ""
    """The text that gives the nearest float, where the text itself is exact."""

    def at(self, level: int) -> str:
        """Return the text for a place that binds as tightly as `level`."""
        return f"({self.text})" if self.level < level else self.text


Symbol = Known | Code


def text_of(symbol: Symbol, level: int = CONDITIONAL) -> str:
    """Return a symbol's Python text."""
    return literal(symbol.value) if isinstance(symbol, Known) else symbol.at(level)


def same(one: Symbol, other: Symbol) -> bool:
    """Whether two symbols are written equally; 1, 1.0 and True are not."""
    return text_of(one) == text_of(other)


def kind_of(symbol: Symbol) -> type:
    """Return the type that a symbol yields."""
    return type(symbol.value) if isinstance(symbol, Known) else symbol.nature.kind


def parameters_of(symbols: Iterable[Symbol]) -> frozenset[str]:
    """Return the builder's arguments on which symbols depend."""
    codes = [symbol for symbol in symbols if isinstance(symbol, Code)]
    return frozenset().union(*(code.nature.parameters for code in codes))


def nature_of(kind: type, symbols: Iterable[Symbol]) -> Nature:
    """Return the nature of what depends on all that `symbols` depend on."""
    codes = [symbol for symbol in symbols if isinstance(symbol, Code)]
    shaped = any(code.nature.shaped for code in codes)
    return Nature(kind, parameters_of(codes), shaped)


def common_kind(symbols: Iterable[Symbol]) -> type:
    """Return the type of what is one of several symbols, `object` where they differ."""
    kinds = {kind_of(symbol) for symbol in symbols} - {type(None)}
    if len(kinds) == 1:
        return kinds.pop()
    for kind, held in _HELD.items():
        if kinds <= held:
            return kind
    return object


_HELD: dict[type, set[type]] = {
    float: {int, float},
    Rational: {int, Fraction, Rational},
    Real: {int, float, Fraction, Rational, Real},
}
"""The numbers that each type holds, the narrowest type first."""

EXACT = _HELD[Rational]
WRITTEN = _HELD[float]
NUMBERS = _HELD[Real]
