"""Pricing: what a convention makes of a graph, in all or of some of its layers.

Features are summed first, and then priced: many rules cost little more than one.
"""

from collections.abc import Collection, Container, Iterable, Mapping
from math import prod
from typing import NamedTuple

from archcompiler.counting.conventions import CountingConvention, Function
from archcompiler.counting.rules import AS_FUNCTION, FINAL, PLAIN
from archcompiler.graph.graph import Graph
from archcompiler.graph.nodes import Node
from archcompiler.ops.base import Measures

_ADDED_UP = tuple(dict.fromkeys([plain.measure for plain in PLAIN.values()]))
"""What papers add up of every layer."""

Features = dict[str, Measures]
"""What may be charged for: by the kind of work, how much there is by each measure."""


class Layer(NamedTuple):
    """A layer with its features, as a network in any framework has them."""

    node: Node
    features: Mapping[str, Measures]
    head: bool
    """Whether it is one of the last layers with weights."""


def layers_of(graph: Graph) -> list[Layer]:
    """Return the features of every layer; zeros around an image belong to its reader.

    A softmax behind the last weights is a `final softmax`. What scales each channel
    right behind a layer with weights can be folded into it; else it is free.
    """
    behind = _behind(graph)
    heads, taken = _heads(graph, behind), graph.consumers()
    found = []
    for node in graph:
        if node.op is None:
            continue
        shapes = tuple([operand.shape for operand in node.operands])
        kind = node.op.kind()
        features = dict(node.op.features(shapes, node.shape))
        added_up = {measure: getattr(node, measure) for measure in _ADDED_UP}
        features[kind] = {**features[kind], **added_up}
        if "inputs" in features[kind]:
            features[kind]["inputs"] = _arriving(node)
        if node.op.is_affine():
            source = node.operands[0]
            alone = _is_weighted(source) and taken[source.name] == 1
            folded = "folded outputs" if alone else "free outputs"
            features[kind][folded] = features[kind]["outputs"]
        if node.name not in behind and "softmax" in features:
            features[f"{FINAL}softmax"] = features.pop("softmax")
        found.append(Layer(node, features, node.name in heads))
    return found


def _arriving(node: Node) -> int:
    """Count the elements that a layer takes, without zeros put around them."""
    elements = 0
    for source in node.operands:
        while _is_padding(source):
            source = source.operands[0]
        elements += prod(source.shape)
    return elements


def _is_padding(node: Node) -> bool:
    return node.op is not None and node.op.is_padding


def _is_weighted(node: Node) -> bool:
    return node.op is not None and node.op.role == "weighted"


def _behind(graph: Graph) -> set[str]:
    """Return the layers behind which there are still layers with weights."""
    behind: set[str] = set()
    for node in reversed(graph):
        if _is_weighted(node) or node.name in behind:
            behind.update(node.inputs)
    return behind


def _heads(graph: Graph, behind: Container[str]) -> set[str]:
    """Return the last layers with weights."""
    weighted = [node.name for node in graph if _is_weighted(node)]
    return {name for name in weighted if name not in behind}


def sum_up(
    layers: Iterable[Layer],
    *,
    head: bool = True,
    functions: Mapping[str, Container[str]] | None = None,
) -> Features:
    """Add up the features of layers, without the head where that is left out.

    `functions` are the layers whose work is written as a function, by its kind.
    """
    written = functions or {}
    total: Features = {}
    for layer in layers:
        if layer.head and not head:
            continue
        for kind, measures in layer.features.items():
            if layer.node.name in written.get(kind, ()):
                kind += AS_FUNCTION
            known = total.setdefault(kind, {})
            for measure, number in measures.items():
                known[measure] = known.get(measure, 0) + number
    return total


def as_functions(features: Features, kinds: Collection[str]) -> Features:
    """Return the features of a network that has some kinds of work as functions."""
    return {
        f"{kind}{AS_FUNCTION}" if kind in kinds else kind: measures
        for kind, measures in features.items()
    }


def price(convention: CountingConvention, features: Features) -> int:
    """Return what a convention makes of features: operations, or weights.

    The sum is rounded down where the rule divides it.
    """
    return sum(charges(convention, features).values()) // convention.rule.divide


def charges(
    convention: CountingConvention, features: Features
) -> dict[tuple[str, str], int]:
    """Return what a convention charges for each feature, before it divides."""
    rule, found = convention.rule, {}
    for kind, measures in features.items():
        prices = rule.prices_of(kind, training=convention.training)
        for measure, unit in prices.items():
            if measures.get(measure):
                found[kind, measure] = unit * measures[measure]
    return found


def charges_by_kind(
    convention: CountingConvention, features: Features
) -> dict[str, int]:
    """Return what a convention charges for each kind of work, the dearest first.

    What is charged nothing is left out; `divide` is not yet applied.
    """
    found: dict[str, int] = {}
    for (kind, _), number in charges(convention, features).items():
        found[kind] = found.get(kind, 0) + number
    charged = [each for each in found.items() if each[1]]
    return dict(sorted(charged, key=lambda each: -abs(each[1])))


def written_so(
    functions: Iterable[Function], layers: Iterable[Layer], rows: Mapping[int, str]
) -> dict[str, set[str]]:
    """Return the layers whose work is written as functions, by its kind."""
    found: dict[str, set[str]] = {}
    for kind, row in functions:
        found.setdefault(kind, set()).update(
            layer.node.name
            for layer in layers
            if kind in layer.features and row in ("", _row(layer.node, rows))
        )
    return found


def _row(node: Node, rows: Mapping[int, str]) -> str:
    return rows.get(node.row, "") if node.row is not None else ""
