"""Margins: what surrounds an image when a window slides over it, in numbers."""

from collections.abc import Hashable, Mapping, Sequence
from itertools import zip_longest
from operator import add
from typing import Any

from archcompiler.shapes import Lengths, Pair, Shape, window_extent
from archcompiler.units.units import NOWHERE, PADDED, Margin, Sides, Unit, Units
from archcompiler.units.words import never_negative


def absorb(units: Units, place: int, zeros: Sides | None) -> tuple[int, Sides | None]:
    """Return the value before all zero padding, and the zeros that surround it."""
    while units[place].kind == PADDED:
        sides: Any = units[place].settings["sides"]
        zeros = None if zeros is None else add_sides(zeros, sides)
        place = units[place].operands[0]
    return place, zeros


def margin_of(
    op: Any,
    size: Lengths,
    strides: Lengths,
    rates: Lengths,
    image: Shape | None,
    explicit: Sides | None,
    outside: Sides | None = None,
) -> Margin:
    """Return the margin of a window: zeros that were written, and its own padding.

    `image` is what arrives at the op, zeros that are written included; `outside` is
    what pooling doesn't see, None for a convolution, whose padding is zeros.
    """
    nothing = ((0, 0),) * len(size)
    written = explicit is None or not is_nowhere(explicit)
    unseen = add_sides(nothing, outside or NOWHERE)
    if explicit is None or op.padding == "valid":
        word = "" if written or not is_nowhere(unseen) else "valid"
        around = None if explicit is None else add_sides(explicit, unseen)
        return Margin(around, word, written, unseen)
    own = _own_sides(op.padding, size, strides, rates, image)
    zeros = None if own is None else add_sides(explicit, own)
    return Margin(zeros, op.padding, written, nothing if outside is None else own)


Exact = Mapping[str, Hashable]


def around_largest(
    units: Sequence[Unit] | Units, place: int, rank: int, margin: Margin, exact: Exact
) -> tuple[Margin, Exact]:
    """Return what surrounds a value of which windows take the largest.

    What they don't see is as good as zeros where nothing is below 0.
    """
    nothing = ((0, 0),) * rank
    if is_never_negative(units, place, unknown=False):
        exact = {**exact, "outside": nothing}
    if is_never_negative(units, place):
        margin = margin._replace(outside=nothing)
    return margin, exact


def is_never_negative(
    units: Sequence[Unit] | Units, place: int, *, unknown: bool = True
) -> bool:
    """Whether no element of a value is below 0; `unknown` is taken for such layers."""
    functions = never_negative()
    seen, waiting = {place}, [place]
    while waiting:
        unit = units[waiting.pop()]
        if unit.is_never_negative or unit.settings.get("function") in functions:
            continue
        if not unit.is_known and unknown:
            continue  # an unknown layer is told: nothing has to follow from it
        if not unit.keeps_signs:
            return False
        waiting += {*unit.operands} - seen
        seen.update(unit.operands)
    return True


def told_zeros(margin: Margin, explicit: Sides | None) -> dict[str, Hashable]:
    """Return the zeros that were written, where all together aren't known."""
    return {"zeros": explicit} if margin.zeros is None else {}


def padded(shape: Shape | None, zeros: Sides | None) -> Shape | None:
    """Return an image's shape with zeros around it."""
    if zeros is not None and is_nowhere(zeros):
        return shape
    if shape is None or zeros is None:
        return None
    *lengths, channels = shape
    if len(lengths) != len(zeros):
        return None
    return (*map(add, lengths, map(sum, zeros)), channels)


def is_nowhere(sides: Sides) -> bool:
    """Whether nothing is put around an image, nor cut off."""
    return not any(map(any, sides))


def add_sides(one: Sides, other: Sides) -> Sides:
    """Return the zeros of two margins, one around the other."""
    both = zip_longest(one, other, fillvalue=(0, 0))
    return tuple((a + c, b + d) for (a, b), (c, d) in both)


def less_sides(one: Sides, other: Sides) -> Sides:
    """Return the zeros of a margin without those of one within it."""
    return add_sides(one, tuple((-before, -after) for before, after in other))


def extents_of(unit: Unit) -> Lengths:
    """Return the positions that a unit's window spans."""
    size: Any = unit.settings.get("kernel") or unit.settings["window"]
    rates: Any = unit.settings.get("dilation", (1,) * len(size))
    return tuple(map(window_extent, size, rates))


def _own_sides(
    word: str, size: Lengths, strides: Lengths, rates: Lengths, image: Shape | None
) -> Sides | None:
    """Return what a word puts around an image; None where only the run tells."""
    if word == "causal":
        return tuple((each - 1, 0) for each in map(window_extent, size, rates))
    if image is None and {*strides} != {1}:
        return None
    lengths = (1,) * len(size) if image is None else image[: len(size)]
    return tuple(map(_same, lengths, size, strides, rates))


def _same(length: int, size: int, stride: int, rate: int) -> Pair:
    """Return the zeros that Keras' `same` puts before and after one axis."""
    extent = window_extent(size, rate)
    total = max(0, (-(-length // stride) - 1) * stride + extent - length)
    return total // 2, total - total // 2
