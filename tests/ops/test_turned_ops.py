"""An op that lets axes through in any order does so in Keras, too."""

from itertools import permutations

import numpy as np
import pytest
from op_cases import CASES

from archcompiler.ops.base import OpError
from archcompiler.ops.table import OPS
from archcompiler.shapes import laid_out, undone

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]


def turned_cases(name):
    """Yield ops, what they are on axes in an order, the order, and what arrives."""
    for case in CASES[name]:
        op, rank = OPS[name](**case.fields), len(case.inputs[0])
        for order in [*permutations(range(1, rank + 1))][1:]:
            shapes = tuple(laid_out(each, order) for each in case.inputs)
            try:
                op.infer_shape(shapes)
            except OpError:
                continue
            other = op.turned(order)
            if other is not None:
                yield op, other, order, case.inputs


def value(op, arrays, weights):
    """Return what the layer of an op makes of arrays."""
    from archcompiler.backends.keras_model.building import make_layer

    layer = make_layer(op, "layer")
    several = [*map(np.asarray, arrays)]
    taken = several if op.inputs == "several" else several[0]
    layer(taken)
    if layer.weights:
        layer.set_weights(weights)
    return np.asarray(layer(taken))


@pytest.mark.parametrize("name", CASES)
def test_an_op_of_axes_in_another_order_is_itself_turned(name):
    random = np.random.default_rng(0)
    for op, other, order, shapes in turned_cases(name):
        axes = (0, *order)
        arrays = [random.normal(size=(2, *s)).astype("float32") for s in shapes]
        weights = [random.uniform(0.5, 2, w.shape) for w in other.weights(shapes)]
        moved = [w.transpose([a - 1 for a in order]) if w.ndim > 1 else w
                 for w in weights]  # fmt: skip
        ours = value(other, arrays, weights)
        theirs = value(op, [each.transpose(axes) for each in arrays], moved)
        np.testing.assert_allclose(theirs, ours.transpose(axes), 1e-3, 1e-4)
        assert laid_out(theirs.shape[1:], undone(order)) == ours.shape[1:]
