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


def assert_same(source, target):
    images = images_for(source)
    transplant(source, target)
    np.testing.assert_array_equal(source(images), target(images))


def test_a_part_a_slice_and_an_item_are_one(own, model_of):
    ways = [halves(own), slices(own), items]
    for ours in ways:
        for theirs in ways:
            assert_same(model_of(ours, "source"), model_of(theirs, "target"))


def test_a_slice_of_all_channels_is_nothing(own, model_of):
    whole = model_of(
        lambda x: (own.ChannelSlice(0, 6)(x), own.ChannelSplit(1, 0)(x)), "a"
    )
    assert_same(whole, model_of(lambda x: (x, x[..., :]), "b"))


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


def test_spatial_attention_goes_from_one_model_to_another(keras, own):
    def with_layers(x):
        return [own.ChannelAveragePooling()(x), own.ChannelMaxPooling()(x)]

    def with_functions(x):
        mean = keras.ops.mean(x, axis=-1, keepdims=True)
        return [mean, keras.ops.max(x, axis=3, keepdims=True)]

    def build(both_of):
        layers = keras.layers
        inputs = keras.Input((8, 8, 3))
        x = layers.Conv2D(6, 1)(inputs)
        both = both_of(x)
        map_ = layers.Conv2D(1, 7, padding="same", activation="sigmoid")
        return keras.Model(
            inputs, layers.Multiply()([x, map_(layers.Concatenate()(both))])
        )

    for ours in (with_layers, with_functions):
        for theirs in (with_layers, with_functions):
            assert_same(build(ours), build(theirs))
