"""Units that lay out elements anew or choose among them, and ops told by name."""

from typing import Any

from archcompiler.ops.rearranging import ChannelSplit
from archcompiler.ops.reshaping import Flatten
from archcompiler.shapes import Shape
from archcompiler.units.calls import Call, Settings, as_image, compared, facts
from archcompiler.units.units import NOISE
from archcompiler.units.words import words_of


def reshape(call: Call) -> int:
    """Add elements laid out anew: nothing, where a 1x1 image or vector stays one."""
    shape, _ = facts(call.op, call.shape)
    if shape is not None and _is_same(shape, call.shape):
        return call.operands[0]
    if isinstance(call.op, Flatten) or (shape is not None and len(shape) == 1):
        return call.make("flatten", {}, shape)
    return call.make("reshape", {"target": shape or call.op.target_shape}, shape)


def _is_same(shape: Shape, other: Shape | None) -> bool:
    """Whether two shapes are one, or a vector and the 1x1 image that holds the same."""
    return other is not None and as_image(shape) == as_image(other)


def keep_channels(call: Call) -> int:
    """Add a choice of channels; a part of a split is told as the slice that it is."""
    shape, _ = facts(call.op, call.shape)
    if shape is None:
        return other(call)
    if shape == call.shape:
        return call.operands[0]
    is_part = isinstance(call.op, ChannelSplit)
    start = call.op.part * shape[-1] if is_part else call.op.start
    settings: Settings = {"start": start, "stop": start + shape[-1]}
    return call.make("channel slice", settings, shape)


def other(call: Call) -> int:
    """Add any other op: its name and its arguments."""
    if call.op.only_in_training:
        return _note_noise(call)
    shape, counts = facts(call.op, call.shape)
    return call.make(words_of(type(call.op)), compared(call.op), shape, counts=counts)


def _note_noise(call: Call) -> int:
    """Note with a value what acts on it in training."""
    (place,) = call.operands
    before = call.units[place].open
    numbers = [v for k, v in call.op if isinstance(v, float)]
    text = " ".join([words_of(type(call.op)), *(f"{number:g}" for number in numbers)])
    earlier: Any = before.get(NOISE, ())
    noise = (text, call.origin.row)
    call.units.change(place, open={**before, NOISE: (*earlier, noise)})
    return place
