"""Windows without weights as units: pooling, and what is put around or cut off."""

from dataclasses import replace
from math import prod
from operator import mul
from typing import Any

from archcompiler.ops import pooling
from archcompiler.ops.ranks import of_rank
from archcompiler.ops.resizing import Cropping2D, Resizing, UpSampling2D, ZeroPadding2D
from archcompiler.shapes import Lengths, Shape
from archcompiler.units.calls import AppliedOp, as_image, compared, facts
from archcompiler.units.elementwise import merge
from archcompiler.units.margins import (
    Exact,
    absorb,
    add_sides,
    around_largest,
    is_nowhere,
    less_sides,
    margin_of,
    padded,
    told_zeros,
)
from archcompiler.units.rearranging import other
from archcompiler.units.stacking import stacked
from archcompiler.units.units import NOWHERE, PADDED, Counts, Sides, Unit


def pool(call: AppliedOp) -> int:
    """Add pooling; a window over the whole image is global pooling.

    What `same` puts around the image, and `outside`, no window sees: it is left out of
    a mean, and below every number. Zeros that are written are numbers as others are;
    where nothing is below 0 either way gives the same largest value.
    """
    op = call.op
    is_max = isinstance(op, pooling.MaxPooling2D)
    name = "max" if is_max else "average"
    strides = op.strides or op.pool_size
    operand, explicit = absorb(call.units, call.operands[0], call.zeros)
    image = as_image(call.units[operand].shape, op.rank)
    arrives, rates = as_image(call.shape, op.rank), (1,) * op.rank
    margin = margin_of(
        op, op.pool_size, strides, rates, arrives, explicit, call.outside
    )
    exact: Exact = {"outside": margin.outside, **told_zeros(margin, explicit)}
    if is_max:
        margin, exact = around_largest(call.units, operand, op.rank, margin, exact)
    around = None if explicit is None else add_sides(explicit, call.outside)
    shape, _ = facts(op, padded(image, around))
    is_bare = margin.zeros is not None and is_nowhere(margin.zeros)
    if is_bare:
        if {*op.pool_size, *strides} == {1}:
            return operand
        if image is not None and image[:-1] == op.pool_size:
            kind = f"global {name} pooling"
            return call.make(kind, {}, image[-1:], operands=(operand,))
    settings = {**compared(op, "padding"), "stride": strides}
    call = replace(call, exact=exact)
    made = call.make(
        f"{name} pooling", settings, shape, operands=(operand,), margin=margin
    )
    if {*op.pool_size} == {1} and is_bare:
        call.units.change(made, whole=_with_stride(call.units[operand], strides))
    return made


def _with_stride(unit: Unit, steps: Lengths) -> Unit | None:
    """Return the convolution of whose positions a step leaves some out, as one.

    What its windows don't reach any more is no part of what surrounds the image.
    """
    margin, before = unit.margin, as_image(unit.shape, len(steps))
    if unit.family != "weighted" or before is None or margin is None:
        return None
    if margin.zeros is None:
        return None
    strides: Any = unit.settings["stride"]
    after, sides = [], []
    for axis in range(len(steps)):
        last = (before[axis] - 1) // steps[axis]
        unread = (before[axis] - 1 - last * steps[axis]) * strides[axis]
        first, end = margin.zeros[axis]
        after.append(last + 1)
        sides.append((first, end - unread))
    macs = unit.counts.macs
    if macs is not None:
        macs = macs * prod(after) // prod(before[:-1])
    return replace(
        unit,
        settings={**unit.settings, "stride": tuple(map(mul, strides, steps))},
        shape=(*after, before[-1]),
        margin=margin._replace(zeros=tuple(sides), word=""),
        counts=Counts(unit.counts.parameters, macs),
    )


def pool_globally(call: AppliedOp) -> int:
    """Add global pooling, of more than one position; a vector holds one.

    Of vectors one above the other it is a merge.
    """
    image = as_image(call.shape)
    if image is not None and {*image[:-1]} == {1}:
        return call.operands[0]
    is_max = isinstance(call.op, pooling.GlobalMaxPooling2D)
    name = "max" if is_max else "average"
    if parts := stacked(call.units, call.operands[0]):
        return merge(replace(call, op=call.op.merge(), operands=parts))
    channels = None if call.shape is None else call.shape[-1:]
    settings = compared(call.op, "keepdims")
    return call.make(f"global {name} pooling", settings, channels)


