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
def test_source_makes_the_layers_of_the_graph(lot, write_spec):
    compared = 0
    for seed in range(20 * lot, 20 * lot + 20):
        path = write_spec(RandomSpec(seed).text(), f"random_{seed}.yaml")
        for arguments in ({}, other_arguments(seed)):
            compared += agrees(path, arguments)
    assert compared > 10, "too many of the random specs are invalid"


def agrees(path, arguments):
    """Compare a spec with its source; return False where nothing can be compared."""
    try:
        source = archcompiler.load(path).to_source()
        known = arguments_of(source)
        given = {name: value for name, value in arguments.items() if name in known}
        graph = archcompiler.load(path, **given).graph
    except SpecError:
        return False
    assert layers_of_source(source, graph, **given) == layers_of_graph(graph)
    return True


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
