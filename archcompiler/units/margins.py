"""Margins: what surrounds an image when a window slides over it, in numbers."""

from typing import Any

from archcompiler.shapes import Pair, Shape, window_extent
from archcompiler.units.units import NOWHERE, Margin, Sides, Unit, Units
from archcompiler.units.words import never_negative


def absorb(units: Units, place: int, zeros: Sides | None) -> tuple[int, Sides | None]:
    """Return the value before all zero padding, and the zeros that surround it."""
    while units[place].kind == "zero padding":
        sides: Any = units[place].settings["sides"]
        zeros = None if zeros is None else add_sides(zeros, sides)
        place = units[place].operands[0]
    return place, zeros


def margin_of(
    op: Any,
    size: Pair,
    strides: Pair,
    rates: Pair,
    image: Shape | None,
    explicit: Sides | None,
    outside: Sides | None = None,
) -> Margin:
    """Return the margin of a window: zeros that were written, and its own padding.

    `image` is what arrives at the op, zeros that are written included; `outside` is
    what pooling doesn't see, None for a convolution, whose padding is zeros.
    """
    written = explicit != NOWHERE
    unseen = outside or NOWHERE
    if explicit is None or op.padding == "valid":
        word = "" if written or unseen != NOWHERE else "valid"
        around = None if explicit is None else add_sides(explicit, unseen)
        return Margin(around, word, written, unseen)
    own = _same_sides(size, strides, rates, image)
    zeros = None if own is None else add_sides(explicit, own)
    return Margin(zeros, "same", written, NOWHERE if outside is None else own)


def is_never_negative(units: Units, place: int) -> bool:
    """Whether no element of a value is below 0."""
    functions = never_negative()
    seen, waiting = {place}, [place]
    while waiting:
        unit = units[waiting.pop()]
        if unit.is_never_negative or unit.settings.get("function") in functions:
            continue
        if not unit.is_known:
            continue  # an unknown layer is told: nothing has to follow from it
        if not unit.keeps_signs:
            return False
        waiting += {*unit.operands} - seen
        seen.update(unit.operands)
    return True


def padded(shape: Shape | None, zeros: Sides | None) -> Shape | None:
    """Return an image's shape with zeros around it."""
    if shape is None or zeros is None or len(shape) != 3:
        return shape if zeros == NOWHERE else None
    (top, bottom), (left, right) = zeros
    return shape[0] + top + bottom, shape[1] + left + right, shape[2]


def add_sides(one: Sides, other: Sides) -> Sides:
    """Return the zeros of two margins, one around the other."""
    (a, b), (c, d) = one
    (e, f), (g, h) = other
    return (a + e, b + f), (c + g, d + h)


def extents_of(unit: Unit) -> Pair:
    """Return the positions that a unit's window spans."""
    size: Any = unit.settings.get("kernel") or unit.settings["window"]
    rates: Any = unit.settings.get("dilation", (1, 1))
    return window_extent(size[0], rates[0]), window_extent(size[1], rates[1])


def _same_sides(
    size: Pair, strides: Pair, rates: Pair, image: Shape | None
) -> Sides | None:
    if image is None:
        return None
    axes = zip(image, size, strides, rates, strict=False)
    down, right = (_same(*axis) for axis in axes)
    return down, right


def _same(length: int, size: int, stride: int, rate: int) -> Pair:
    """Return the zeros that Keras' `same` puts before and after one axis."""
    extent = window_extent(size, rate)
    total = max(0, (-(-length // stride) - 1) * stride + extent - length)
    return total // 2, total - total // 2
