"""The frontier: the first layers of two graphs that differ, and in what."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from archcompiler.transplanting.colours import Coloured, Colours
from archcompiler.transplanting.graph import Node

_MOST_LINES = 10
_MOST_ATTRIBUTES = 2


class _Place(NamedTuple):
    """A node of the frontier, with the colours of its operands."""

    node: Node
    feeds: tuple[int, ...]
    names: tuple[str, ...]


def differences(graphs: Sequence[Coloured], colours: Sequence[Colours]) -> list[str]:
    """Return a line for each difference where two graphs begin to differ.

    `colours` are forward colours: of the nodes whose colour the other side lacks, those
    are named whose inputs all have their like there.
    """
    pairs = _pair(*_frontiers(graphs, colours))
    return _first(
        [_line(*pair) for pair in pairs] or [*_compare_counts(graphs, colours)]
    )


def lacking(
    graphs: Sequence[Coloured], colours: Sequence[Colours]
) -> tuple[list[str], list[str]]:
    """Return a line for each place where the target leaves the source, and its layers.

    What only the source has is not told: the target may be a part of it.
    """
    pairs = _pair(*_frontiers(graphs, colours))
    found = [(ours, theirs) for ours, theirs in pairs if theirs is not None]
    layers = [theirs.node.layer for _, theirs in found]
    return _first([_line(*pair) for pair in found]), layers


def _first(lines: list[str]) -> list[str]:
    if len(lines) > _MOST_LINES:
        more = len(lines) - _MOST_LINES + 1
        lines = [*lines[: _MOST_LINES - 1], f"... and {more} more"]
    return lines


def _frontiers(
    graphs: Sequence[Coloured], colours: Sequence[Colours]
) -> tuple[list[_Place], list[_Place]]:
    ours, theirs = (
        _frontier(graph, here, set(there))
        for graph, here, there in zip(graphs, colours, colours[::-1], strict=True)
    )
    return ours, theirs


def _frontier(graph: Coloured, colours: Colours, others: set[int]) -> list[_Place]:
    found = []
    for node, colour in zip(graph.nodes, colours, strict=True):
        feeds = [colours[place] for place in node.operands]
        if colour in others or not others.issuperset(feeds):
            continue
        if node.is_commutative:
            feeds.sort()
        names = (describe(graph.nodes[place]) for place in node.operands)
        found.append(_Place(node, tuple(feeds), tuple(names)))
    return found


def _pair(
    ours: list[_Place], theirs: list[_Place]
) -> Iterator[tuple[_Place | None, _Place | None]]:
    """Put the places of both sides together that are most alike."""
    left = list(theirs)
    for place in ours:
        like = max(left, key=lambda other: _likeness(place, other), default=None)
        if like is None or not _likeness(place, like)[0]:
            yield place, None
            continue
        left.remove(like)
        yield place, like
    for place in left:
        yield None, place


def _line(ours: _Place | None, theirs: _Place | None) -> str:
    if ours is not None and theirs is not None:
        return _tell_apart(ours, theirs)
    if ours is not None:
        return f"{_name(ours.node)} has no counterpart in the target"
    assert theirs is not None
    return f"{_name(theirs.node)} of the target has no counterpart in the source"


def _likeness(place: _Place, other: _Place) -> tuple[bool, bool, bool, int]:
    same_kind = place.node.kind == other.node.kind
    same_feeds = place.feeds == other.feeds
    equal = len({*place.node.attributes} & {*other.node.attributes})
    return same_kind or same_feeds, same_feeds, same_kind, equal


def _tell_apart(place: _Place, other: _Place) -> str:
    """Say how two nodes of the frontier differ, or that a graph ends at one of them."""
    node, like = place.node, other.node
    if bool(node.layer) == bool(like.layer):
        return f"{_both(node, like)}: {_difference(place, other)}"
    end, more, side = (like, node, "source") if node.layer else (node, like, "target")
    return f"{describe(end)}: in the {side}, {_name(more)} comes before it"


def _difference(place: _Place, other: _Place) -> str:
    """Say what tells two nodes apart, the most telling first."""
    node, like = place.node, other.node
    if node.kind != like.kind:
        return f"{node.kind} in the source, {like.kind} in the target"
    differing = [*_differing_attributes(node, like)]
    if differing:
        return "; ".join(differing[:_MOST_ATTRIBUTES])
    ours, theirs = ([w.shape for w in each.weights] for each in (node, like))
    if ours != theirs:
        shapes = (" and ".join(map(_value, each)) or "none" for each in (ours, theirs))
        return "weights {} in the source, {} in the target".format(*shapes)
    if place.feeds == other.feeds:
        return "its weights serve another number of calls"
    order = sorted(place.feeds) == sorted(other.feeds)
    names = (", ".join(each.names) for each in (place, other))
    verb = "joins in another order" if order else "takes"
    return "{} {} in the source, {} in the target".format(verb, *names)


def _differing_attributes(node: Node, like: Node) -> Iterator[str]:
    theirs = dict(like.attributes)
    for name, value in node.attributes:
        other = theirs.pop(name, None)
        if value != other:
            yield f"{name} {_value(value)} in the source, {_value(other)} in the target"
    for name, value in theirs.items():
        yield f"{name} only in the target: {_value(value)}"


def _compare_counts(
    graphs: Sequence[Coloured], colours: Sequence[Colours]
) -> Iterator[str]:
    """Say which layers one side has more often; everything else is alike."""
    ours, theirs = map(Counter, colours)
    for colour in ours:
        if ours[colour] == theirs[colour]:
            continue
        names = (
            ", ".join(
                describe(node)
                for node, own in zip(graph.nodes, each, strict=True)
                if own == colour
            )
            for graph, each in zip(graphs, colours, strict=True)
        )
        yield "the source has {}, the target only {}: as many must be alike".format(
            *names
        )


def misjoined(graphs: Sequence[Coloured], colours: Sequence[Colours]) -> list[str]:
    """Say that layers which are alike one by one are joined in another way."""
    lines = [
        "each layer has its like, but they are joined, or share weights, otherwise"
    ]
    for side, graph, here, there in zip(
        ("source", "target"), graphs, colours, colours[::-1], strict=True
    ):
        others = set(there)
        nodes = zip(graph.nodes, here, strict=True)
        names = [_name(node) for node, colour in nodes if colour not in others]
        if names:
            lines.append(f"beginning in the {side} at {names[0]}")
    return lines


def describe(node: Node) -> str:
    """Name a node as people know it: by its layer."""
    return f"`{node.layer}`" if node.layer else f"output {node.attribute('index')}"


def _name(node: Node) -> str:
    return f"{describe(node)} ({node.kind})" if node.layer else describe(node)


def _both(node: Node, like: Node) -> str:
    ours, theirs = describe(node), describe(like)
    return ours if ours == theirs else f"{ours} and {theirs}"


def _value(value: object) -> str:
    if isinstance(value, tuple) and value and all(isinstance(n, int) for n in value):
        return "x".join(map(str, value))
    text = f"{value}"
    return text if len(text) <= 60 else f"{text[:57]}..."
