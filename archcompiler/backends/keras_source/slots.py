"""Slots and signatures: what a function takes, and in which form."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from archcompiler.backends.keras_source.facets import Facet
from archcompiler.backends.keras_source.sites import Site
from archcompiler.backends.keras_source.symbols import Code, Known, Nature, Symbol
from archcompiler.graph.calls import CalledBlock
from archcompiler.graph.expansion import Frame
from archcompiler.language.expressions import Value

Key = tuple[str, Facet]
"""A column, and the part of it that is asked for."""


class Mode(Enum):
    """How a function comes by a facet that varies."""

    REQUIRED = auto()
    """Every call passes it."""

    OPTIONAL = auto()
    """It has a default that is the same for all calls."""

    LATE = auto()
    """Calls may leave it out; the body computes it then."""

    LOCAL = auto()
    """No call passes it; the body computes it."""


COMPUTED = (Mode.LATE, Mode.LOCAL)


@dataclass(frozen=True, slots=True)
class Slot:
    """A facet of a column that is not the same in every call."""

    nature: Nature
    mode: Mode
    default: Known = field(default_factory=lambda: Known(None))


@dataclass(frozen=True, slots=True)
class Parameters:
    """The spec's parameters: their values, and which stay arguments of the builder."""

    values: Mapping[str, Value]
    kept: Mapping[str, str]
    """Those that stay, with their identifiers."""

    whole: frozenset[str] = frozenset()
    """Those that some layer takes as they are for a whole number."""

    texts: frozenset[str] = frozenset()
    """Those that some condition holds against a text."""

    def symbol(self, word: str) -> Symbol:
        """Return what a parameter stands for."""
        value = self.values[word]
        if word not in self.kept:
            return Known(value)
        return Code(self.kept[word], Nature(self._kind(word), frozenset({word})))

    def _kind(self, word: str) -> type:
        """Return what other values may be: a number for a number or for a text."""
        value = self.values[word]
        if isinstance(value, bool):
            return bool
        if isinstance(value, str):
            return object
        return int if word in self.whole else float


@dataclass(slots=True)
class Reads:
    """What the text of a function asks for, in the order in which it does."""

    facets: dict[Key, None] = field(default_factory=dict)
    words: dict[str, None] = field(default_factory=dict)
    """The words about repetition."""

    parameters: dict[str, None] = field(default_factory=dict)
    functions: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Signature:
    """The function of a block."""

    block: CalledBlock
    function: str
    frames: list[Frame]
    sites: list[Site]
    inputs: tuple[str, ...] = ()
    slots: dict[Key, Slot] = field(default_factory=dict)
    """The facets that the body asks for and that vary, in the columns' order."""

    symbols: dict[Key, Symbol] = field(default_factory=dict)
    """What the body writes for a facet."""

    words: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    taken: set[str] = field(default_factory=set)
    """The identifiers that the body cannot give to its own values."""
