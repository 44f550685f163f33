"""The articles' model, compiled as they write it, and ours: the same losses."""

import numpy as np
import pytest

import archcompiler
from archcompiler.training.recipe import read_recipe

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation"),  # of TensorFlow's
]
STEPS, BATCH = 10, 2


@pytest.fixture(scope="module")
def losses(keras):
    """Return the losses of ten steps: the articles' and ours, each with all heads'."""
    from archcompiler.training.compiling import build_for_training
    from benchmarks.articles import googlenet_cifar10

    theirs = googlenet_cifar10()
    theirs.compile(
        optimizer=keras.optimizers.SGD(0.01, momentum=0.9, nesterov=False),
        loss=["categorical_crossentropy"] * 3,
        loss_weights=[1, 0.3, 0.3],
        metrics=[["accuracy"]] * 3,
        jit_compile=False,
    )
    architecture = archcompiler.load("googlenet-cifar10")
    recipe = read_recipe(architecture)
    rename(architecture, [layer.name for layer in theirs.layers])
    ours = build_for_training(architecture, recipe)
    archcompiler.transplant(theirs, ours)
    random = np.random.default_rng(0)
    batches = [
        (
            random.random((BATCH, 224, 224, 3), np.float32),
            np.eye(10, dtype=np.float32)[random.integers(0, 10, BATCH)],
        )
        for _ in range(STEPS)
    ]
    return [steps_of(model, batches) for model in (theirs, ours)]


def rename(architecture, names):
    """Give our layers the names of theirs, which stand in the same order.

    TensorFlow adds gradients in an order that follows from names. Rounding then differs
    in the last bit, and this network, at this rate, makes it ten times more each step.
    """
    layers = [layer.name for layer in architecture.to_keras().layers]
    new = {old: f"ours_{name}" for old, name in zip(layers, names, strict=True)}
    for node in architecture.graph:
        node.name = new[node.name]


def steps_of(model, batches):
    for layer in model.layers:
        if hasattr(layer, "rate"):
            layer.rate = 0
    return [model.train_on_batch(x, [y, y, y])[:4] for x, y in batches]


def test_ten_steps_have_the_same_losses(losses):
    theirs, ours = losses
    np.testing.assert_allclose(ours, theirs, rtol=1e-5)


def test_the_losses_are_those_of_a_network_that_learns(losses):
    whole = [step[0] for step in losses[0]]
    assert len(set(whole)) == STEPS
    assert 1 < whole[0] < 10  # about (1 + 0.3 + 0.3) x ln 10


def test_the_whole_loss_is_weighted(losses):
    for step in losses[1]:
        whole, first, second, third = step
        assert whole == pytest.approx(first + 0.3 * second + 0.3 * third, rel=1e-5)


def test_the_optimizers_are_those_of_keras_with_its_defaults(keras):
    import inspect

    from archcompiler.language.recipe.optimizers import OPTIMIZERS

    for name, kind in OPTIMIZERS.items():
        theirs = inspect.signature(getattr(keras.optimizers, name)).parameters
        for field, declared in kind.model_fields.items():
            if field != "at":
                assert declared.default == theirs[field].default, f"{name}.{field}"


def test_the_losses_are_those_of_keras_and_take_what_a_recipe_tells_them(keras):
    import inspect

    from archcompiler.language.recipe.losses import LOSSES

    for name, kind in LOSSES.items():
        theirs = inspect.signature(getattr(keras.losses, kind.keras_name)).parameters
        told = [word for word in theirs if word in ("from_logits", "label_smoothing")]
        assert list(kind.takes) == told, name


def test_an_optimizer_is_made_with_the_arguments_of_the_recipe(keras):
    from archcompiler.training.compiling import build_for_training

    architecture = archcompiler.load("googlenet-cifar10")
    made = build_for_training(architecture, read_recipe(architecture)).optimizer
    assert isinstance(made, keras.optimizers.SGD)
    assert (made.momentum, float(made.learning_rate)) == (0.9, pytest.approx(0.01))


def test_mixed_precision_keeps_softmax_in_float32(keras):
    from archcompiler.training.compiling import build_for_training

    architecture = archcompiler.load("googlenet-digits")
    recipe = read_recipe(architecture, {"precision": "mixed_bfloat16"})
    model = build_for_training(architecture, recipe)
    image = np.random.default_rng(0).random((2, 16, 16, 1), np.float32)
    output = model(image)
    assert keras.backend.standardize_dtype(output.dtype) == "float32"
    np.testing.assert_allclose(np.sum(output, axis=1), 1, atol=1e-6)
    assert model.get_layer("conv1_conv").compute_dtype == "bfloat16"
    assert {weight.dtype for weight in model.trainable_weights} == {"float32"}
    target = np.eye(10, dtype=np.float32)[[3, 4]]
    first = model.train_on_batch(image, target)[0]
    assert np.isfinite(first)
    assert keras.config.dtype_policy().name == "float32"


def test_l2_penalises_kernels_and_nothing_else(keras, write_spec):
    from archcompiler.training.compiling import build_for_training

    text = """\
    name: penalised
    extends: googlenet-digits
    training: {l2: 0.5}
    """
    architecture = archcompiler.load(write_spec(text))
    model = build_for_training(architecture, read_recipe(architecture))
    kernels = [v.numpy() for v in model.trainable_variables if v.name == "kernel"]
    expected = 0.5 * sum(
        float((kernel.astype(np.float64) ** 2).sum()) for kernel in kernels
    )
    found = float(sum(float(loss) for loss in model.losses))
    assert found == pytest.approx(expected, rel=1e-5)
    del keras
