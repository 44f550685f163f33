"""Layouts: an op of values whose elements were laid out anew.

Of values whose axes were put in an order it is that op, turned, of the values before,
which are put in the order afterwards. So orders move behind all that lets them through,
and those that undo each other meet. A function of each element doesn't see either what
makes a vector of an image, nor zeros around it where it leaves them zeros.
"""

from dataclasses import replace

from archcompiler.ops.base import AbstractOp
from archcompiler.ops.reshaping import Permute
from archcompiler.shapes import Lengths, channels_to_front, laid_out, undone
from archcompiler.units.arrays import Arrays
from archcompiler.units.calls import AppliedOp, Origin
from archcompiler.units.rearranging import FLAT, RESHAPED, order_of
from archcompiler.units.units import PADDED, Unit


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


def before_layout(call: AppliedOp) -> tuple[AppliedOp, Unit] | None:
    """Return a function of each element of what was laid out anew, and what does that.

    So does zero padding, where the function keeps zeros. None for any other call.
    """
    unit = call.units[call.operands[0]]
    if len(call.operands) > 1 or not _lets_through(unit, call.op):
        return None
    return replace(call, operands=unit.operands, arrives=unit.arrives), unit


def _lets_through(unit: Unit, op: AbstractOp) -> bool:
    """Whether an op does the same of what a unit takes."""
    if unit.kind == PADDED:
        return op.keeps_zero() and unit.whole is None
    axes = len(unit.arrives or (1, 1, 1))
    return unit.kind in (FLAT, RESHAPED) and op.turned(channels_to_front(axes)) is op


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
