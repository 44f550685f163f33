"""A network as text for Graphviz: rows are clusters, cells or layers are nodes."""

from collections.abc import Iterator, Sequence

from archcompiler.figures.clusters import (
    Cluster,
    Vertex,
    cluster_lines,
    clusters_of,
)
from archcompiler.figures.palette import Tone
from archcompiler.graph.expansion import Expansion

_FONT = 'fontname="Helvetica"'
_ESCAPES = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "", "\0": "", "&": "&amp;"}
)


def dot(expansion: Expansion, *, layers: bool = False) -> str:
    """Return the text of a DOT file, with a node for each cell or for each layer."""
    clusters = clusters_of(expansion, layers=layers)
    rule, soft = Tone.RULE.value.light, Tone.SOFT.value.light
    lines = [
        "digraph {",
        f"  label={_quoted(expansion.program.name)}; labelloc=t;",
        f'  graph [{_FONT}, fontsize=11, labeljust=l, color="{rule}"];',
        f"  node [{_FONT}, fontsize=10, shape=box, style=filled, height=0.3];",
        f'  edge [color="{soft}", arrowsize=0.6];',
        *[
            line
            for at, each in enumerate(clusters)
            for line in cluster_lines(at, each, _node, _within)
        ],
        *[f"  n{source} -> n{target};" for source, target in _edges(clusters)],
    ]
    return "\n".join([*lines, "}", ""])


def _within(name: str, label: str, lines: Sequence[str]) -> list[str]:
    """Return lines as a cluster with a label."""
    inner = [f"  label={_quoted(label)};", *lines]
    return [f"  subgraph cluster_{name} {{", *[f"  {line}" for line in inner], "  }"]


def _node(vertex: Vertex) -> str:
    text = _quoted("\n".join(vertex.lines))
    fill, ink = vertex.paint.fill, vertex.paint.outline
    assert fill is not None
    assert ink is not None
    colours = f'fillcolor="{fill.light}", color="{ink.light}"'
    return f"  n{vertex.number} [label={text}, {colours}];"


def _edges(clusters: list[Cluster]) -> Iterator[tuple[int, int]]:
    for cluster in clusters:
        for vertex in cluster.vertices:
            for source in vertex.sources:
                yield source, vertex.number


def _quoted(text: str) -> str:
    return f'"{text.translate(_ESCAPES)}"'
