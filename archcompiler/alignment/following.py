"""Following: differences of layers that come from nothing but what arrives.

A window over the whole image is global pooling, and a 1x1 convolution of one position
is a dense layer. Where an image is larger than the table's, they are no longer. What
surrounds an image is no matter to its largest value where nothing is below 0. And a
layer that is six times as wide as what arrives is wider where more arrives.
"""

from collections.abc import Sequence
from typing import Any

from archcompiler.alignment.differences import Difference
from archcompiler.alignment.folding import Lone
from archcompiler.alignment.wiring import Pairing
from archcompiler.shapes import Shape
from archcompiler.units.margins import is_nowhere
from archcompiler.units.network import Network
from archcompiler.units.units import PADDED, Unit

_POOLING = ("max pooling", "average pooling")


def follows(one: Unit, other: Unit, found: Sequence[Difference]) -> bool:
    """Whether two units differ by nothing but what arrives at them."""
    if [each.what for each in found] == ["border"]:
        return any(_is_by_sign(unit) for unit in (one, other))
    if [each.what for each in found] == ["filters"]:
        return _is_as_wide(one, other)
    if one.arrives is None or other.arrives is None or one.arrives == other.arrives:
        return False
    return any(
        _is_window_of(wide, narrow) or _is_dense_of(wide, narrow)
        for wide, narrow in ((one, other), (other, one))
    )


def lays_out(lone: Lone, partner: Pairing, other: Network) -> bool:
    """Whether a unit lays out as a vector what is one on the other side."""
    unit = lone.units[0]
    if len(lone.units) > 1 or unit.kind != "flatten":
        return False
    place = partner.get(unit.operands[0])
    return place is not None and _is_flat(other.units[place].shape)


def pads_for(lone: Lone, partner: Pairing, other: Network) -> bool:
    """Whether a unit pads, as a window of the other side does by itself."""
    unit = lone.units[0]
    if len(lone.units) > 1 or unit.kind != PADDED:
        return False
    place = partner.get(unit.operands[0])
    return any(place in each.operands and _is_padded(each) for each in other.units)


def _is_as_wide(one: Unit, other: Unit) -> bool:
    """Whether filters are the same multiple of unlike numbers of channels."""
    if not one.arrives or not other.arrives or one.arrives[-1] == other.arrives[-1]:
        return False
    ours: Any = one.settings["filters"]
    theirs: Any = other.settings["filters"]
    return bool(ours * other.arrives[-1] == theirs * one.arrives[-1])


def _is_padded(unit: Unit) -> bool:
    return unit.margin is not None and unit.margin.is_explicit


def _is_by_sign(unit: Unit) -> bool:
    """Whether its own padding counts as zeros, as nothing is below them."""
    margin = unit.margin
    return (
        margin is not None
        and (margin.word, margin.is_explicit) == ("same", False)
        and unit.kind == "max pooling"
        and margin.outside is not None
        and is_nowhere(margin.outside)
    )


def _is_flat(shape: Shape | None) -> bool:
    """Whether an image has one position, so that a vector holds the same."""
    return shape is not None and set(shape[:-1]) <= {1}


def _is_window_of(wide: Unit, narrow: Unit) -> bool:
    """Whether one pools the whole image, and the other as much of a larger one."""
    assert narrow.arrives is not None
    is_kind = wide.kind in _POOLING and narrow.kind == f"global {wide.kind}"
    return is_kind and wide.settings["window"] == narrow.arrives[:2]


def _is_dense_of(wide: Unit, narrow: Unit) -> bool:
    if (wide.kind, narrow.kind) != ("convolution", "dense"):
        return False
    settings = wide.settings
    return _is_flat(narrow.arrives) and (
        settings["kernel"] == (1, 1) and settings["filters"] == narrow.settings["units"]
    )
