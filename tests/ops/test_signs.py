"""What ops say of signs and of themselves is so in Keras, for all activations."""

from itertools import product
from typing import get_args

import numpy as np
import pytest
from ops.op_cases import CASES

from archcompiler.ops import fields
from archcompiler.ops.activation import ELU, OF_CHANNELS, Activation, LeakyReLU, ReLU
from archcompiler.units.words import as_layer

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    # Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]


def least(op, inputs, low):
    """Return the least number that an op's layer gives for numbers from `low` on."""
    import keras
    from alignment.one_layer import model_of

    random = np.random.default_rng(0)
    batch = [random.uniform(low, 20, (4, *shape)).astype("float32") for shape in inputs]
    model = model_of(op, inputs)
    found = model(batch if len(batch) > 1 else batch[0], training=False)
    return float(keras.ops.convert_to_numpy(found).min())


@pytest.mark.parametrize("name", CASES)
def test_an_op_gives_the_signs_that_it_says(name):
    from alignment.one_layer import ops_of

    for op, inputs in ops_of(name):
        if op.keeps_signs:
            assert least(op, inputs, 0.0) >= 0, op
        if op.is_never_negative():
            assert least(op, inputs, -20.0) >= 0, op


@pytest.mark.parametrize("name", get_args(fields.Activation))
def test_an_activation_that_is_never_negative_says_so(name):
    op = Activation(activation=name)
    if name == "squareplus":  # only where the difference of two large numbers is exact
        assert not op.is_never_negative()
        return
    assert op.is_never_negative() == (least(op, ((64,),), -20.0) >= 0)


def test_a_rectifier_that_leaks_says_so():
    for op in (
        ReLU(negative_slope=0.1),
        ReLU(),
        ReLU(threshold=2.0),
        ReLU(max_value=1.0),
    ):
        assert op.is_never_negative() == (least(op, ((64,),), -20.0) >= 0)


def test_what_functions_say_of_themselves_is_so():
    for name in {*get_args(fields.Activation)} - {*OF_CHANNELS}:
        named = Activation(activation=name)
        is_itself = is_itself_once_more(named)
        for op in (named, as_layer(named)):
            assert op.is_idempotent() == is_itself, op


def test_what_rectifiers_say_of_themselves_is_so():
    for slope, threshold, most in product((0.0, 0.1), (0.0, 2.0), (None, 1.0, 3.0)):
        op = ReLU(negative_slope=slope, threshold=threshold, max_value=most)
        assert op.is_idempotent() == is_itself_once_more(op), op


NAMES = [name for name in get_args(fields.Activation) if name not in OF_CHANNELS]
FUNCTIONS = (
    *(Activation(activation=name) for name in NAMES),
    *(
        ReLU(negative_slope=slope, threshold=threshold, max_value=most)
        for slope, threshold, most in product((0.0, 0.1), (0.0, 2.0), (None, 1.0, 3.0))
    ),
    *(LeakyReLU(negative_slope=0.1), ELU(alpha=0.5), ELU(alpha=-0.5)),
)


@pytest.mark.parametrize("op", FUNCTIONS, ids=repr)
def test_what_functions_say_of_their_elements_is_so(op):
    x = np.linspace(-20, 20, 4001).astype("float32")
    x[2000] = 0.0
    y = given(op, x)
    assert op.is_monotone() == bool((np.diff(y) >= -1e-6).all())
    assert op.keeps_zero() == (y[2000] == 0)
    assert op.keeps_positive() == np.array_equal(x[2000:], y[2000:])


def given(op, x):
    import keras
    from alignment.one_layer import model_of

    made = model_of(op, (x.shape,))(x[None], training=False)
    return keras.ops.convert_to_numpy(made)[0]


def is_itself_once_more(op):
    """Return whether what a function gives of what it gave is that."""
    import keras
    from alignment.one_layer import model_of

    model = model_of(op, ((64,),))
    batch = np.random.default_rng(0).uniform(-20, 20, (4, 64)).astype("float32")
    batch[0] = np.linspace(-1, 1, 64)
    once = model(batch, training=False)
    again = model(once, training=False)
    return np.array_equal(*map(keras.ops.convert_to_numpy, (once, again)))
