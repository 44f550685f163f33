"""Units of each element: functions, factors and offsets, merges."""

from collections.abc import Hashable, Mapping
from dataclasses import replace
from math import prod
from struct import pack, unpack
from typing import Any

from archcompiler.ops import activation as functions
from archcompiler.ops import scaling
from archcompiler.units.calls import (
    AppliedOp,
    Settings,
    as_image,
    compared,
    facts,
)
from archcompiler.units.margins import is_never_negative
from archcompiler.units.units import Counts, Unit
from archcompiler.units.words import as_layer, function_of, words_of

SCALED = scaling.Rescaling(scale=0.5)
"""A scaling of which a reader only knows that it does something."""


def activate(call: AppliedOp) -> int:
    """Add a function of each element, or softmax."""
    if call.op.op == "Activation" and call.op.activation == "linear":
        return call.operands[0]
    op = as_layer(call.op)
    before = call.units[call.operands[0]]
    is_told = isinstance(op, functions.AbstractFunction)
    numbers = _as_held(compared(op, "activation")) if is_told else {}
    settings = {} if is_told else compared(op)
    call = replace(call, op=op, exact=numbers)
    arrives = call.arrives or call.shape
    if call.op.op == "PReLU" and arrives is not None:
        del settings["shared_axes"]
        settings["slopes"] = as_image(call.op.weights((arrives,))[0].shape)
    if "axis" in settings and call.op.axis >= 0 and arrives is not None:
        settings["axis"] = call.op.axis - len(arrives) - 1
    shape, counts = facts(call.op, call.shape)
    settings["function"] = function_of(call.op)
    if op.is_idempotent() and _is(before, call, settings):
        return call.operands[0]
    if op.keeps_positive() and _arrives_positive(before, call):
        return call.operands[0]
    return call.make("activation", settings, shape, counts=counts)


def _is(unit: Unit, call: AppliedOp, settings: Settings) -> bool:
    """Whether a unit is the function of a call, in the same precision."""
    held = {"dtype": call.precision} if call.precision else {}
    same = unit.kind == "activation" and unit.settings == settings
    return same and unit.exact == {**call.exact, **held}


def _arrives_positive(unit: Unit, call: AppliedOp) -> bool:
    """Whether nothing below 0 arrives, in the same precision."""
    is_precise = unit.exact.get("dtype", "") == call.precision
    return is_precise and is_never_negative(call.units, call.operands[0], unknown=False)


def _as_held(settings: Settings) -> Settings:
    """Return numbers as 32 bits hold them: files round them so, and layers, too."""
    return {
        name: unpack("f", pack("f", each))[0] if isinstance(each, float) else each
        for name, each in settings.items()
    }


def scale(call: AppliedOp) -> int:
    """Add products and sums of each channel; one after the other, they are one."""
    if call.op == scaling.Rescaling(scale=1.0):
        return call.operands[0]
    before = call.units[call.operands[0]]
    names = tuple(weight.name for weight in call.op.weights((call.shape or (1,),)))
    counts, taken = facts(call.op, call.shape)[1], call.operands
    numbers = _numbers(call)
    is_second = before.kind == "scaling" and before.whole is None
    if is_second:
        earlier: Any = before.settings.get("learnt", ())
        steps = (*_steps(before, earlier), _step(names, numbers))
        names = (*earlier, *names)
        call = replace(call, exact={"steps": steps} if names else {})
        counts = Counts(before.counts.parameters + counts.parameters, counts.macs)
        taken = before.operands
        call = replace(call, arrays=(*before.arrays, *call.arrays))
        numbers = _composed(before.open, numbers)
    settings: Settings = {"learnt": names}
    call = replace(call, open=numbers)
    place = call.make("scaling", settings, call.shape, operands=taken, counts=counts)
    if is_second and before.is_affine:
        call.units.change(place, is_affine=True)
    return place


def _steps(unit: Unit, learnt: Hashable) -> tuple[Hashable, ...]:
    """Return what a scaling does, one after the other: where some of it is learnt."""
    found: Any = unit.exact.get("steps", (_step(learnt, unit.open),))
    return tuple(found)


def _step(learnt: Hashable, numbers: Mapping[str, Hashable]) -> Hashable:
    return learnt, *(numbers.get(name) for name in _UNSCALED)


def _numbers(call: AppliedOp) -> Mapping[str, Hashable]:
    """Return scale and offset, which may be arrays; what is learnt changes neither.

    Of an op whose numbers nobody told, they are not known.  They are those of a model
    in single precision: how a number was computed in double precision is no difference.
    """
    return {name: _single(value) for name, value in _told_numbers(call).items()}


def _single(value: Any) -> Any:
    """Round a number, or each of several, to the digits of single precision."""
    if isinstance(value, tuple):
        return tuple(map(_single, value))
    return float(f"{value:.7g}") if isinstance(value, float) else value


def _told_numbers(call: AppliedOp) -> Mapping[str, Hashable]:
    told = call.open or call.op.weights((call.shape or (1,),))
    own = _UNSCALED if told else dict.fromkeys(_UNSCALED)
    given: dict[str, Any] = dict(call.open)
    mean, variance = given.pop("mean", None), given.pop("variance", None)
    if mean is None or variance is None:
        return {**own, **given}
    return {**own, **given, **_by_statistics(mean, variance)}


def _by_statistics(mean: Any, variance: Any) -> Mapping[str, Hashable]:
    """Return the scale and offset of Keras' normalisation by a mean and a variance."""
    if isinstance(mean, float):
        factor = 1 / max(variance**0.5, _LEAST_DEVIATION)
        return {"scale": factor, "offset": -mean * factor}
    factors = [1 / max(each**0.5, _LEAST_DEVIATION) for each in variance]
    offsets = [-each * by for each, by in zip(mean, factors, strict=True)]
    return {"scale": tuple(factors), "offset": tuple(offsets)}


_LEAST_DEVIATION = 1e-7
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


def merge(call: AppliedOp) -> int:
    """Add a merge, element by element; the largest value gives the shape.

    The mean of one value that is taken several times is that value.
    """
    if call.op.is_one_of_equals and len({*call.operands}) == 1:
        return call.operands[0]
    shapes = [call.units[place].shape for place in call.operands]
    known = [shape for shape in shapes if shape is not None]
    largest = max(known, key=prod) if len(known) == len(shapes) else None
    return call.make(words_of(type(call.op)), {}, largest)


def concatenate(call: AppliedOp) -> int:
    """Add a concatenation of channels."""
    shapes = [call.units[place].shape for place in call.operands]
    known = [shape for shape in shapes if shape is not None]
    shape = None
    if len(known) == len(shapes):
        shape = (*known[0][:-1], sum(each[-1] for each in known))
    return call.make("concatenate", {}, shape)
