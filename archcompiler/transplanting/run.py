"""The run of a transplant: read, match, then copy."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import keras

from archcompiler.transplanting.boundary import place_of, read_boundary
from archcompiler.transplanting.copying import (
    copied_layers,
    copy_weights,
    finalize,
    left_layers,
    twins_of,
)
from archcompiler.transplanting.counterparts import match_until
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.matching import Pairs, match
from archcompiler.transplanting.reading import ReadModel, image_of, mark, read_model
from archcompiler.transplanting.report import Transplant

SIDES = ("source", "target")


def run_transplant(source: Any, target: Any, until: Any) -> Transplant:
    """Transplant, as `porting.transplant` says."""
    models = (source, target)
    for side, model in zip(SIDES, models, strict=True):
        if not isinstance(model, keras.Model):
            kind = type(model).__name__
            raise TypeError(f"the {side} must be a Keras model, received `{kind}`")
    boundary = None if until is None else read_boundary(until)
    _refuse_shared_weights(source, target)
    read = [
        read_model(model, side, image_of(other))
        for side, model, other in zip(SIDES, models, models[::-1], strict=True)
    ]
    spread = [replace(each, is_spread=True) for each in read]
    ways = [_matching(each, boundary) for each in (read, spread)]
    pairs = _match_parts(models, ways)
    twins = twins_of(pairs)
    copy_weights(twins)
    finalize(read[1], twins)
    return Transplant(copied_layers(pairs), left_layers(read, pairs))


def _matching(read: Sequence[ReadModel], boundary: Any) -> Callable[[], Pairs]:
    """Return what matches the parts that the boundary ends, the whole without one.

    Raises:
        TransplantError: for a boundary that names no layer.
    """
    source, target = read
    if isinstance(boundary, list):
        places = [place_of(target, name, "target") for name in boundary]
        return partial(match_until, source, target, places)
    ends = [source.outputs, target.outputs]
    if boundary is not None:
        names = [list(boundary), list(boundary.values())]
        ends = [
            [mark(place_of(model, name, side), n) for n, name in enumerate(each)]
            for model, each, side in zip(read, names, SIDES, strict=True)
        ]
    return partial(match, source.ending_in(ends[0]), target.ending_in(ends[1]))


def _match_parts(models: tuple[Any, Any], ways: Sequence[Callable[[], Pairs]]) -> Pairs:
    """Match in the first way that succeeds, or say how models differ in the first."""
    first, *others = ways
    try:
        return first()
    except TransplantError as error:
        for way in others:
            with suppress(TransplantError):
                return way()
        names = "the source `{}` and the target `{}`".format(*(m.name for m in models))
        lines = "\n  ".join(str(error).splitlines())
        message = f"{names} differ; nothing is copied:\n  {lines}"
        raise TransplantError(message, error.lacking) from None


def _refuse_shared_weights(source: Any, target: Any) -> None:
    ours = {id(variable) for variable in source.weights}
    for variable in target.weights:
        if id(variable) in ours:
            raise TransplantError(
                f"source and target share a weight, `{variable.path}`: build one anew"
            )
