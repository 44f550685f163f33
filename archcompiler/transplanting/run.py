"""The run of a transplant: read, match, then copy."""

from typing import Any

import keras

from archcompiler.transplanting.boundary import end_at, read_boundary
from archcompiler.transplanting.copying import (
    copied_layers,
    copy_weights,
    finalize,
    left_layers,
    twins_of,
)
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.graph import Graph
from archcompiler.transplanting.matching import match
from archcompiler.transplanting.reading import read_model
from archcompiler.transplanting.report import Transplant

SIDES = ("source", "target")


def run_transplant(source: Any, target: Any, until: Any) -> Transplant:
    """Transplant, as `transplanting.transplant` says."""
    models = (source, target)
    for side, model in zip(SIDES, models, strict=True):
        if not isinstance(model, keras.Model):
            kind = type(model).__name__
            raise TypeError(f"the {side} must be a Keras model, received `{kind}`")
    boundary = None if until is None else read_boundary(until)
    _refuse_shared_weights(source, target)
    read = [read_model(model, side) for side, model in zip(SIDES, models, strict=True)]
    wholes = (read[0][0], read[1][0])
    if boundary is None:
        parts = [graph.ending_in(outputs) for graph, outputs in read]
    else:
        names = [list(boundary), list(boundary.values())]
        parts = [*map(end_at, wholes, names, SIDES)]
    return _transplant_parts(models, wholes, (parts[0], parts[1]))


def _transplant_parts(
    models: tuple[Any, Any], wholes: tuple[Graph, Graph], parts: tuple[Graph, Graph]
) -> Transplant:
    try:
        pairs = match(*parts)
    except TransplantError as error:
        names = "the source `{}` and the target `{}`".format(*(m.name for m in models))
        lines = "\n  ".join(str(error).splitlines())
        raise TransplantError(
            f"{names} differ; nothing is copied:\n  {lines}"
        ) from None
    twins = twins_of(pairs)
    copy_weights(twins)
    finalize(wholes[1], twins)
    return Transplant(copied_layers(pairs), left_layers(wholes, pairs))


def _refuse_shared_weights(source: Any, target: Any) -> None:
    ours = {id(variable) for variable in source.weights}
    for variable in target.weights:
        if id(variable) in ours:
            raise TransplantError(
                f"source and target share a weight, `{variable.path}`: build one anew"
            )
