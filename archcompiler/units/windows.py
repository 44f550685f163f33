"""Windows without weights as units: pooling, and what is put around or cut off."""

from dataclasses import replace
from typing import Any

from archcompiler.ops import pooling
from archcompiler.units.calls import Call, as_image, compared, facts
from archcompiler.units.margins import (
    absorb,
    add_sides,
    is_never_negative,
    margin_of,
    padded,
)
from archcompiler.units.rearranging import other
from archcompiler.units.units import NOWHERE, Sides


def pool(call: Call) -> int:
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
    image = as_image(call.units[operand].shape)
    margin = margin_of(
        op, op.pool_size, strides, (1, 1), as_image(call.shape), explicit, call.outside
    )
    if is_max and is_never_negative(call.units, operand):
        margin = margin._replace(outside=NOWHERE)
    around = explicit and add_sides(explicit, call.outside)
    shape, _ = facts(op, padded(image, around))
    if op.pool_size == strides == (1, 1) and margin.zeros == NOWHERE:
        return operand
    if image is not None and image[:2] == op.pool_size and margin.zeros == NOWHERE:
        return call.make(f"global {name} pooling", {}, (image[2],), operands=(operand,))
    settings = {**compared(op, "padding"), "stride": strides}
    return call.make(
        f"{name} pooling", settings, shape, operands=(operand,), margin=margin
    )


def pool_globally(call: Call) -> int:
    """Add global pooling, of more than one position; a vector holds one."""
    image = as_image(call.shape)
    if image is not None and image[:2] == (1, 1):
        return call.operands[0]
    is_max = isinstance(call.op, pooling.GlobalMaxPooling2D)
    name = "max" if is_max else "average"
    channels = None if call.shape is None else call.shape[-1:]
    settings = compared(call.op, "keepdims")
    return call.make(f"global {name} pooling", settings, channels)


def pad(call: Call) -> int:
    """Add zeros around the image, until a window absorbs them."""
    sides: Sides = call.op.padding
    if sides == NOWHERE:
        return call.operands[0]
    shape = padded(call.shape, sides)
    return call.make("zero padding", {"sides": sides}, shape)


def crop(call: Call) -> int:
    """Add what is cut off; after another cut, or where one enlarges, they are one."""
    sides: Sides = call.op.cropping
    if sides == NOWHERE:
        return call.operands[0]
    before = call.units[call.operands[0]]
    earlier: Any = before.settings.get("cropping")
    if before.kind not in ("cropping", "transposed convolution") or earlier is None:
        return other(call)
    shape, _ = facts(call.op, call.shape)
    settings = {**before.settings, "cropping": add_sides(earlier, sides)}
    return call.units.add(replace(before, settings=settings, shape=shape))
