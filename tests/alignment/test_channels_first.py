"""Channels that come first: read as what they are, or told, and never overlooked."""

from random import Random

import pytest
from source.random_specs import RandomSpec

import archcompiler
from archcompiler import SpecError, transplant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    # Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]

SHIPPED = ("convnext-tiny", "densenet121", "efficientnet-b0", "googlenet", "u-net")
MOST = 100_000
"""Parameters of a random network."""


def random_tables(count):
    """Yield random tables that are no larger than a test needs."""
    for seed in range(count):
        try:
            table = archcompiler.load(RandomSpec(seed).text())
        except SpecError:
            continue
        if table.parameters < MOST:
            yield seed, table


def told(table, model):
    return [each[2:5] for each in archcompiler.audit(table, model).findings]


def test_random_networks_are_their_tables_and_their_weights_move(campaign):
    from alignment.channels_first import model_of

    taken = 0
    for seed, table in random_tables(40 * campaign):
        model = model_of(table)
        found = archcompiler.audit(table, model, strict=True)
        assert not found.differs, (seed, found.findings)
        assert transplant(model, table.to_keras()).parameters == table.parameters
        taken += 1
    assert taken > 10


@pytest.mark.parametrize("spec", SHIPPED)
def test_published_networks_are_their_tables(spec):
    from alignment.channels_first import model_of

    table = archcompiler.load(spec)
    assert told(table, model_of(table)) == []


def test_images_with_their_channels_first_are_one_finding(campaign):
    from alignment.channels_first import model_of

    tables = [table for _, table in random_tables(25 * campaign)]
    for table in [*tables, *map(archcompiler.load, SHIPPED)]:
        ends = told(table, model_of(table, turns_ends=False))
        assert ends == [("channels", "last", "first")]


def test_one_axis_that_was_left_where_it_was_is_told(campaign):
    from alignment.channels_first import model_of, slips

    tried = 0
    for seed, table in random_tables(60 * campaign):
        names = slips(table)
        if not names:
            continue
        try:
            model = model_of(table, slip=Random(seed).choice(names))
        except ValueError:  # shapes that Keras cannot join so
            continue
        tried += 1
        assert archcompiler.audit(table, model).differs, seed
    assert tried > 5


def test_functions_along_axes_are_those_of_the_image_turned(keras):
    layers, ops = keras.layers, keras.ops
    text = """\
    name: gate
    input: 8x7x6
    table:
      columns: [name, type, patch, filters, from]
      rows:
      - [a, Conv2D, 1x1, 4]
      - {name: mean, type: GlobalAveragePooling2D, keepdims: true}
      - [gate, Conv2D, 1x1, 4]
      - [product, multiply, ~, ~, [a, gate]]
      - {name: half, type: ChannelSlice, stop: 2}
      - {name: rest, type: ChannelSlice, from: product, start: 2}
      - [turned, concatenate, ~, ~, [rest, half]]
    """
    text = text.replace("    ", "", 1).replace("\n    ", "\n")
    first = {"data_format": "channels_first"}

    def build(axes=(2, 3), at=1, axis=1):
        x = keras.Input((6, 8, 7))
        a = layers.Conv2D(4, 1, **first)(x)
        gate = layers.Conv2D(4, 1, **first)(ops.mean(a, axis=axes, keepdims=True))
        one, other = ops.split(a * gate, 2, axis=at)
        return keras.Model(x, ops.concatenate([other, one], axis=axis))

    table = archcompiler.load(text)
    assert told(table, build()) == [("channels", "last", "first")]
    assert len(told(table, build(at=2, axis=2))) > 1
