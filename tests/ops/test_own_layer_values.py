"""What the layers that Keras lacks compute, against numpy and TensorFlow."""

import numpy as np
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("keras")]


@pytest.fixture
def images():
    return np.random.default_rng(7).normal(size=(3, 4, 6, 12)).astype("float32")


@pytest.fixture
def own():
    from archcompiler.backends.keras_model import layers

    return layers


# Learnt factors -------------------------------------------------------------


def test_layer_scale_begins_at_its_initial_value(own, images):
    layer = own.LayerScale(0.5)
    np.testing.assert_array_equal(layer(images), images * np.float32(0.5))
    assert layer.trainable_weights == layer.weights


def test_layer_scale_has_a_factor_for_each_channel(own, images):
    layer = own.LayerScale()
    layer.build(images.shape)
    factors = np.linspace(-1, 1, 12, dtype="float32")
    layer.gamma.assign(factors)
    np.testing.assert_array_equal(layer(images), images * factors)


def test_scale_multiplies_and_adds_for_each_channel(own, images):
    layer = own.Scale()
    np.testing.assert_array_equal(layer(images), images)
    gamma, beta = np.linspace(1, 2, 12), np.linspace(-3, 3, 12)
    layer.set_weights([gamma, beta])
    np.testing.assert_allclose(layer(images), images * gamma + beta, atol=1e-6)


def test_scale_without_center_only_multiplies(own, images):
    layer = own.Scale(center=False, gamma_initializer="zeros")
    np.testing.assert_array_equal(layer(images), np.zeros_like(images))


# Stochastic depth -----------------------------------------------------------


def test_stochastic_depth_drops_whole_samples_and_scales_the_others(own):
    ones = np.ones((1000, 2, 3, 4), "float32")
    outputs = np.asarray(own.StochasticDepth(0.2, seed=1)(ones, training=True))
    samples = outputs.reshape(1000, -1)
    assert (samples == samples[:, :1]).all()
    assert set(samples[:, 0].tolist()) == {0.0, 1.25}
    assert abs((samples[:, 0] == 0).mean() - 0.2) < 0.05


def test_stochastic_depth_drops_vectors_as_it_drops_images(own):
    outputs = own.StochasticDepth(0.5, seed=1)(np.ones((64, 3)), training=True)
    rows = {tuple(row) for row in np.asarray(outputs).tolist()}
    assert rows == {(0.0, 0.0, 0.0), (2.0, 2.0, 2.0)}


def test_stochastic_depth_does_nothing_after_training(own, images):
    layer = own.StochasticDepth(0.9, seed=1)
    np.testing.assert_array_equal(layer(images), images)
    np.testing.assert_array_equal(layer(images, training=False), images)


@pytest.mark.parametrize(("rate", "factor"), [(0, 1), (1, 0)])
def test_stochastic_depth_keeps_all_or_nothing_at_the_ends(own, images, rate, factor):
    outputs = own.StochasticDepth(rate)(images, training=True)
    np.testing.assert_array_equal(outputs, images * factor)


def test_stochastic_depth_repeats_itself_under_the_same_seed(own):
    ones = np.ones((200, 1), "float32")
    first, second = own.StochasticDepth(0.5, seed=3), own.StochasticDepth(0.5, seed=3)
    one, two = (np.asarray(layer(ones, training=True)) for layer in (first, second))
    np.testing.assert_array_equal(one, two)
    assert (np.asarray(first(ones, training=True)) != one).any()


def test_stochastic_depth_refuses_a_rate_above_one(own):
    with pytest.raises(ValueError, match=r"`rate` \(=1.5\) must be from 0 to 1"):
        own.StochasticDepth(1.5)


# Channels -------------------------------------------------------------------


@pytest.mark.parametrize("parts", [1, 2, 3, 12])
def test_the_parts_of_a_split_are_the_channels_in_order(own, images, parts):
    found = [own.ChannelSplit(parts, part)(images) for part in range(parts)]
    for part, expected in zip(found, np.split(images, parts, axis=-1), strict=True):
        np.testing.assert_array_equal(part, expected)


