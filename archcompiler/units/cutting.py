"""Cutting: what is cut off behind a window that pads is that window, padded less."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any

from archcompiler.shapes import Shape
from archcompiler.units.margins import is_nowhere, less_sides
from archcompiler.units.units import Counts, Sides, Unit


def padded_less(units: Sequence[Unit], taken: Mapping[int, int]) -> list[Unit]:
    """Pad less where rows and columns of what a window gives are cut off.

    Convolutions of 1x1 may stand between, as they see each position by itself. `taken`
    tells how often each value is taken: what is taken elsewhere, too, is left whole.
    """
    changed = list(units)
    for place, unit in enumerate(units):
        if unit.kind != "cropping" or unit.shape is None:
            continue
        chain = list(_leading(changed, unit.operands[0], taken))
        window = _less(changed[chain[-1]], unit) if chain else None
        if window is None:
            continue
        changed[chain[-1]] = window
        for at in chain[:-1]:
            changed[at] = _smaller(changed[at], unit.shape)
        changed[place] = changed[chain[0]]  # the one that nothing takes any more
    return changed


def _leading(
    units: Sequence[Unit], place: int, taken: Mapping[int, int]
) -> Iterator[int]:
    """Yield 1x1 convolutions, upwards, and the window that leads to them."""
    while taken[place] == 1 and units[place].margin is not None:
        yield place
        if not _is_of_each(units[place]):
            return
        (place,) = units[place].operands


def _is_of_each(unit: Unit) -> bool:
    """Whether a convolution sees each position by itself, and all of them."""
    window: Any = unit.settings.get("kernel", ()), unit.settings["stride"]
    zeros = None if unit.margin is None else unit.margin.zeros
    is_pixel = {*window[0]} == {*window[1]} == {1}
    return is_pixel and zeros is not None and is_nowhere(zeros)


def _less(unit: Unit, cut: Unit) -> Unit | None:
    """Return a window without what is cut off; None where it would leave some unread.

    What pooling doesn't see surrounds the zeros, so it goes first.
    """
    margin, strides = unit.margin, unit.settings["stride"]
    cropping: Any = cut.settings["cropping"]
    if margin is None or margin.zeros is None or margin.outside is None:
        return None
    assert cut.shape is not None
    assert isinstance(strides, tuple)
    gone: Sides = tuple(
        (before * stride, after * stride)
        for (before, after), stride in zip(cropping, strides, strict=True)
    )
    zeros = less_sides(margin.zeros, gone)
    if any(side < 0 for sides in zeros for side in sides):
        return None
    unseen: Any = unit.exact.get("outside")
    outside = {} if unseen is None else {"outside": _seen_less(unseen, gone)}
    seen = _seen_less(margin.outside, gone)
    around = margin._replace(zeros=zeros, word="", outside=seen)
    made = replace(unit, margin=around, exact={**unit.exact, **outside})
    return _resized(made, cut.shape)


def _seen_less(outside: Sides, gone: Sides) -> Sides:
    """Return what pooling doesn't see where that much and more is gone."""
    return tuple((max(a, 0), max(b, 0)) for a, b in less_sides(outside, gone))


def _smaller(unit: Unit, image: Shape) -> Unit:
    """Return a 1x1 convolution of a smaller image."""
    assert unit.arrives is not None
    arrives = (*image[:-1], unit.arrives[-1])
    return _resized(replace(unit, arrives=arrives), image)


def _resized(unit: Unit, image: Shape) -> Unit:
    """Return a unit of which fewer positions come out: those of an image."""
    assert unit.shape is not None
    *lengths, channels = unit.shape
    macs = unit.counts.macs
    if macs is not None:
        macs = macs * prod(image[:-1]) // prod(lengths)
    shape = (*image[:-1], channels)
    return replace(unit, shape=shape, counts=Counts(unit.counts.parameters, macs))
