"""The boundary: which layers end the part that is transplanted."""

from collections.abc import Mapping
from typing import Any

from archcompiler.diagnostics import suggest
from archcompiler.transplanting.errors import TransplantError
from archcompiler.transplanting.graph import Graph, Node

Boundary = Mapping[str, str] | tuple[str, str]


def read_boundary(until: Any) -> dict[str, str]:
    """Return the target's layer for each of the source that ends the part.

    Raises:
        TypeError: for anything but two names, or a mapping of names.
    """
    if isinstance(until, tuple | list) and len(until) == 2:
        until = {until[0]: until[1]}
    if isinstance(until, Mapping) and until:
        names = {**until}
        if all(isinstance(name, str) for pair in names.items() for name in pair):
            return names
    raise TypeError(
        "`until` takes two names, `(source layer, target layer)`, or a mapping of "
        f"them, received {until!r}"
    )


def end_at(graph: Graph, names: list[str], side: str) -> Graph:
    """Return the part of a graph that feeds the layers of these names.

    Raises:
        TransplantError: for an unknown name, or a layer whose value is not one.
    """
    ends = []
    for index, name in enumerate(names):
        calls = graph.layers.get(name)
        if calls is None:
            hint = suggest(name, graph.layers)
            help = f"; {hint}" if hint else ""
            raise TransplantError(f"`until`: the {side} has no layer `{name}`{help}")
        if len(calls) != 1 or len(calls[0]) != 1:
            count = f"{len(calls)} calls" if len(calls) != 1 else "several outputs"
            raise TransplantError(
                f"`until`: the layer `{name}` of the {side} has {count}, not one value"
            )
        ends.append(Node("output", (("index", index),), calls[0]))
    return graph.ending_in(ends)
