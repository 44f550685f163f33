"""What an audit leaves open, and what no op says: to a transplant all of it counts."""

import numpy as np
import pytest
from transplant.living import images_for

from archcompiler import TransplantError, transplant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]

IMAGE, SEQUENCE = (8, 8, 3), (9, 3)


def own_dense(keras):
    class Dense(keras.layers.Dense):
        def call(self, inputs):
            return -super().call(inputs)

    return Dense


def scale():
    from archcompiler.backends.keras_model.layers import Scale

    return Scale()


def half_of_cells(keras, at):
    def build(x):
        cells = keras.layers.LSTM(4, return_state=True)(x)
        return keras.layers.Dense(2)(cells[at])

    return build


def between(keras, *layers):
    """Put layers between a convolution and the end."""

    def build(x):
        x = keras.layers.Conv2D(3, 1)(x)
        for layer in layers:
            x = layer(x)
        return x

    return build


UNLIKE = {
    "slopes that papers would round": lambda k: (
        IMAGE,
        between(k, k.layers.LeakyReLU(0.12345671)),
        between(k, k.layers.LeakyReLU(0.12345679)),
    ),
    "a class with a name of Keras'": lambda k: (
        (6,),
        own_dense(k)(2),
        k.layers.Dense(2),
    ),
    "numbers before and after what is learnt": lambda k: (
        IMAGE,
        between(k, k.layers.Rescaling(0.5), scale()),
        between(k, scale(), k.layers.Rescaling(0.5)),
    ),
    "what an unknown layer gives below 0": lambda k: (
        IMAGE,
        between(k, k.layers.UpSampling2D(2, "channels_last"), k.ops.negative,
                k.layers.MaxPooling2D(3, 1, padding="same")),
        between(k, k.layers.UpSampling2D(2, "channels_last"), k.ops.negative,
                k.layers.ZeroPadding2D(1), k.layers.MaxPooling2D(3, 1)),
    ),
    "zeros around an image of open size": lambda k: (
        (None, None, 3),
        between(k, k.layers.ZeroPadding2D(1), k.layers.Conv2D(2, 3, 2, "same")),
        between(k, k.layers.ZeroPadding2D(2), k.layers.Conv2D(2, 3, 2, "same")),
    ),
    "zeros that a mean of a sequence leaves out": lambda k: (
        SEQUENCE,
        lambda x: k.layers.AveragePooling1D(3, 1, "same")(k.layers.Conv1D(3, 1)(x)),
        lambda x: k.layers.AveragePooling1D(3, 1)(
            k.layers.ZeroPadding1D(1)(k.layers.Conv1D(3, 1)(x))
        ),
    ),
    "outputs of one unknown layer": lambda k: (
        SEQUENCE,
        half_of_cells(k, 1),
        half_of_cells(k, 2),
    ),
    "a sequence at each position and whole": lambda k: (
        (1, 3),
        lambda x: k.layers.Flatten()(k.layers.Dense(4)(x)),
        lambda x: k.layers.Dense(4)(k.layers.ReLU()(k.layers.Flatten()(x))),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNLIKE)
def test_what_is_nearly_alike_is_refused(keras, name):
    size, ours, theirs = UNLIKE[name](keras)
    source, target = (model_of(keras, size, build) for build in (ours, theirs))
    with pytest.raises(TransplantError, match="nothing is copied"):
        transplant(source, target)
    *_, anew = UNLIKE[name](keras)
    transplant(model_of(keras, size, anew), target)


ALIKE = {
    "a window on its whole image is a matrix": lambda k: (
        IMAGE,
        lambda x: k.layers.Flatten()(k.layers.Conv2D(4, 8)(x)),
        lambda x: k.layers.Dense(4)(k.layers.Flatten()(x)),
    ),
    "states of an unknown layer": lambda k: (
        SEQUENCE,
        half_of_cells(k, 2),
        half_of_cells(k, 2),
    ),
    "an activation of a sequence": lambda k: (
        SEQUENCE,
        lambda x: k.layers.Conv1D(4, 3, activation="relu")(x),
        lambda x: k.layers.ReLU()(k.layers.Conv1D(4, 3)(x)),
    ),
    "an activation of a volume": lambda k: (
        (5, 5, 5, 3),
        lambda x: k.layers.Conv3D(6, 2, activation="tanh")(x),
        lambda x: k.layers.Activation("tanh")(k.layers.Conv3D(6, 2)(x)),
    ),
    "zeros before a sequence": lambda k: (
        SEQUENCE,
        lambda x: k.layers.Conv1D(4, 3, padding="causal")(x),
        lambda x: k.layers.Conv1D(4, 3)(k.layers.ZeroPadding1D((2, 0))(x)),
    ),
    "zeros around a volume": lambda k: (
        (5, 5, 5, 2),
        lambda x: k.layers.Conv3D(3, 3, 2, padding="same")(x),
        lambda x: k.layers.Conv3D(3, 3, 2)(k.layers.ZeroPadding3D(1)(x)),
    ),
    "rows that are joined": lambda k: (
        IMAGE,
        lambda x: k.ops.concatenate([x, k.layers.Conv2D(3, 1)(x)], axis=1),
        lambda x: k.layers.Concatenate(axis=-3)([x, k.layers.Conv2D(3, 1)(x)]),
    ),
    "slices of an image of open size": lambda k: (
        (None, None, 4),
        lambda x: k.layers.Conv2D(2, 1)(x[..., :2]),
        lambda x: k.layers.Conv2D(2, 1)(k.ops.split(x, 2, axis=-1)[0]),
    ),
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_computes_the_same_moves(keras, name):
    size, ours, theirs = ALIKE[name](keras)
    source, target = (model_of(keras, size, build) for build in (ours, theirs))
    images = images_for(source)
    transplant(source, target)
    expected = source(images, training=False)
    found = target(images, training=False)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-3)


def model_of(keras, size, build):
    inputs = keras.Input(size)
    return keras.Model(inputs, build(inputs))
