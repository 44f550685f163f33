"""Trees of tables: what is cut where."""

import pytest
from shipped import few_first

from archcompiler.alignment.series_parallel import Leaf, tree_of
from archcompiler.checking.checking import examine
from archcompiler.reading.table import read_table


def sketch(series):
    """Return a tree as nested lists of kinds."""
    return [
        element.unit.kind
        if isinstance(element, Leaf)
        else [sketch(branch) for branch in element.branches]
        for element in series.elements
    ]


def forks(series):
    """Return the number of forks, at any depth."""
    inner = [each for each in series.elements if not isinstance(each, Leaf)]
    return len(inner) + sum(forks(branch) for each in inner for branch in each.branches)


@pytest.mark.thorough
@pytest.mark.parametrize("spec", few_first())
def test_every_unit_stands_once_in_the_tree(spec):
    architecture = examine(spec).architecture
    network = read_table(architecture)
    units = [*tree_of(network).units()]
    assert len(units) == len(network.units)
    assert {*map(id, units)} == {*map(id, network.units)}
    assert sum(unit.counts.macs for unit in units) == architecture.macs


@pytest.mark.thorough
def test_an_inception_module_is_a_fork_of_four():
    tree = tree_of(read_table(examine("googlenet").architecture))
    assert forks(tree) == 9
    fork = next(each for each in tree.elements if not isinstance(each, Leaf))
    assert [len(branch.elements) for branch in fork.branches] == [2, 4, 4, 3]


def test_heads_are_forks_within_forks(write_spec):
    spec = write_spec("""\
        name: heads
        input: 8x8x3
        table:
          columns: [name, type, patch, filters, from]
          rows:
          - [a, Conv2D, 1x1, 4]
          - [b, Conv2D, 1x1, 4]
          - [side, Conv2D, 1x1, 2, a]
          - [main, Conv2D, 1x1, 2, b]
        outputs: [main, side]
        """)
    tree = tree_of(read_table(examine(spec).architecture))
    chain = ["convolution", "convolution"]
    assert sketch(tree) == ["input", "convolution", [chain, ["convolution"]]]


def test_what_cannot_be_cut_is_one_series(write_spec):
    spec = write_spec("""\
        name: tangle
        input: 8x8x4
        table:
          columns: [name, type, patch, filters, from]
          rows:
          - [a, Conv2D, 1x1, 4, input]
          - [b, Conv2D, 1x1, 4, input]
          - [ab, add, ~, ~, [a, b]]
          - [bc, add, ~, ~, [b, input]]
          - [all, multiply, ~, ~, [ab, bc]]
        """)
    tree = tree_of(read_table(examine(spec).architecture))
    tangle = ["convolution", "convolution", "add", "add"]
    assert sketch(tree) == ["input", *tangle, "multiply"]


@pytest.mark.thorough
def test_dense_connectivity_is_a_series_of_forks():
    tree = tree_of(read_table(examine("densenet121").architecture))
    assert forks(tree) == 58
