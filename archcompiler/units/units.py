"""Units: the one vocabulary in which a table and a foreign model are compared.

A unit is what is left of layers once each is taken apart and told in the same words:
`Conv2D(activation="relu")` is a convolution and an activation, whoever wrote it.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field, replace
from math import log2
from typing import Any, Literal, NamedTuple

from archcompiler.ops import base as ops
from archcompiler.shapes import Lengths, Pair, Shape, format_shape
from archcompiler.units.arrays import Arrays

Sides = tuple[Pair, ...]
"""Zeros before and after, down and to the right; below 0, positions left unread.

Of a sequence there is one pair, of a volume there are three.
"""

NOWHERE: Sides = ()
"""Nothing around an image of any rank."""

AFFINE = frozenset({"factor", "offset"})
"""What a normalisation does to each channel, outside training."""

Family = ops.Family | Literal["input", "unknown"]

LIGHT: frozenset[Family] = frozenset({"normalisation", "activation", "scaling"})
"""The families of what follows or precedes a layer, rather than being one."""

APART: frozenset[Family] = frozenset(
    {"weighted", "normalisation", "scaling", "unknown", "input"}
)
"""The families of what may do otherwise although nothing that is compared differs."""

PADDED = "zero padding"
"""The kind of zeros around an image, until a window absorbs them."""

PART = "one of several outputs"
"""The kind of what takes one output of an unknown layer, and is no unit for long."""

NOISE = "in training"
"""The open field that tells what acts only in training on what comes out."""

WEIGHTS: dict[Family, float] = {
    "input": 20,
    "weighted": 6,
    "pooling": 5,
    "merging": 3,
    "normalisation": 1,
    "activation": 1,
    "scaling": 1,
    "other": 3,
    "unknown": 3,
}
"""What it costs to leave a unit unmatched."""


class Margin(NamedTuple):
    """What surrounds the image that a window slides over."""

    zeros: Sides | None
    """None where only the run tells."""

    word: str
    """`same` or `valid` where the table says so; nothing where numbers were given."""

    is_explicit: bool
    """Whether the table itself writes zeros around the image."""

    outside: Sides | None
    """The part of it that pooling doesn't see: what is left out of a mean."""


class Counts(NamedTuple):
    """What a unit costs."""

    parameters: int = 0
    macs: int | None = 0
    """None where the size of the image is not known."""


NO_COUNTS = Counts()


