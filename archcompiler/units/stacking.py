"""Stacking: an op of vectors that were laid one above the other.

What sees each position by itself does the same to each of the vectors, with the same
weights, and global pooling makes a merge of them. So a layer that is called twice, and
one that is called once, of both values in a stack, are the same units.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from archcompiler.ops.merging import Concatenate
from archcompiler.units.calls import AppliedOp
from archcompiler.units.rearranging import RESHAPED
from archcompiler.units.units import Units
from archcompiler.units.words import words_of


def stacked(units: Units, place: int) -> tuple[int, ...]:
    """Return the vectors of which a value is the stack; nothing where it is none."""
    unit = units[place]
    if unit.kind != RESHAPED or not unit.shape:
        return ()
    joined = units[unit.operands[0]]
    *lengths, channels = unit.shape
    shapes = {units[each].shape for each in joined.operands}
    is_stack = max(lengths, default=0) == len(joined.operands) and shapes == {
        (channels,)
    }
    is_joined = joined.kind == words_of(Concatenate)
    return joined.operands if is_joined and is_stack else ()


def apart(call: AppliedOp) -> Iterator[AppliedOp]:
    """Yield a call for each vector of a stack, where the op sees positions apart."""
    parts = stacked(call.units, call.operands[0]) if len(call.operands) == 1 else ()
    if call.op.sees_positions_apart():
        for place in parts:
            (channels,) = call.units[place].shape or ()
            pixel = (*(1,) * call.op.rank, channels)
            yield replace(call, operands=(place,), arrives=pixel)


def stack(units: Units, place: int, parts: Sequence[int]) -> int:
    """Add a stack like another one, of other vectors."""
    before = units[place]
    *lengths, _ = before.shape or ()
    (channels,) = units[parts[0]].shape or ()
    shape, row = (*lengths, channels), (channels * len(parts),)
    joined = replace(units[before.operands[0]], operands=(*parts,), shape=row)
    laid_out = replace(before, settings={"target": shape}, shape=shape, arrives=row)
    return units.add(replace(laid_out, operands=(units.add(joined),)))
