"""Layouts: an op of values whose elements were laid out anew.

Of values whose axes were put in an order it is that op, turned, of the values before,
which are put in the order afterwards. So orders move behind all that lets them through,
and those that undo each other meet. A function of each element doesn't see either what
makes a vector of an image.
"""

from dataclasses import replace

from archcompiler.ops.reshaping import Permute
from archcompiler.shapes import Lengths, channels_to_front, laid_out, undone
from archcompiler.units.arrays import Arrays
from archcompiler.units.calls import AppliedOp, Origin
from archcompiler.units.rearranging import (
    FLAT,
    ORDER,
    RESHAPED,
    order_of,
)
from archcompiler.units.units import Unit, Units


def turned(call: AppliedOp) -> tuple[AppliedOp, AppliedOp] | None:
    """Return a call of what arrives before it was put in an order, and the order.

    None where not all that arrives was put in one, or no op does the same before.
    """
    units = [call.units[place] for place in call.operands]
    dims, *others = {order_of(unit) for unit in units}
    op = None if dims is None or others else call.op.turned(dims)
    if op is None or dims is None:
        return None
    back = undone(dims)
    keeps_last = dims[-1] == len(dims)
    before = replace(
        call,
        op=op,
        operands=tuple(unit.operands[0] for unit in units),
        arrives=call.arrives and laid_out(call.arrives, back),
        channels=call.channels if keeps_last else None,
        arrays=_arrays(call, back),
    )
    origin = Origin(units[0].layer, units[0].row)
    after = replace(call, op=Permute(dims=dims), origin=origin, arrays=(), open={})
    return before, after


def add_function(units: Units, unit: Unit) -> int:
    """Add a function of each element, and behind it what laid the elements out anew."""
    before = units[unit.operands[0]]
    if before.kind not in (FLAT, RESHAPED, ORDER):
        return units.add(unit)
    inner = units[before.operands[0]].shape
    place = add_function(
        units, replace(unit, operands=before.operands, shape=inner, arrives=inner)
    )
    return units.add(replace(before, operands=(place,)))


def before_reshaping(call: AppliedOp) -> tuple[AppliedOp, Unit] | None:
    """Return a function of each element of what was laid out anew, and what does that.

    None for any other call.
    """
    unit = call.units[call.operands[0]]
    if unit.kind not in (FLAT, RESHAPED) or len(call.operands) > 1:
        return None
    axes = len(unit.arrives or (1, 1, 1))
    if call.op.turned(channels_to_front(axes)) is not call.op:
        return None
    return replace(call, operands=unit.operands, arrives=unit.arrives), unit


def _arrays(call: AppliedOp, back: Lengths) -> Arrays:
    """Return arrays, of which those that have an image's axes are turned with it."""
    if not call.arrays or call.arrives is None:
        return call.arrays
    weights = call.op.weights((call.arrives,))
    return tuple(
        held.transposed(*(axis - 1 for axis in back))
        if len(weight.shape) == len(back)
        else held
        for held, weight in zip(call.arrays, weights, strict=True)
    )