def test_a_split_refuses_a_part_that_does_not_exist(own):
    with pytest.raises(ValueError, match=r"`part` \(=2\) must be from 0 to 1"):
        own.ChannelSplit(2, 2)


def test_slices_that_meet_are_all_channels_in_order(own, images):
    parts = [own.ChannelSlice(stop=5), own.ChannelSlice(5, 6), own.ChannelSlice(6)]
    found = [np.asarray(part(images)) for part in parts]
    assert [part.shape[-1] for part in found] == [5, 1, 6]
    np.testing.assert_array_equal(np.concatenate(found, axis=-1), images)


@pytest.mark.parametrize(("start", "stop"), [(12, None), (3, 3), (0, 13), (-2, None)])
def test_a_slice_refuses_channels_that_do_not_arrive(own, images, start, stop):
    with pytest.raises(ValueError, match="must leave some of 12 channels"):
        own.ChannelSlice(start, stop)(images)


@pytest.mark.parametrize(("after", "before"), [(3, 0), (0, 2), (1, 4), (0, 0)])
def test_padding_puts_channels_of_zeros_beside_those_that_arrive(
    own, images, after, before
):
    found = np.asarray(own.ChannelPadding(after, before)(images))
    sides = [(0, 0)] * (images.ndim - 1) + [(before, after)]
    np.testing.assert_array_equal(found, np.pad(images, sides))


def test_padding_refuses_to_take_channels_away(own):
    with pytest.raises(ValueError, match=r"`before` \(=-1\): none below 0"):
        own.ChannelPadding(2, -1)


def test_channels_are_pooled_at_every_position(own, images):
    mean, largest = own.ChannelAveragePooling(), own.ChannelMaxPooling()
    expected = images.mean(axis=-1, keepdims=True)
    np.testing.assert_allclose(mean(images), expected, atol=1e-6)
    np.testing.assert_array_equal(largest(images), images.max(axis=-1, keepdims=True))


def test_a_shuffle_takes_one_channel_of_each_group_in_turn(own):
    channels = np.array([[[[10, 11, 12, 20, 21, 22]]]], "float32")
    shuffled = np.asarray(own.ChannelShuffle(2)(channels))
    assert shuffled.ravel().tolist() == [10, 20, 11, 21, 12, 22]


@pytest.mark.parametrize("groups", [1, 2, 3, 4, 12])
def test_a_shuffle_is_undone_by_the_groups_that_it_made(own, images, groups):
    shuffled = own.ChannelShuffle(groups)(images)
    again = own.ChannelShuffle(12 // groups)(shuffled)
    np.testing.assert_array_equal(again, images)


# Channels and positions -----------------------------------------------------


def blocks(images, size):
    """Lay each block out as channels, a position at a time."""
    samples, height, width, _ = images.shape
    return np.array(
        [
            [
                [
                    images[n, y : y + size, x : x + size].ravel()
                    for x in range(0, width, size)
                ]
                for y in range(0, height, size)
            ]
            for n in range(samples)
        ]
    )


@pytest.mark.parametrize("size", [1, 2])
def test_space_to_depth_lays_out_blocks_row_by_row(own, images, size):
    outputs = own.SpaceToDepth(size)(images)
    np.testing.assert_array_equal(outputs, blocks(images, size))


@pytest.mark.parametrize("size", [1, 2])
def test_depth_to_space_undoes_space_to_depth(own, images, size):
    outputs = own.DepthToSpace(size)(blocks(images, size))
    np.testing.assert_array_equal(outputs, images)


def test_blocks_are_those_of_tensorflow(own, images):
    nn = pytest.importorskip("tensorflow").nn
    larger, smaller = nn.depth_to_space(images, 2), nn.space_to_depth(images, 2)
    np.testing.assert_array_equal(own.DepthToSpace(2)(images), larger)
    np.testing.assert_array_equal(own.SpaceToDepth(2)(images), smaller)
