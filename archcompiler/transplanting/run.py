"""The run of a transplant: read, match, then copy."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

import keras

from archcompiler.transplanting.boundary import end_at, read_boundary, value_of
from archcompiler.transplanting.copying import (
    copied_layers,
    copy_weights,
    finalize,
    left_layers,
    twins_of,
)
from archcompiler.transplanting.counterparts import match_until
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.graph import Graph, Node
from archcompiler.transplanting.matching import Pairs, match
from archcompiler.transplanting.reading import image_of, read_model
from archcompiler.transplanting.report import Transplant

Read: TypeAlias = tuple[Graph, tuple[Node, ...]]
"""The graph of a model, and the nodes that mark its outputs."""

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
    graphs = (read[0][0], read[1][0])
    pairs = _match_parts(models, _matching(read, boundary))
    twins = twins_of(pairs)
    copy_weights(twins)
    finalize(graphs[1], twins)
    return Transplant(copied_layers(pairs), left_layers(graphs, pairs))


def _matching(read: list[Read], boundary: Any) -> Callable[[], Pairs]:
    """Return what matches the parts that the boundary ends, the whole without one.

    Raises:
        TransplantError: for a boundary that names no layer.
    """
    (source, _), (target, _) = read
    if isinstance(boundary, list):
        ends = [value_of(target, name, "target") for name in boundary]
        return partial(match_until, source, target, ends)
    if boundary is None:
        parts = [graph.ending_in(outputs) for graph, outputs in read]
    else:
        names = [list(boundary), list(boundary.values())]
        parts = [*map(end_at, (source, target), names, SIDES)]
    return partial(match, *parts)


def _match_parts(models: tuple[Any, Any], matching: Callable[[], Pairs]) -> Pairs:
    """Match, and say of which models it is where they differ."""
    try:
        return matching()
    except TransplantError as error:
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
