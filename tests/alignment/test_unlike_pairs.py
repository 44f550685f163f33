"""Keras models that compute something else in a way that is easy to overlook."""

import pytest

import archcompiler

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("keras")]


def table(*rows, inputs="input: 8x8x8"):
    lines = "\n".join(f"  - {row}" for row in rows)
    columns = "columns: [name, type, patch, filters]"
    return f"name: t\n{inputs}\ntable:\n  {columns}\n  rows:\n{lines}\n"


MEAN = "{name: g, type: GlobalAveragePooling2D, keepdims: true}"


def differs(spec, *model, **options):
    import keras

    return archcompiler.audit(spec, keras.Model(*model), **options).differs


def test_a_softmax_of_one_position_is_no_softmax_of_channels(keras):
    layers = keras.layers
    spec = table(MEAN, "{name: s, type: Softmax}")
    x = keras.Input((8, 8, 8))
    mean = layers.GlobalAveragePooling2D(keepdims=True)(x)
    assert not differs(spec, x, layers.Softmax()(mean))
    assert differs(spec, x, layers.Softmax(axis=1)(mean))


def test_inputs_have_an_order(keras):
    spec = table(
        "{name: a, type: Subtract, from: [p, q]}", inputs="inputs: {p: 8x8x8, q: 8x8x8}"
    )
    p, q = keras.Input((8, 8, 8), name="p"), keras.Input((8, 8, 8), name="q")
    assert not differs(spec, [p, q], keras.layers.Subtract()([p, q]))
    assert differs(spec, [p, q], keras.layers.Subtract()([q, p]))


def test_channels_first_is_told_whatever_keras_is_set_to(keras):
    spec = table("{name: a, type: Conv2D, patch: 3x3, filters: 8, padding: same}")
    layers = keras.layers
    x = keras.Input((8, 8, 8))
    try:
        keras.config.set_image_data_format("channels_first")
        assert differs(spec, x, layers.Conv2D(8, 3, padding="same")(x))
    finally:
        keras.config.set_image_data_format("channels_last")
    first = layers.Conv2D(8, 3, padding="same", data_format="channels_first")
    assert differs(spec, x, first(x))
    assert not differs(spec, x, layers.Conv2D(8, 3, padding="same")(x))


def test_whole_numbers_are_no_real_ones(keras):
    layers = keras.layers
    x = keras.Input((8, 8, 8))
    whole = layers.Rescaling(1.0, dtype="int32")(x)
    assert differs(table("{name: a, type: relu}"), x, layers.ReLU()(whole))


def test_two_normalisations_without_weights_are_two(keras):
    def build(epsilon):
        plain = {"scale": False, "center": False}
        one = layers.LayerNormalization(epsilon=0.001, **plain)(x)
        other = layers.LayerNormalization(epsilon=epsilon, **plain)(x)
        return layers.Add()([one, other])

    layers = keras.layers
    x = keras.Input((8, 8, 8))
    spec = table(
        "{name: a, type: LayerNormalization, scale: false, center: false}",
        "{name: b, type: LayerNormalization, scale: false, center: false, from: input}",
        "{name: s, type: add, from: [a, b]}",
    )
    assert not differs(spec, x, build(0.001), strict=True)
    assert differs(spec, x, build(0.5), strict=True)


def test_a_dense_layer_of_one_position_is_one(keras):
    layers = keras.layers
    x = keras.Input((8, 8, 8))
    mean = layers.GlobalAveragePooling2D(keepdims=True)(x)
    spec = table(
        "{name: g, type: GlobalAveragePooling2D}", "{name: d, type: Dense, units: 3}"
    )
    assert not differs(spec, x, layers.Flatten()(layers.Dense(3)(mean)))


def test_slopes_of_one_position_are_those_of_its_channels(keras):
    layers = keras.layers
    x = keras.Input((8, 8, 8))
    mean = layers.GlobalAveragePooling2D(keepdims=True)(x)
    spec = table(MEAN, "{name: s, type: PReLU, shared_axes: [1, 2]}")
    assert not differs(spec, x, layers.PReLU(shared_axes=[1, 2])(mean))
    assert differs(spec, x, layers.PReLU(shared_axes=[1, 2, 3])(mean))


@pytest.mark.filterwarnings("ignore:Layer 'sequential.*a mask attached")
def test_weights_of_low_rank_and_masks_are_told_without_a_traceback(keras):
    layers = keras.layers
    x = keras.Input((8,))
    dense = layers.Dense(3)
    y = dense(x)
    dense.enable_lora(2)
    spec = table("{name: d, type: Dense, units: 3}", inputs="input: 8")
    assert differs(spec, x, y)
    inner = keras.Sequential([keras.Input((8,)), layers.ReLU()])
    masked = inner(x, mask=x > 0)
    assert differs(table("relu", inputs="input: 8"), x, masked)
