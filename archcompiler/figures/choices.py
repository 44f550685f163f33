"""What a figure may be asked to be: read by the command before anything is drawn."""

from typing import Literal

Kind = Literal["sheet", "overview", "strip", "full"]
Width = Literal["column", "page"]
Theme = Literal["light", "dark", "auto"]
Format = Literal["svg", "png", "pdf", "tikz"]
GraphFormat = Literal["dot", "mermaid"]

ENDINGS: dict[str, Format] = {
    ".svg": "svg",
    ".png": "png",
    ".pdf": "pdf",
    ".tex": "tikz",
}
"""What a figure's file ends in says of its format."""

GRAPH_ENDINGS: dict[str, GraphFormat] = {
    ".dot": "dot",
    ".gv": "dot",
    ".mmd": "mermaid",
}
"""The same for the network as a text."""
