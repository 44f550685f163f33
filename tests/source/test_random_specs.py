"""Emitted source of random specs makes the layers of the graph.

It runs on a pretended Keras, with the parameters of the spec and with others.
"""

from random import Random

import pytest
from source.pretend import arguments_of, layers_of_graph, layers_of_source
from source.random_specs import RandomSpec

import archcompiler
from archcompiler import SpecError


@pytest.mark.parametrize("lot", range(5))
def test_source_makes_the_layers_of_the_graph(lot, write_spec, campaign):
    compared = 0
    for seed in range(lot, 60 * campaign, 5):
        path = write_spec(RandomSpec(seed).text(), f"random_{seed}.yaml")
        compared += comparisons(path, other_arguments(seed))
    assert compared >= 5 * campaign, "too many of the random specs are invalid"


def comparisons(path, arguments):
    """Compare a spec with its source; return how often the two could be compared."""
    try:
        architecture = archcompiler.load(path)
        source = architecture.to_source()
    except SpecError:
        return 0
    compare(source, architecture.graph, {})
    known = arguments_of(source)
    given = {name: value for name, value in arguments.items() if name in known}
    if not given:
        return 1
    try:
        graph = archcompiler.load(path, **given).graph
    except SpecError:
        return 1
    compare(source, graph, given)
    return 2


def compare(source, graph, given):
    """Hold the layers that source makes against those of the graph."""
    assert layers_of_source(source, graph, **given) == layers_of_graph(graph)


def other_arguments(seed):
    """Return values for some of the parameters."""
    random = Random(seed)
    values = {
        "p": random.randint(1, 4),
        "w": random.randint(1, 3),
        "flag": random.random() < 0.5,
        "mode": random.choice(["relu", "tanh"]),
    }
    return {name: value for name, value in values.items() if random.random() < 0.6}
