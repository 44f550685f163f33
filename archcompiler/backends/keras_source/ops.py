"""Ops as the expansion made them: what source writes of fields that never vary."""

from collections.abc import Iterable
from typing import Any

from pydantic import ValidationError

from archcompiler.backends.keras_source.facets import facet_of, patch_facets
from archcompiler.backends.keras_source.layer_names import Name, name_of_first
from archcompiler.backends.keras_source.unprintable import Unprintable
from archcompiler.graph.calls import Call, CalledStep, OpTarget
from archcompiler.graph.expansion import Frame
from archcompiler.graph.graph import Graph
from archcompiler.language.expressions import ExpressionError, Scope
from archcompiler.ops.base import AbstractOp


def op_of_layer(layer: str, graph: Graph) -> AbstractOp | None:
    """Return the op of a layer, or None where there is no such layer."""
    return graph[layer].op if layer in graph else None


def op_of_step(
    step: CalledStep,
    target: OpTarget,
    name: Name,
    frames: Iterable[Frame],
    graph: Graph,
) -> AbstractOp:
    """Return an op that a step made in some call of its block.

    Raises:
        Unprintable: where it made none, and what is known cannot make one either.
    """
    for frame in frames:
        op = op_of_layer(name_of_first(name, frame.prefix), graph)
        if op is not None:
            return op
    for frame in frames:
        op = _make(step, target, Scope(frame.values, frame.shape))
        if op is not None:
            return op
    raise Unprintable(f"`{step.place.text}` never runs as the spec stands")


def _make(call: Call, target: OpTarget, scope: Scope) -> AbstractOp | None:
    """Return the op that a call would make if it ran."""
    op, fields = target.op, dict[str, Any](target.preset)
    try:
        for argument in call.arguments:
            value = argument.compute(scope)
            if argument.name == "patch":
                window, strides = patch_facets(op)
                fields[op.window_field] = facet_of(value, window)
                fields["strides"] = facet_of(value, strides)
            else:
                fields[argument.name] = value
        return op.model_validate(fields)
    except (ExpressionError, ValidationError):
        return None
