"""Units of each element: functions, factors and offsets, merges."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from math import prod
from typing import Any

from archcompiler.ops import scaling
from archcompiler.units.calls import Call, Settings, as_image, compared, facts
from archcompiler.units.units import Counts
from archcompiler.units.words import function_of, words_of

SCALED = scaling.Rescaling(scale=0.5)
"""A scaling of which a reader only knows that it does something."""

FUNCTION_FIELDS = ("activation", "max_value", "negative_slope", "threshold", "alpha")
"""The fields that the words of a function tell."""


def activate(call: Call) -> int:
    """Add a function of each element, or softmax."""
    if call.op.op == "Activation" and call.op.activation == "linear":
        return call.operands[0]
    settings = compared(call.op, *FUNCTION_FIELDS)
    arrives = call.arrives or call.shape
    if call.op.op == "PReLU" and arrives is not None:
        del settings["shared_axes"]
        settings["slopes"] = as_image(call.op.weights((arrives,))[0].shape)
    if "axis" in settings and call.op.axis >= 0 and arrives is not None:
        settings["axis"] = call.op.axis - len(arrives) - 1
    shape, counts = facts(call.op, call.shape)
    settings["function"] = function_of(call.op)
    if settings["function"] == "softmax":
        settings.setdefault("axis", -1)  # the function knows no other
    return call.make("activation", settings, shape, counts=counts)


def scale(call: Call) -> int:
    """Add products and sums of each channel; one after the other, they are one."""
    if call.op == scaling.Rescaling(scale=1.0):
        return call.operands[0]
    before = call.units[call.operands[0]]
    names = tuple(weight.name for weight in call.op.weights((call.shape or (1,),)))
    counts, taken = facts(call.op, call.shape)[1], call.operands
    numbers = _numbers(call)
    if before.kind == "scaling":
        earlier: Any = before.settings.get("learnt", ())
        names = (*earlier, *names)
        counts = Counts(before.counts.parameters + counts.parameters, counts.macs)
        taken = before.operands
        numbers = _composed(before.open, numbers)
    settings: Settings = {"learnt": names}
    call = replace(call, open={**call.open, **numbers})
    place = call.make("scaling", settings, call.shape, operands=taken, counts=counts)
    if before.kind == "scaling" and before.is_affine:
        call.units.change(place, is_affine=True)
    return place


def _numbers(call: Call) -> Mapping[str, Hashable]:
    """Return scale and offset, which may be arrays; what is learnt changes neither.

    Of an op whose numbers nobody told, they are not known.
    """
    told = call.open or call.op.weights((call.shape or (1,),))
    own = _UNSCALED if told else dict.fromkeys(_UNSCALED)
    return {**own, **call.open}


_UNSCALED: Mapping[str, float] = {"scale": 1.0, "offset": 0.0}


def _composed(
    before: Mapping[str, Hashable], after: Mapping[str, Hashable]
) -> Mapping[str, Hashable]:
    """Return the numbers of two rescalings, one after the other."""
    both = [[each.get(name) for name in _UNSCALED] for each in (before, after)]
    (a, b), (c, d) = both
    if all(isinstance(each, float) for each in (a, b, c, d)):
        return {"scale": a * c, "offset": b * c + d}  # type: ignore[operator]
    if None in (a, b, c, d):
        return dict.fromkeys(_UNSCALED)
    return {"scale": (a, c), "offset": (b, d)}


def merge(call: Call) -> int:
    """Add a merge, element by element; the largest value gives the shape."""
    shapes = [call.units[place].shape for place in call.operands]
    known = [shape for shape in shapes if shape is not None]
    largest = max(known, key=prod) if len(known) == len(shapes) else None
    return call.make(words_of(type(call.op)), {}, largest)


def concatenate(call: Call) -> int:
    """Add a concatenation of channels."""
    shapes = [call.units[place].shape for place in call.operands]
    known = [shape for shape in shapes if shape is not None]
    shape = None
    if len(known) == len(shapes):
        shape = (*known[0][:-1], sum(each[-1] for each in known))
    return call.make("concatenate", {}, shape)