def enlarge(call: AppliedOp) -> int:
    """Add positions that are repeated; repeated once more, they are one enlargement."""
    before = call.units[call.operands[0]]
    if {*call.op.size} == {1}:
        return call.operands[0]
    made = other(call)
    unit = call.units[made]
    words = [each.settings.get("interpolation") for each in (before, unit)]
    is_one = (before.kind, before.rank) == (unit.kind, unit.rank)
    if not is_one or words != ["nearest", "nearest"]:
        return made
    earlier: Any = before.settings["size"]
    settings = {**unit.settings, "size": tuple(map(mul, earlier, call.op.size))}
    return call.units.add(
        replace(
            unit, settings=settings, operands=before.operands, arrives=before.arrives
        )
    )


def pad(call: AppliedOp) -> int:
    """Add zeros around the image, until a window absorbs them."""
    sides: Sides = call.op.padding
    if is_nowhere(sides):
        return call.operands[0]
    shape = padded(as_image(call.shape, call.op.rank), sides)
    place = call.make(PADDED, {"sides": sides}, shape)
    whole = _enlargement(call)
    if whole is not None and not whole.settings["bias"]:
        less = less_sides(NOWHERE, sides)
        call.units.change(place, whole=_cropped(whole, less, shape))
    return place


def crop(call: AppliedOp) -> int:
    """Add what is cut off; after another cut, or where one enlarges, they are one."""
    sides: Sides = call.op.cropping
    if is_nowhere(sides):
        return call.operands[0]
    before = call.units[call.operands[0]]
    if (less := _crop_zeros(call, before)) is not None:
        return less
    shape, _ = facts(call.op, call.shape)
    if before.kind == "cropping":
        cut = _cropped(before, sides, shape)
        place = call.units.add(replace(cut, whole=None))
    else:
        place = other(call)
    whole = _enlargement(call)
    if whole is not None:
        call.units.change(place, whole=_cropped(whole, sides, shape))
    return place


def _crop_zeros(call: AppliedOp, zeros: Unit) -> int | None:
    """Add what is left of zeros that are cut off; more than these is cut off before.

    None for other units, and where nothing is left, or known to be, of the image.
    """
    if zeros.kind != PADDED:
        return None
    sides: Any = zeros.settings["sides"]
    left = less_sides(sides, call.op.cropping)
    more: Any = tuple((max(a, 0), max(b, 0)) for a, b in left)
    less: Any = less_sides(more, left)
    rank = call.op.rank
    image = as_image(call.units[zeros.operands[0]].shape, rank)
    rest = padded(image, less_sides(NOWHERE, less))
    if not is_nowhere(less) and (rest is None or min(rest) < 1):
        return None
    padding = of_rank(ZeroPadding2D, rank)(padding=more)
    cropping = of_rank(Cropping2D, rank)(cropping=less)
    inner = crop(replace(call, op=cropping, operands=zeros.operands))
    return pad(replace(call, op=padding, operands=(inner,)))


def _enlargement(call: AppliedOp) -> Unit | None:
    """Return the transposed convolution that what arrives is, or is a part of."""
    before = call.units[call.operands[0]]
    whole = before.whole or before
    is_one = whole.kind == "transposed convolution" and "cropping" in whole.settings
    return whole if is_one else None


def _cropped(unit: Unit, sides: Sides, shape: Shape | None) -> Unit:
    """Return a unit that cuts off what it did, and more."""
    earlier: Any = unit.settings["cropping"]
    settings = {**unit.settings, "cropping": add_sides(earlier, sides)}
    return replace(unit, settings=settings, shape=shape)


def resize(call: AppliedOp) -> int:
    """Add an image of another size; by whole factors, that is an enlargement."""
    op: Resizing = call.op
    image = as_image(call.shape)
    if image is None:
        return other(call)
    down, rows = divmod(op.height, image[0])
    right, columns = divmod(op.width, image[1])
    if rows or columns:
        return other(call)
    made = UpSampling2D(size=(down, right), interpolation=op.interpolation)
    return enlarge(replace(call, op=made))
