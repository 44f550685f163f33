"""The package in Python and in a notebook: names, texts, totals and graphs."""

import copy
import json
import pickle
import pydoc
import subprocess
import sys

import networkx as nx
import pytest

import archcompiler
from archcompiler.graph.graph import Graph
from archcompiler.ops.table import OPS

SPEC = """\
name: <b>net</b>
input: 8x8x3
table:
  columns: [type, patch, filters]
  rows:
  - conv1: [Conv2D, 3x3/2, 4]
  - twice: {type: add, from: [conv1, conv1]}
"""


@pytest.mark.thorough
def test_the_public_names_are_shown_before_they_are_imported():
    script = (
        "import sys, archcompiler; names = dir(archcompiler);"
        "assert set(archcompiler.__all__) <= set(names), names;"
        "assert 'archcompiler.architecture' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    shown = pydoc.render_doc(archcompiler, renderer=pydoc.plaintext)
    for name in archcompiler.__all__:
        assert name in shown
    assert archcompiler.__version__[0].isdigit()


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'laod'"):
        getattr(archcompiler, "laod")  # noqa: B009


def test_a_text_is_loaded():
    architecture = archcompiler.load(SPEC)
    assert architecture.parameters == 3 * 3 * 3 * 4 + 4
    assert repr(architecture) == (
        "<Architecture <b>net</b>: 112 parameters, 972 multiply-adds, depth 1>"
    )


def test_a_notebook_shows_the_sheet_and_runs_nothing_of_it():
    html = archcompiler.load(SPEC)._repr_html_()
    assert html.startswith("<svg ")
    assert "<b>" not in html
    assert "&lt;b&gt;net&lt;/b&gt;" in html
    for word in ("conv1", "twice", "3 × 3", "112", "972"):
        assert f">{word}</text>" in html


@pytest.mark.parametrize("name", ["parameters", "macs", "depth", "graph", "anything"])
def test_totals_cannot_be_assigned(name):
    architecture = archcompiler.load(SPEC)
    with pytest.raises(AttributeError, match=f"`{name}` cannot be set"):
        setattr(architecture, name, 3)
    with pytest.raises(AttributeError):
        delattr(architecture, name)
    assert architecture.parameters == 112


@pytest.mark.thorough
@pytest.mark.parametrize(
    "spec", [SPEC, "densenet121", "resnet50", "mobilenetv2-1.4", "googlenet-digits"]
)
def test_an_architecture_is_copied_and_pickled(spec):
    architecture = archcompiler.load(spec)
    for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
        again = pickle.loads(pickle.dumps(architecture, protocol))
        assert again.to_source() == architecture.to_source()
        assert repr(again) == repr(architecture)
        assert again.notes == architecture.notes
    assert copy.deepcopy({"net": architecture}) == {"net": architecture}
    assert copy.copy(architecture) is architecture


@pytest.mark.parametrize("spec", ["googlenet", "densenet121", SPEC])
def test_the_network_is_written_by_networkx_own_writers(tmp_path, spec):
    graph = archcompiler.load(spec).graph
    nx.write_graphml(graph.network, tmp_path / "net.graphml")
    again = nx.read_graphml(tmp_path / "net.graphml")
    text = json.dumps(nx.node_link_data(graph.network, edges="edges"))
    for read in (again, nx.node_link_graph(json.loads(text), edges="edges")):
        assert dict(read.nodes(data=True)) == dict(graph.network.nodes(data=True))
        assert operands(read) == {n.name: n.inputs for n in graph if n.inputs}
    assert sum(n.get("parameters", 0) for _, n in again.nodes(data=True)) == sum(
        node.parameters for node in graph
    )


def operands(network: "nx.DiGraph[str]") -> dict[str, tuple[str, ...]]:
    """Return each node's inputs in their order, as the edges tell."""
    found: dict[str, dict[int, str]] = {}
    for source, name, places in network.edges(data="operands"):
        for place in places.split():
            found.setdefault(name, {})[int(place)] = source
    return {
        name: tuple(given[place] for place in sorted(given))
        for name, given in found.items()
    }


def test_a_graph_knows_its_nodes_with_their_ops():
    graph = archcompiler.load(SPEC).graph
    assert isinstance(graph, Graph)
    assert graph["conv1"].op.filters == 4
    assert "conv1" in graph
    assert len(graph) == len(graph.network) == 3


def test_a_network_has_what_was_added_since():
    graph = Graph()
    source = graph.add_input("image", (8, 8, 3))
    assert list(graph.network) == ["image"]
    assert graph.network is graph.network
    both = graph.add("sum", OPS["Add"](), (source, source), row=None)
    assert list(graph.network.edges(data="operands")) == [("image", "sum", "0 1")]
    assert graph.consumers() == {"image": 1}
    assert both.inputs == ("image", "image")


def test_without_keras_it_is_said_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    architecture = archcompiler.load(SPEC)
    with pytest.raises(ModuleNotFoundError, match=r'pip install "archcompiler\[tens'):
        architecture.to_keras()
    assert "def b_net_b(" in architecture.to_source()
