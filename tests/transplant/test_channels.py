"""Choices of channels: however they are written, they are the same where they cut."""

import numpy as np
import pytest
from transplant.living import images_for

from archcompiler import TransplantError, transplant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]


@pytest.fixture
def own():
    from archcompiler.backends.keras_model import layers

    return layers


@pytest.fixture
def model_of(keras):
    """Build a convolution of both ends of the six channels that a function cuts."""

    def build(cut, name):
        layers = keras.layers
        inputs = keras.Input((8, 8, 3))
        x = layers.Conv2D(6, 1, name="six")(inputs)
        first, last = cut(x)
        ends = [layers.Conv2D(2, 3)(first), layers.Conv2D(2, 3)(last)]
        pooled = [layers.GlobalAveragePooling2D()(end) for end in ends]
        return keras.Model(inputs, layers.Concatenate()(pooled), name=name)

    return build


def halves(own):
    return lambda x: (own.ChannelSplit(2, 0)(x), own.ChannelSplit(2, 1)(x))


def slices(own, at=3):
    return lambda x: (own.ChannelSlice(0, at)(x), own.ChannelSlice(at)(x))


def items(x):
    return x[..., :-3], x[:, :, :, 3:]


def parts(keras):
    return lambda x: keras.ops.split(x, [3], axis=-1)


def assert_same(source, target):
    images = images_for(source)
    transplant(source, target)
    np.testing.assert_array_equal(source(images), target(images))


def test_a_part_a_slice_and_an_item_are_one(keras, own, model_of):
    ways = [halves(own), slices(own), items, parts(keras)]
    for ours in ways:
        for theirs in ways:
            assert_same(model_of(ours, "source"), model_of(theirs, "target"))


def test_a_slice_of_all_channels_is_nothing(own, model_of):
    whole = model_of(
        lambda x: (own.ChannelSlice(0, 6)(x), own.ChannelSplit(1, 0)(x)), "a"
    )
    assert_same(whole, model_of(lambda x: (x, x[..., :9]), "b"))


def test_a_slice_elsewhere_is_refused_and_named(own, model_of):
    source, target = model_of(slices(own, 2), "left"), model_of(slices(own, 3), "right")
    with pytest.raises(TransplantError) as caught:
        transplant(source, target)
    assert "start 2 in the source, 3 in the target" in str(caught.value)


@pytest.mark.parametrize("key", [np.s_[:, 2:], np.s_[..., ::2], np.s_[:, 1:, :, 3:]])
def test_an_item_of_anything_else_is_no_choice_of_channels(own, model_of, key):
    item = model_of(lambda x: (x[key], x[..., 3:]), "left")
    whole = model_of(slices(own), "right")
    with pytest.raises(TransplantError, match="GetItem"):
        transplant(item, whole)
    assert_same(item, model_of(lambda x: (x[key], x[..., 3:]), "right"))


def test_rows_that_are_split_are_no_choice_of_channels(keras, own, model_of):
    def rows(x):
        return keras.ops.split(x, [3], axis=1)

    with pytest.raises(TransplantError, match="Split"):
        transplant(model_of(rows, "left"), model_of(slices(own), "right"))
    assert_same(model_of(rows, "left"), model_of(rows, "right"))


def test_channels_whose_number_is_open_are_as_they_are_written(keras):
    def build():
        inputs = keras.Input((8, 8, None))
        first, last = keras.ops.split(inputs, 2, axis=-1)
        return keras.Model(inputs, keras.ops.mean(first, axis=-1) + last[..., 0])

    assert transplant(build(), build()).parameters == 0


# Pooled channels --------------------------------------------------------------


def attention(keras, average, largest, gate, scale):
    """Build a convolution that is scaled at each position, as the functions do it."""
    layers = keras.layers
    inputs = keras.Input((8, 8, 3))
    x = layers.Conv2D(6, 1)(inputs)
    both = [average(x), largest(x)]
    return keras.Model(inputs, scale(x, gate(both)))


def by_layers(keras, own):
    layers = keras.layers
    convolution = layers.Conv2D(1, 7, padding="same", activation="sigmoid")
    return attention(
        keras,
        own.ChannelAveragePooling(),
        own.ChannelMaxPooling(),
        lambda both: convolution(layers.Concatenate()(both)),
        lambda x, gate: layers.Multiply()([gate, x]),
    )


def by_operations(keras, axis=-1, keepdims=True, **others):
    ops, convolution = keras.ops, keras.layers.Conv2D(1, 7, padding="same")
    return attention(
        keras,
        lambda x: ops.mean(x, axis=axis, keepdims=keepdims),
        lambda x: ops.max(x, axis=axis, keepdims=keepdims, **others),
        lambda both: ops.sigmoid(convolution(ops.concatenate(both, axis=-1))),
        lambda x, gate: x * gate,
    )


@pytest.mark.parametrize("axis", [-1, 3, [-1]])
def test_spatial_attention_is_the_same_however_it_is_written(keras, own, axis):
    assert_same(by_layers(keras, own), by_operations(keras, axis))
    assert_same(by_operations(keras, axis), by_layers(keras, own))


def test_a_largest_channel_with_a_floor_is_no_pooling(keras, own):
    with pytest.raises(TransplantError, match="Max"):
        transplant(by_operations(keras, initial=0.0), by_layers(keras, own))


@pytest.mark.parametrize("axis", [1, (1, 2)])
def test_a_mean_along_other_axes_is_no_pooling_of_channels(keras, own, axis):
    def build(pool):
        inputs = keras.Input((8, 8, 3))
        return keras.Model(inputs, pool(keras.layers.Conv2D(6, 1)(inputs)))

    def mean(x):
        return keras.ops.mean(x, axis=axis, keepdims=True)

    with pytest.raises(TransplantError, match=r"Mean|global average pooling"):
        transplant(build(mean), build(own.ChannelAveragePooling()))
    assert_same(build(mean), build(mean))


def test_half_precision_is_another_function(keras, own):
    keras.config.set_dtype_policy("mixed_float16")
    try:
        layers, halves = by_layers(keras, own), by_operations(keras)
    finally:
        keras.config.set_dtype_policy("float32")
    assert_same(layers, halves)
    with pytest.raises(TransplantError, match="float16"):
        transplant(layers, by_operations(keras))
