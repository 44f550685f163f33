"""Differences: how two units that lie side by side differ, and what that costs."""

from collections.abc import Iterator
from math import isclose
from typing import Any, NamedTuple

from archcompiler.shapes import Lengths, Pair, Shape, format_shape
from archcompiler.units.facing import CHANNELS
from archcompiler.units.margins import extents_of
from archcompiler.units.units import AFFINE, Family, Margin, Sides, Unit, ratio, side

IMPOSSIBLE = float("inf")

_SIDES = ("sides", "cropping")

_COSTS = {"kernel": 2.0, "window": 2.0, "stride": 2.0, "groups": 2.0, "bias": 0.4}
_UNLIKE: dict[frozenset[Family], float] = {
    frozenset({"weighted"}): 3.0,
    frozenset({"pooling"}): 3.0,
    frozenset({"weighted", "pooling"}): 7.0,
    frozenset({"merging"}): 2.0,
    frozenset({"normalisation"}): 0.8,
    frozenset({"weighted", "unknown"}): 5.0,
    frozenset({"pooling", "unknown"}): 4.0,
    frozenset({"merging", "unknown"}): 4.0,
    frozenset({"other", "unknown"}): 2.0,
    frozenset({"normalisation", "unknown"}): 2.0,
    frozenset({"activation", "unknown"}): 2.0,
    frozenset({"scaling", "unknown"}): 2.0,
}
"""What it costs that one kind stands for another; other pairs never meet."""

_ELSEWHERE = 0.3
"""What it costs that two units work on images of unlike sizes."""


class Difference(NamedTuple):
    """One thing that the table and the model say differently."""

    what: str
    table: str
    model: str
    cost: float = 1.0


def cost_of(one: Unit, other: Unit) -> float:
    """Return what it costs to lay a unit of the model beside one of the table."""
    found = differences(one, other)
    if found is None:
        return IMPOSSIBLE
    elsewhere = _ELSEWHERE if _size(one.shape) != _size(other.shape) else 0.0
    return elsewhere + sum(difference.cost for difference in found)


def differences(one: Unit, other: Unit) -> list[Difference] | None:
    """Return how a unit of the model differs from one of the table.

    None where the two never stand for each other.
    """
    if one.is_affine and other.parts == AFFINE:
        return []
    if (one.kind, one.rank) == (other.kind, other.rank) and other.is_known:
        found = [*_settings(one, other)]
        found += _margins(one, other, found)
        return found or _shapes(one, other)
    if _is_one_kernel(one, other):
        return []
    cost = _UNLIKE.get(frozenset({one.family, other.family}))
    if cost is None:
        return None
    what = "layer" if other.is_known else "unknown layer"
    if one.family == other.family and one.is_light:
        what = one.family
    return [Difference(what, str(one), str(other), cost)]


def _is_one_kernel(one: Unit, other: Unit) -> bool:
    """Whether a kernel that slides on one side lies on all of a smaller image.

    That the images differ in size is told where it begins.
    """
    slides, lies = (one, other) if one.kind == "convolution" else (other, one)
    if (slides.kind, lies.kind) != ("convolution", "dense") or lies.arrives is None:
        return False
    if slides.arrives is None or slides.arrives[:2] == lies.arrives[:2]:
        return False
    is_one_size = slides.settings["kernel"] == lies.arrives[:2]
    return is_one_size and slides.settings["filters"] == lies.settings["units"]


def _settings(one: Unit, other: Unit) -> list[Difference]:
    """Return the settings that differ, of those that the model's side knows."""
    if one.kind == "input":
        return _inputs(one, other)
    if one.kind == "scaling" and other.parts:
        return _parts(one, other)
    found = []
    for name in {**one.settings, **other.settings}:
        ours = one.settings.get(name)
        theirs = other.settings.get(name, ours)
        if equal(ours, theirs) or (name == "bias" and _moves_bias(one, other)):
            continue
        cost = _COSTS.get(name, 0.8)
        if name in ("filters", "units"):
            assert isinstance(ours, int)
            assert isinstance(theirs, int)
            cost = min(1 + ratio(ours, theirs), 4)
        if one.is_light:
            cost = min(cost, 0.8)
        what = {"function": "activation"}.get(name, name)
        found.append(Difference(what, _text(name, ours), _text(name, theirs), cost))
    return found or [*_numbers(one, other)]


def _numbers(one: Unit, other: Unit) -> Iterator[Difference]:
    """Yield the numbers of a function that differ in more digits than its name has."""
    for name, ours in one.exact.items() if one.kind == "activation" else ():
        theirs = other.exact.get(name, ours)
        if isinstance(ours, float) and ours != theirs:
            yield Difference(name.replace("_", " "), f"{ours}", f"{theirs}", 0.8)


def _parts(one: Unit, other: Unit) -> list[Difference]:
    """Return whether a file scales or shifts channels where the table doesn't."""
    learnt: Any = one.settings["learnt"]
    needed = AFFINE if one.is_affine else frozenset({"factor"})
    if not learnt or other.parts == needed:
        return []
    theirs = " and ".join(sorted(other.parts))
    return [Difference("learnt", ", ".join(learnt), f"{theirs} of each channel")]


def _inputs(one: Unit, other: Unit) -> list[Difference]:
    first, second = (str(unit.settings["place"]) for unit in (one, other))
    if first != second:
        return [Difference("order of inputs", first, second)]
    ours, theirs = one.shape, other.shape
    if ours is not None and theirs is not None and ours != theirs:
        return [Difference("input size", format_shape(ours), format_shape(theirs))]
    faces = [str(unit.settings.get(CHANNELS, "last")) for unit in (one, other)]
    return [] if faces[0] == faces[1] else [Difference(CHANNELS, faces[0], faces[1])]


