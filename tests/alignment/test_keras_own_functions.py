"""Keras' functions are the layers that do the same, and no others."""

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("keras")]

SAME = {
    "activations.gelu(x)": "gelu",
    "activations.log_softmax(x)": "log_softmax",
    "activations.exponential(x)": "exponential",
    "activations.squareplus(x)": "squareplus",
    "ops.celu(x)": "celu",
    "ops.silu(x)": "silu",
    "ops.tanh(x)": "tanh",
    "ops.maximum(x, 0.0)": "relu",
    "ops.mean(x, axis=(1, 2))": "GlobalAveragePooling2D",
    "ops.mean(x, axis=(2, 1), keepdims=True)": (
        "{type: GlobalAveragePooling2D, keepdims: true}"
    ),
    "ops.max(x, axis=(-3, -2))": "GlobalMaxPooling2D",
    "ops.max_pool(x, 2)": "MaxPooling2D",
    "ops.average_pool(x, 3, 2, padding='same')": (
        "{type: AveragePooling2D, pool_size: 3, strides: 2, padding: same}"
    ),
    "ops.pad(x, ((0, 0), (1, 2), (3, 4), (0, 0)))": (
        "{type: ZeroPadding2D, padding: [[1, 2], [3, 4]]}"
    ),
    "ops.reshape(x, (-1, 256))": "Flatten",
    "ops.reshape(x, (-1, 64, 4))": "{type: Reshape, target_shape: 64x4}",
    "ops.transpose(x, (0, 2, 1, 3))": "{type: Permute, dims: 2x1x3}",
}
OTHER = {
    "ops.gelu(x)": "gelu",  # by a tangent
    "ops.log_softmax(x, axis=1)": "log_softmax",
    "activations.squareplus(x, b=2)": "squareplus",
    "ops.celu(x, alpha=0.5)": "celu",
    "ops.maximum(x, 1.0)": "relu",
    "ops.minimum(x, 0.0)": "relu",
    "ops.mean(x, axis=(1, 2))": "GlobalMaxPooling2D",
    "ops.max(x, axis=(1, 2), initial=0.0)": "GlobalMaxPooling2D",
    "ops.mean(x, axis=1)": "GlobalAveragePooling2D",
    "ops.max_pool(x, 2, strides=1)": "MaxPooling2D",
    "ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), constant_values=1)": (
        "{type: ZeroPadding2D, padding: 1}"
    ),
    "ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)), mode='reflect')": (
        "{type: ZeroPadding2D, padding: 1}"
    ),
    "ops.pad(x, ((0, 0), (1, 1), (1, 1), (0, 1)))": (
        "{type: ZeroPadding2D, padding: 1}"
    ),
    "ops.reshape(x, (-1, 128))": "Flatten",
    "ops.transpose(x, (0, 2, 1, 3))": "{type: Permute, dims: 1x2x3}",
}


def compared(function, word, folder):
    """Return the audit of one call of a function against the table of one row."""
    import keras

    import archcompiler

    spec = folder / "one.yaml"
    table = f"table:\n  columns: [name, type]\n  rows:\n  - a: {word}\n"
    spec.write_text(f"name: one\ninput: 8x8x4\n{table}")
    given = keras.Input((8, 8, 4))
    names = {"x": given, "ops": keras.ops, "activations": keras.activations}
    made = eval(function, names)
    return archcompiler.audit(archcompiler.load(spec), keras.Model(given, made))


@pytest.mark.parametrize("function", SAME)
def test_a_function_is_the_layer_that_does_the_same(function, tmp_path):
    audit = compared(function, SAME[function], tmp_path)
    assert not audit.differs, audit.findings


@pytest.mark.parametrize("function", OTHER)
def test_a_function_with_other_settings_differs(function, tmp_path):
    assert compared(function, OTHER[function], tmp_path).differs
