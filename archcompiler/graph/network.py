"""The graph in networkx: names, plain attributes, and edges with their operands."""

from collections.abc import Iterable

import networkx as nx

from archcompiler.graph.nodes import Node


def as_network(nodes: Iterable[Node]) -> "nx.DiGraph[str]":
    """Return a DiGraph of nodes; the value that is taken twice is one edge."""
    network: nx.DiGraph[str] = nx.DiGraph()
    for node in nodes:
        network.add_node(node.name, **node.facts.attributes)
        operands: dict[str, list[str]] = {}
        for at, source in enumerate(node.inputs):
            operands.setdefault(source, []).append(str(at))
        for source, places in operands.items():
            network.add_edge(source, node.name, operands=" ".join(places))
    return network
