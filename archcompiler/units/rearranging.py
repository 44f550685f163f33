"""Units that lay out elements anew or choose among them, and ops told by name."""

from dataclasses import replace
from typing import Any, cast

from archcompiler.ops.normalization import LayerNormalization
from archcompiler.ops.rearranging import ChannelShuffle, ChannelSlice, ChannelSplit
from archcompiler.ops.reshaping import Flatten, Permute, Reshape
from archcompiler.shapes import Lengths, Shape, channels_to_front
from archcompiler.units.calls import AppliedOp, Settings, compared, facts, flat
from archcompiler.units.units import NOISE, Unit
from archcompiler.units.words import words_of

ORDER = words_of(Permute)
"""The kind of what puts axes in another order."""

SLICE = words_of(ChannelSlice)
"""The kind of what chooses channels in a row."""

FLAT, RESHAPED = words_of(Flatten), words_of(Reshape)
"""The kinds of what makes a vector of an image, and an image of other axes."""


def order_of(unit: Unit) -> Lengths | None:
    """Return the order in which a unit puts axes; None for any other."""
    dims: Any = unit.settings.get("dims")
    return tuple(dims) if unit.kind == ORDER else None


def reshape(call: AppliedOp) -> int:
    """Add elements laid out anew: nothing, where a 1x1 image or vector stays one.

    A vector that becomes an image of its elements, one position of each channel, is a
    1x1 image whose channels come first.
    """
    shape, _ = facts(call.op, call.shape)
    before = call.units[call.operands[0]]
    if before.kind in (FLAT, RESHAPED) and before.is_last and before.arrives:
        call = replace(call, operands=before.operands)
    if shape is not None and _is_same(shape, call.shape):
        return call.operands[0]
    if isinstance(call.op, Flatten) or (shape is not None and len(shape) == 1):
        return _flatten(call, shape)
    if shape is not None and call.shape == flat(call.shape or ()) == shape[:1]:
        return permute(replace(call, op=Permute(dims=channels_to_front(len(shape)))))
    return call.make(RESHAPED, {"target": shape or call.op.target_shape}, shape)


def _flatten(call: AppliedOp, shape: Shape | None) -> int:
    """Add an image as a vector; channels that come first are noted."""
    before = call.units[call.operands[0]]
    order = order_of(before)
    if order is not None and order == channels_to_front(len(order)):
        operands, exact = before.operands, {"order": "channels first"}
        call = replace(call, operands=operands, is_last=False, exact=exact)
    return call.make(FLAT, {}, shape)


def _is_same(shape: Shape, other: Shape | None) -> bool:
    """Whether two shapes are one, or a vector and the 1x1 image that holds the same."""
    return other is not None and flat(shape) == flat(other)


def permute(call: AppliedOp) -> int:
    """Add axes in another order; what puts two orders into one, or back, is one."""
    before, dims = call.units[call.operands[0]], call.op.dims
    if before.kind == ORDER:
        earlier: Any = before.settings["dims"]
        dims = tuple(earlier[axis - 1] for axis in dims)
        call = replace(call, op=Permute(dims=dims), operands=before.operands)
    return call.operands[0] if dims == (*sorted(dims),) else other(call)


def keep_channels(call: AppliedOp) -> int:
    """Add a choice of channels; a part of a split is told as the slice that it is."""
    shape, _ = facts(call.op, call.shape)
    channels = call.channels if call.shape is None else call.shape[-1]
    if channels is None:
        return other(call)
    kept = call.op.infer_shape(((1, 1, channels),))[-1]
    if kept == channels:
        return call.operands[0]
    is_part = isinstance(call.op, ChannelSplit)
    start = call.op.part * kept if is_part else call.op.start
    before = call.units[call.operands[0]]
    if before.kind == SLICE:
        start += cast(int, before.settings["start"])
        call = replace(call, operands=before.operands)
    settings: Settings = {"start": start, "stop": start + kept}
    return call.make(SLICE, settings, shape)


def rearrange(call: AppliedOp) -> int:
    """Add elements in another order: nothing, where each is a group of its own."""
    size = getattr(call.op, "groups", None) or call.op.block_size
    is_shuffle = isinstance(call.op, ChannelShuffle)
    is_single = is_shuffle and call.shape is not None and call.shape[-1] == size
    return call.operands[0] if size == 1 or is_single else other(call)


def normalise_groups(call: AppliedOp) -> int:
    """Add a normalisation of groups; one group of a vector is all its channels."""
    if call.op.groups == 1 and call.shape is not None and len(call.shape) == 1:
        fields = {name: getattr(call.op, name) for name in ("center", "scale")}
        return other(replace(call, op=LayerNormalization(**fields)))
    return other(call)


def other(call: AppliedOp) -> int:
    """Add any other op: its name and its arguments."""
    if call.op.only_in_training:
        return _note_noise(call)
    shape, counts = facts(call.op, call.shape)
    return call.make(words_of(type(call.op)), compared(call.op), shape, counts=counts)


def _note_noise(call: AppliedOp) -> int:
    """Note with a value what acts on it in training."""
    (place,) = call.operands
    before = call.units[place].open
    numbers = [v for k, v in call.op if isinstance(v, float)]
    text = " ".join([words_of(type(call.op)), *(f"{number:g}" for number in numbers)])
    earlier: Any = before.get(NOISE, ())
    noise = (text, call.origin.row)
    call.units.change(place, open={**before, NOISE: (*earlier, noise)})
    return place
