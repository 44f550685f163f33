"""A network as text for Mermaid: rows are subgraphs, cells or layers are nodes.

Mermaid itself draws at most 500 edges and reads at most 50,000 characters, unless the
page that shows it says otherwise.
"""

from collections.abc import Sequence

from archcompiler.figures.clusters import (
    Vertex,
    cluster_lines,
    clusters_of,
)
from archcompiler.figures.palette import Paint, Tone
from archcompiler.graph.expansion import Expansion


def mermaid(expansion: Expansion, *, layers: bool = False) -> str:
    """Return the text of a flowchart, with a node for each cell or for each layer."""
    clusters = clusters_of(expansion, layers=layers)
    vertices = [vertex for cluster in clusters for vertex in cluster.vertices]
    paints = dict.fromkeys([vertex.paint for vertex in vertices])
    lines = [
        "flowchart TD",
        *[
            line
            for at, each in enumerate(clusters)
            for line in cluster_lines(at, each, _node, _within)
        ],
        *[
            f"  n{source} --> n{vertex.number}"
            for vertex in vertices
            for source in vertex.sources
        ],
        *[f"  classDef {_class(paint)} {_style(paint)}" for paint in paints],
    ]
    return "\n".join([*lines, ""])


def _within(name: str, label: str, lines: Sequence[str]) -> list[str]:
    """Return lines as a subgraph with a label."""
    begin = f'  subgraph r{name}["{_escaped(label)}"]'
    return [begin, *[f"  {line}" for line in lines], "  end"]


def _node(vertex: Vertex) -> str:
    text = "<br/>".join([_escaped(line) for line in vertex.lines])
    return f'  n{vertex.number}["{text}"]:::{_class(vertex.paint)}'


def _class(paint: Paint) -> str:
    return paint.name.lower()


def _style(paint: Paint) -> str:
    assert paint.fill is not None
    assert paint.outline is not None
    ink = Tone.INK.value.light
    return f"fill:{paint.fill.light},stroke:{paint.outline.light},color:{ink}"


def _escaped(text: str) -> str:
    """Return a text without a sign that Mermaid or HTML reads as more than a letter."""
    return "".join(
        [
            sign if sign.isalnum() or sign in _PLAIN else f"#{ord(sign)};"
            for sign in text
        ]
    )


_PLAIN = {*" ,.:/+-×·…()=_"}
