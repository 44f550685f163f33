"""A layer of Keras as an op: the inverse of the call that an op makes."""

import pytest
from ops.op_cases import CASES

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("keras")]


def read(model):
    """Return the op of each call of a model."""
    from archcompiler.models.calls import AbstractReading
    from archcompiler.models.keras_ops import op_of

    class Reading(AbstractReading[object]):
        def add_input(self, *_):
            return None

        def add_call(self, call, _):
            found.append(op_of(call))
            return (None,) * len(call.results)

    found = []
    Reading().read(model)
    return found


@pytest.mark.parametrize("name", CASES)
def test_the_op_of_a_layer_makes_that_layer(name):
    from alignment.one_layer import changed, model_of, ops_of

    for op, inputs in ops_of(name):
        for _, each in [("", op), *changed(op, inputs)]:
            model = model_of(each, inputs)
            (found,) = read(model)
            again = model_of(found, inputs)
            assert config(again, each) == config(model, each), (found, each)


def config(model, op):
    """Return the config of the one layer of a model, but for what ops leave open."""
    initial = {
        name for name, what in op.uncompared().items() if what == "initial values"
    }
    layer = model.get_layer("a")
    given = {k: v for k, v in layer.get_config().items() if k not in {*initial, "seed"}}
    if isinstance(given.get("axis"), int):
        given["axis"] %= len(model.inputs[0].shape)
    return given
