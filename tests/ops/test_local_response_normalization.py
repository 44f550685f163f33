"""Local response normalisation, against AlexNet's formula and TensorFlow's kernel."""

import numpy as np
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("keras")]


@pytest.fixture
def images():
    return np.random.default_rng(7).normal(size=(2, 4, 3, 11)).astype("float32") * 5


def make(**arguments):
    from archcompiler.backends.keras_model.layers import LocalResponseNormalization

    return LocalResponseNormalization(**arguments)


def formula(x, size, alpha, beta, k):
    """Compute section 3.3 of AlexNet one channel at a time, in float64."""
    x = x.astype("float64")
    channels = x.shape[-1]
    y = np.empty_like(x)
    for i in range(channels):
        low, high = max(0, i - size // 2), min(channels - 1, i + size // 2)
        energy = sum(x[..., j] ** 2 for j in range(low, high + 1))
        y[..., i] = x[..., i] / (k + alpha / size * energy) ** beta
    return y


ARGUMENTS = [
    {"size": 5, "alpha": 1e-4, "beta": 0.75, "k": 1.0},
    {"size": 5, "alpha": 5e-4, "beta": 0.75, "k": 2.0},
    {"size": 3, "alpha": 1.0, "beta": 0.5, "k": 0.5},
    {"size": 1, "alpha": 1.0, "beta": 1.0, "k": 1.0},
    {"size": 25, "alpha": 2.0, "beta": 0.75, "k": 1.0},
]


@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_it_computes_the_formula_of_the_paper(keras, images, arguments):
    outputs = keras.ops.convert_to_numpy(make(**arguments)(images))
    assert outputs.dtype == np.float32
    np.testing.assert_allclose(outputs, formula(images, **arguments), rtol=2e-6)


@pytest.mark.parametrize("arguments", ARGUMENTS)
def test_it_agrees_with_the_kernel_of_tensorflow(images, arguments):
    tf = pytest.importorskip("tensorflow")
    theirs = tf.nn.local_response_normalization(
        images,
        depth_radius=arguments["size"] // 2,
        bias=arguments["k"],
        alpha=arguments["alpha"] / arguments["size"],
        beta=arguments["beta"],
    )
    np.testing.assert_allclose(make(**arguments)(images), theirs, rtol=2e-6)


def test_it_keeps_the_shape_and_the_sign(keras, images):
    model = keras.Sequential([keras.Input(images.shape[1:]), make(alpha=1.0)])
    assert model.output_shape == (None, *images.shape[1:])
    outputs = model.predict(images, verbose=0)
    assert (np.sign(outputs) == np.sign(images)).all()
    assert (np.abs(outputs) < np.abs(images)).all()


def test_squares_do_not_overflow_in_half_precision(keras):
    loud = np.full((1, 2, 2, 5), 1000.0, "float16")
    outputs = make(dtype="mixed_float16")(loud)
    assert keras.backend.standardize_dtype(outputs.dtype) == "float16"
    expected = formula(loud, 5, 1e-4, 0.75, 1.0)
    np.testing.assert_allclose(outputs, expected, rtol=1e-3)


def test_an_even_size_has_no_middle():
    with pytest.raises(ValueError, match=r"`size` \(=4\) must be odd"):
        make(size=4)
