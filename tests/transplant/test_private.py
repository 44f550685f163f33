"""What is private to Keras is as this project takes it, and is taken in one place."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "archcompiler"
PRIVATE = re.compile(
    r"keras\.src|\b_(keras_history|inbound_nodes|outbound_nodes|flatten_layers"
    r"|trainable_variables|call_fn|auto_config)\b"
)


@pytest.mark.thorough
def test_one_file_alone_looks_behind_the_public_names():
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if PRIVATE.search(path.read_text("utf-8"))
    }
    assert found == {"models/private.py"}


@pytest.fixture
def layers(keras):
    return keras.layers


@pytest.mark.slow
def test_a_tensor_knows_the_call_that_made_it(keras, layers):
    from archcompiler.models.private import call_that_made

    one, other = keras.Input((4,)), keras.Input((4,))
    shared = layers.Dense(4)
    shared(one)
    again = shared(other, training=True)
    made = call_that_made(again)
    assert made.operation is shared
    assert (made.input_tensors, made.outputs) == ([other], [again])
    assert made.arguments.args == (other,)
    assert made.arguments.kwargs["training"] is True
    assert isinstance(call_that_made(one).operation, layers.InputLayer)
    assert call_that_made(one).input_tensors == []


@pytest.mark.slow
def test_a_call_of_several_tensors_keeps_their_order(keras, layers):
    from archcompiler.models.private import call_that_made

    one, other = keras.Input((4,)), keras.Input((4,))
    assert call_that_made(layers.Add()([other, one])).input_tensors == [other, one]


@pytest.mark.slow
def test_a_layer_has_its_layers_at_any_depth(keras, layers):
    from archcompiler.models.private import layers_within

    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4), layers.ReLU()])
    model = keras.Sequential([keras.Input((4,)), inner, layers.Softmax()])
    kinds = {type(each).__name__ for each in layers_within(model)}
    assert {"Sequential", "Dense", "ReLU", "Softmax"} <= kinds
    assert next(iter(layers_within(model))) is model


@pytest.mark.slow
def test_a_model_of_its_own_code_is_told(keras):
    from archcompiler.models.private import is_called_as_keras_does

    class Own(keras.Model):
        def call(self, inputs):
            return inputs

    class Named(keras.Model):
        """A functional model with a name of its own, as keras_hub has them."""

    inputs = keras.Input((4,))
    for model in (keras.Model(inputs, inputs), Named(inputs, inputs)):
        assert is_called_as_keras_does(model)
    assert is_called_as_keras_does(keras.Sequential())
    assert not is_called_as_keras_does(Own())


@pytest.mark.slow
def test_functions_are_no_layers(keras, layers):
    from archcompiler.models.private import call_that_made, is_function

    x = keras.Input((4, 4, 3))
    functions = (keras.ops.relu, keras.ops.tanh, keras.activations.silu)
    for function in (*functions, lambda x: x * 2, lambda x: x[..., :2]):
        assert is_function(call_that_made(function(x)).operation)
    assert not is_function(layers.ReLU())


@pytest.mark.slow
def test_a_split_is_where_it_was(keras):
    from archcompiler.models.private import SPLIT, call_that_made
    from archcompiler.models.settings import kind_of

    part, _ = keras.ops.split(keras.Input((4, 4, 6)), 2, axis=-1)
    assert kind_of(call_that_made(part).operation) == SPLIT


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("STOCHASTIC_DEPTH", (0.1,)),
        ("LAYER_SCALE", (1e-6, 4)),
        ("SCALE_THEN_ADD", (0.1,)),
    ],
)
@pytest.mark.usefixtures("keras")
def test_layers_without_a_public_name_are_where_they_were(name, arguments):
    from archcompiler.models import private
    from archcompiler.models.settings import kind_of

    kind = getattr(private, name)
    module, _, cls = kind.rpartition(".")
    assert kind_of(getattr(import_module(module), cls)(*arguments)) == kind
