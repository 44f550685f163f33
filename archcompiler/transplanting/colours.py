"""Colours: numbers that are equal where two nodes cannot be told apart.

Both graphs share one palette, so that their colours compare.
"""

from collections.abc import Hashable, Iterator, Sequence

from archcompiler.transplanting.graph import Graph, Node

Colours = list[int]
Palette = dict[Hashable, int]
Consumers = list[list[tuple[int, int]]]
"""Of each node: who consumes it, and as which operand."""


class Coloured:
    """A graph with what refinement asks for again and again."""

    def __init__(self, graph: Graph) -> None:
        self.nodes = graph
        self.consumers = _consumers(graph)
        self.sharers = _sharers(graph)

    def forward_colours(self, palette: Palette) -> Colours:
        """Colour each node by itself and all that leads to it."""
        own = [
            _colour(palette, _own_key(node, len(self.sharers[index])))
            for index, node in enumerate(self.nodes)
        ]
        return self._forward(own, palette)

    def refine(self, colours: Colours, palette: Palette) -> Colours:
        """Colour each node anew by what follows it and what leads to it."""
        return self._forward(self._backward(colours, palette), palette)

    def _forward(self, colours: Colours, palette: Palette) -> Colours:
        new: Colours = []
        for colour, node in zip(colours, self.nodes, strict=True):
            feeds = [new[place] for place in node.operands]
            if node.is_commutative:
                feeds.sort()
            new.append(_colour(palette, (colour, tuple(feeds))))
        return new

    def _backward(self, colours: Colours, palette: Palette) -> Colours:
        new = list(colours)
        for index in range(len(new) - 1, -1, -1):
            uses = sorted((new[c], at) for c, at in self.consumers[index])
            sharers = sorted(colours[other] for other in self.sharers[index])
            key = (colours[index], tuple(uses), tuple(sharers))
            new[index] = _colour(palette, key)
        return new


def refine_until_stable(
    graphs: Sequence[Coloured], colours: Sequence[Colours], palette: Palette
) -> list[Colours]:
    """Refine both graphs until no class of equal colours splits any more."""
    while True:
        finer = [
            graph.refine(each, palette)
            for graph, each in zip(graphs, colours, strict=True)
        ]
        if all(map(_is_no_finer, finer, colours)):
            return finer
        colours = finer


def _is_no_finer(finer: Colours, colours: Colours) -> bool:
    return len(set(finer)) == len(set(colours))


def _own_key(node: Node, sharers: int) -> Hashable:
    shapes = tuple(weight.shape for weight in node.weights)
    return node.kind, node.attributes, shapes, sharers


def _colour(palette: Palette, key: Hashable) -> int:
    return palette.setdefault(key, len(palette))


def _consumers(nodes: Sequence[Node]) -> Consumers:
    consumers: Consumers = [[] for _ in nodes]
    for index, node in enumerate(nodes):
        for at, operand in enumerate(node.operands):
            place = 0 if node.is_commutative else at
            consumers[operand].append((index, place))
    return consumers


def _sharers(nodes: Sequence[Node]) -> list[list[int]]:
    """Return, for each node, the nodes that hold one of its weights; itself too."""
    by_weight: dict[int, list[int]] = {}
    for index, variable in _variables(nodes):
        by_weight.setdefault(variable, []).append(index)
    sharers: list[set[int]] = [set() for _ in nodes]
    for together in by_weight.values():
        for index in together:
            sharers[index].update(together)
    return [sorted(each) for each in sharers]


def _variables(nodes: Sequence[Node]) -> Iterator[tuple[int, int]]:
    for index, node in enumerate(nodes):
        for weight in node.weights:
            yield index, id(weight.source)
