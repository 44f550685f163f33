"""What ops say of signs is so in Keras, and in every activation that it knows."""

from typing import get_args

import numpy as np
import pytest
from ops.op_cases import CASES

from archcompiler.ops import fields
from archcompiler.ops.activation import Activation, ReLU

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