def _shapes(one: Unit, other: Unit) -> list[Difference]:
    """Return whether the same of the same comes out in another shape."""
    shapes = [_flat(unit.shape) for unit in (one, other)]
    if None in shapes or shapes[0] == shapes[1] or len(one.operands) > 1:
        return []
    if _flat(one.arrives) != _flat(other.arrives):
        return []
    assert one.shape is not None
    assert other.shape is not None
    return [Difference("shape", format_shape(one.shape), format_shape(other.shape))]


def _flat(shape: Shape | None) -> Shape | None:
    """Return an image of one position as the vector that holds the same."""
    return shape and (shape[-1:] if set(shape[:-1]) <= {1} else shape)


def _moves_bias(one: Unit, other: Unit) -> bool:
    """Whether one side has the offset of a normalisation in place of a bias."""
    return one.is_normalised != other.is_normalised


def equal(ours: Any, theirs: Any) -> bool:
    """Whether two values are one; files round numbers, and leave some words open."""
    if isinstance(ours, float) and isinstance(theirs, int | float):
        return isclose(ours, theirs, rel_tol=1e-5)
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours in theirs.split(" or ")
    return bool(ours == theirs)


def _text(name: str, value: Any) -> str:
    if isinstance(value, bool):
        return name if value else f"no {name}"
    if name in ("kernel", "window"):
        return format_shape(value)
    if isinstance(value, tuple) and name in _SIDES:
        return _by_axis(value)
    if isinstance(value, tuple) and value and isinstance(value[0], int):
        return side(value)
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "no weights"
    return f"{value:g}" if isinstance(value, float) else str(value)


def begins_elsewhere(one: Unit, other: Unit) -> bool:
    """Whether the first window begins elsewhere in two units that are told as equal."""
    if one.margin is None or other.margin is None:
        return False
    begins = _begins(one.margin), _begins(other.margin)
    is_told = None not in begins and one.rank == other.rank
    return is_told and begins[0] != begins[1]


# Padding --------------------------------------------------------------------


def _margins(one: Unit, other: Unit, found: list[Difference]) -> list[Difference]:
    """Return how the padding differs, as far as the table fixes it.

    Papers leave open on which side `same` puts more zeros when a stride meets an even
    size; then only the size of what comes out is compared. A padding of unlike windows
    is not compared, unless the table keeps the size and the model doesn't.
    """
    ours, theirs = one.margin, other.margin
    if ours is None or theirs is None:
        return []
    keeps_size = ours.word == "same" and not ours.is_explicit
    windows = {"kernel", "window", "stride", "dilation"}
    changed = [difference.what for difference in found if difference.what in windows]
    if "stride" in changed or (changed and not keeps_size):
        return []
    agrees = _gives_size(one, other)
    if agrees and not changed and _is_fixed(one):
        agrees = _begins(ours) in (None, _begins(theirs)) or _begins(theirs) is None
    if not agrees:
        return [Difference("padding", _padding(ours), _padding(theirs))]
    borders = [_border(unit) for unit in (one, other)]
    if changed or None in borders or borders[0] == borders[1]:
        return []
    return [Difference("border", str(borders[0]), str(borders[1]))]


def _border(unit: Unit) -> str | None:
    """Say what surrounds the image that pooling slides over; None for nothing."""
    margin = unit.margin
    if margin is None or margin.zeros is None or margin.outside is None:
        return None
    unseen = "minus infinity" if unit.kind == "max pooling" else "left out"
    around = [*zip(sum(margin.zeros, ()), sum(margin.outside, ()), strict=True)]
    found = [unseen] if any(outside > 0 for _, outside in around) else []
    found += ["zeros"] if any(zeros - outside > 0 for zeros, outside in around) else []
    return " and ".join(found) or None


def _gives_size(one: Unit, other: Unit) -> bool:
    """Whether the model's window leaves what the table's would of the same image."""
    margin = one.margin
    assert margin is not None
    extents, strides = extents_of(one), one.settings["stride"]
    assert isinstance(strides, tuple)
    if other.arrives is None or other.shape is None:
        return True
    if len(other.arrives) != len(extents) + 1:
        return True
    for axis in range(len(extents)):
        length = other.arrives[axis]
        if margin.word == "same" and not margin.is_explicit:
            left = -(-length // strides[axis])
        elif margin.zeros is None:
            return True
        else:
            room = length + sum(margin.zeros[axis]) - extents[axis]
            left = room // strides[axis] + 1
        if left != other.shape[axis]:
            return False
    return True


def _is_fixed(unit: Unit) -> bool:
    """Whether the table says where the first window begins."""
    margin = unit.margin
    assert margin is not None
    strides: Any = unit.settings["stride"]
    return margin.is_explicit or margin.word != "same" or {*strides} == {1}


def _begins(margin: Margin) -> Lengths | None:
    """Return the zeros above and to the left."""
    return None if margin.zeros is None else tuple(before for before, _ in margin.zeros)


def _padding(margin: Margin) -> str:
    """Say what surrounds the image: `same`, `none`, `3`, `2+3`."""
    if margin.word and not margin.is_explicit:
        return margin.word
    if margin.zeros is None:
        return margin.word or "not known"
    text = _by_axis(margin.zeros)
    return "none" if text == "0" else text


def _by_axis(sides: Sides) -> str:
    """Write what is on the sides of each axis, once where all are alike."""
    texts = [*map(_sides, sides)]
    return texts[0] if len({*texts}) == 1 else " x ".join(texts)


def _sides(pair: Pair) -> str:
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}+{pair[1]}"


def _size(shape: Shape | None) -> Shape | None:
    return shape[:2] if shape is not None and len(shape) == 3 else None
