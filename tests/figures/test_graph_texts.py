"""Networks as DOT and Mermaid: what is written, and what Graphviz reads in it."""

import json
import os
import re
import shutil
import subprocess
from html import unescape

import pytest
from shipped import few_first

from archcompiler import load
from archcompiler.figures.dot import dot
from archcompiler.figures.mermaid import mermaid

ODD = r"""
name: 'odd "net" \ end'
input: 8x8x3
table:
  columns: [name, type, patch, filters]
  rows:
  - ['a "b" \n &amp; #35; {d} [e] (f) |g| %% end; `h`', Conv2D, 1x1, 8]
  - ['subgraph end --x x\', relu, ~, ~]
  - ['é 網 ]] i', relu, ~, ~]
"""
NODE = re.compile(r'^ +n(\d+)\["(.*)"\]:::([a-z]+)$', re.MULTILINE)
EDGE = re.compile(r"^ +n(\d+) --> n(\d+)$", re.MULTILINE)
SUBGRAPH = re.compile(r'^ +subgraph (\w+)\["(.*)"\]$', re.MULTILINE)


@pytest.fixture
def graphviz():
    """Return what Graphviz reads in a text; without it the test is left out."""
    if not shutil.which("dot"):
        reason = "Graphviz is missing: `apt-get install graphviz`"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)

    def read(text):
        command = ["dot", "-Tdot_json"]
        run = subprocess.run(command, input=text.encode(), capture_output=True)
        assert (run.returncode, run.stderr) == (0, b"")
        return json.loads(run.stdout)

    return read


def shown(label: str) -> str:
    """Return the text that Graphviz draws for a label."""
    return unescape(re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), label))


def decoded(text: str) -> str:
    return re.sub(r"#(\d+);", lambda m: chr(int(m[1])), text)


@pytest.mark.thorough
@pytest.mark.parametrize("name", few_first())
def test_graphviz_reads_each_layer_and_each_edge(name, graphviz):
    graph = load(name).expansion.graph
    read = graphviz(dot(load(name).expansion, layers=True))
    nodes = {
        each["_gvid"]: shown(each["label"]).split("\n")[0]
        for each in read["objects"]
        if not each["name"].startswith("cluster")
    }
    assert sorted(nodes.values()) == sorted([node.name for node in graph])
    edges = {(nodes[each["tail"]], nodes[each["head"]]) for each in read["edges"]}
    assert edges == {(source, n.name) for n in graph for source in n.inputs}


@pytest.mark.thorough
def test_graphviz_reads_a_cluster_for_each_row(graphviz):
    expansion = load("googlenet-training").expansion
    read = graphviz(dot(expansion))
    found = [e for e in read["objects"] if e["name"].startswith("cluster")]
    assert [shown(each["label"]) for each in found] == [r.name for r in expansion.rows]


@pytest.mark.thorough
def test_names_of_any_signs_are_read_as_they_are(graphviz):
    expansion = load(ODD).expansion
    names = [row.name for row in expansion.rows]
    read = graphviz(dot(expansion))
    assert shown(read["label"]) == expansion.program.name
    found = [e for e in read["objects"] if e["name"].startswith("cluster")]
    assert [shown(each["label"]) for each in found] == names
    assert [
        decoded(label) for _, label in SUBGRAPH.findall(mermaid(expansion))
    ] == names


@pytest.mark.thorough
@pytest.mark.parametrize("layers", [False, True])
@pytest.mark.parametrize("name", few_first())
def test_both_texts_have_the_same_nodes_and_edges(name, layers, graphviz):
    expansion = load(name).expansion
    text = mermaid(expansion, layers=layers)
    read = graphviz(dot(expansion, layers=layers))
    names = {each["_gvid"]: each["name"] for each in read["objects"]}
    labels = {
        each["name"]: shown(each["label"])
        for each in read["objects"]
        if not each["name"].startswith("cluster")
    }
    assert labels == {
        f"n{number}": decoded(label.replace("<br/>", "\n"))
        for number, label, _ in NODE.findall(text)
    }
    assert sorted(
        (names[e["tail"]], names[e["head"]]) for e in read["edges"]
    ) == sorted((f"n{source}", f"n{target}") for source, target in EDGE.findall(text))


@pytest.mark.parametrize("name", few_first())
def test_every_op_has_its_word_in_the_cells(name):
    expansion = load(name).expansion
    text = decoded(mermaid(expansion))
    for node in expansion.graph:
        if node.op is not None and not node.op.is_padding:
            assert node.op.in_figures() in text, node


def test_no_sign_of_mermaid_is_left_in_its_texts():
    text = mermaid(load(ODD).expansion)
    for label in [label for _, label in SUBGRAPH.findall(text)]:
        assert not set(re.sub(r"#\d+;", "", label)) & set('"#;&<>[]{}|`\\%')


def test_repetitions_that_look_alike_stand_once_with_their_number():
    text = mermaid(load("densenet").expansion)
    times = [label for _, label in SUBGRAPH.findall(text) if label.startswith("×")]
    assert times == ["×6", "×12", "×24", "×16"]
    assert "concatenate, 96, …, 256" in text


def test_every_class_of_a_node_is_defined():
    text = mermaid(load("googlenet").expansion)
    defined = set(re.findall(r"^  classDef (\w+) ", text, re.MULTILINE))
    assert {kind for _, _, kind in NODE.findall(text)} == defined