@dataclass(frozen=True, eq=False)
class Unit:
    """One thing that is done to one or more values.

    `operands` are places in the list of units; `arrives` is the shape of the first.
    Shapes are channels-last, without the batch, and None where they are not known.
    """

    kind: str
    settings: Mapping[str, Hashable]
    operands: tuple[int, ...]
    shape: Shape | None
    layer: str
    arrives: Shape | None = None
    row: int | None = None
    margin: Margin | None = None
    counts: Counts = NO_COUNTS
    family: Family = "other"
    is_ordered: bool = False
    """Whether the order of the operands changes what comes out."""

    is_associative: bool = False
    """Whether one of two, and of a third, is one of all three."""

    is_balanced: bool = False
    """Whether one of several, each of which is one of as many, is one of all."""

    keeps_signs: bool = False
    """Whether nothing below 0 comes out where nothing below 0 goes in."""

    keeps_zero: bool = False
    """Whether an element of 0 stays 0."""

    is_monotone: bool = False
    """Whether of two elements the larger one gives no less."""

    is_never_negative: bool = False
    """Whether nothing below 0 comes out, whatever goes in."""

    arrays: Arrays = ()
    """What it holds, as far as the reader knows."""

    open: Mapping[str, Hashable] = field(default_factory=dict)
    """The fields that no comparison looks at."""

    exact: Mapping[str, Hashable] = field(default_factory=dict)
    """What a transplant compares beside the settings: numbers, precision, a config."""

    is_affine: bool = False
    """Whether a factor and an offset of each channel are all that the table's op is."""

    parts: frozenset[str] = frozenset()
    """Which of the two a file has, where it doesn't tell what op they were."""

    is_last: bool = True
    """Whether the elements of an image that becomes a vector have channels last."""

    whole: "Unit | None" = None
    """What it is together with the unit that it takes, if nothing else takes that."""

    is_normalised: bool = False
    """Whether a normalisation, and nothing else, takes the output of these weights."""

    @property
    def weights(self) -> tuple[Hashable, ...]:
        """What tells the weights from those of other units, where they are known."""
        found = (each.identity for each in self.arrays)
        return tuple(identity for identity in found if identity is not None)

    @property
    def is_copied(self) -> bool:
        """Whether a file writes the weights as a copy of others."""
        return any(each.is_copy for each in self.arrays)

    @property
    def written(self) -> str:
        """The kind of node that holds the weights in a file."""
        return self.arrays[0].written if self.arrays else ""

    @property
    def is_known(self) -> bool:
        """Whether anything is known of the unit but its name."""
        return self.family != "unknown"

    @property
    def rank(self) -> int:
        """Along how many axes it slides, pads or enlarges; 0 where it does neither."""
        names = ("kernel", "window", "sides", "cropping", "size")
        found = (self.settings.get(name) for name in names)
        return next((len(each) for each in found if isinstance(each, tuple)), 0)

    @property
    def is_light(self) -> bool:
        """Whether the unit only follows or precedes a layer."""
        return self.family in LIGHT

    @property
    def weight(self) -> float:
        """What it costs to leave the unit unmatched."""
        return WEIGHTS[self.family]

    @property
    def signature(self) -> Hashable:
        """All that a comparison depends on."""
        settings = tuple(sorted(self.settings.items()))
        numbers = (self.arrives, self.shape, self.margin)
        return self.kind, settings, numbers, self.is_known, self.is_normalised

    def __str__(self) -> str:
        """Say what the unit is, as a paper would: `3x3/2 max pooling`."""
        if self.kind == "activation":
            return str(self.settings["function"])
        if self.kind == "input":
            return f"input {format_shape(self.shape)}" if self.shape else "input"
        window = self.settings.get("kernel") or self.settings.get("window")
        text = f"{self._window(window)} {self.kind}" if window else self.kind
        for name in ("filters", "units"):
            if name in self.settings:
                text += f", {self.settings[name]} {name}"
        return text

    def _window(self, window: Any) -> str:
        stride: Any = self.settings.get("stride", (1,))
        text = format_shape(window) if len(window) > 1 else f"width-{window[0]}"
        return text + ("" if {*stride} == {1} else f"/{side(stride)}")


def side(lengths: Lengths) -> str:
    """Write `2` for equals, else height x width: `2x1`."""
    return str(lengths[0]) if len({*lengths}) == 1 else format_shape(lengths)


def ratio(one: int, other: int) -> float:
    """Return how far two counts are apart, in doublings."""
    return abs(log2(one / other)) if one > 0 and other > 0 else 1.0


@dataclass
class Units:
    """Units in the order of their making, each after those that feed it."""

    made: list[Unit] = field(default_factory=list)
    has_variables: bool = False
    """Whether an array that two layers hold is one, not a copy as files write them."""

    _known: dict[Hashable, int] = field(default_factory=dict)

    def __getitem__(self, place: int) -> Unit:
        return self.made[place]

    def add(self, unit: Unit) -> int:
        """Add a unit and return its place; what computes the same twice is one."""
        place = len(self.made)
        if self._is_told(unit):
            is_ordered = unit.is_ordered or not unit.is_known
            operands = unit.operands if is_ordered else tuple(sorted(unit.operands))
            told = (frozenset(each.items()) for each in (unit.exact, unit.open))
            key = (unit.signature, operands, unit.weights, *told)
            place = self._known.setdefault(key, place)
        if place == len(self.made):
            self.made.append(unit)
        return place

    def _is_told(self, unit: Unit) -> bool:
        """Whether all that a unit does is known, each time that it does it."""
        if unit.exact.get("training"):
            return False  # two calls draw unlike numbers
        if unit.counts.parameters or unit.arrays:
            return self.has_variables and len(unit.weights) == len(unit.arrays) > 0
        told = {**unit.exact, **unit.open}
        return unit.family not in APART or (bool(told) and None not in told.values())

    def add_input(self, name: str, shape: Shape | None, **exact: Hashable) -> int:
        """Add an input, which has its place among the others."""
        settings = {"place": sum(unit.kind == "input" for unit in self.made) + 1}
        return self.add(
            Unit("input", settings, (), shape, name, family="input", exact=exact)
        )

    def change(self, place: int, **changes: Any) -> None:
        """Change a unit in its place."""
        self.made[place] = replace(self.made[place], **changes)
