"""Models of keras.applications, rebuilt in random order under new names."""

from itertools import pairwise

import numpy as np
import pytest
from transplant.living import difference, disguise, images_for, live_statistics, logits

from archcompiler import transplant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    # Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]

SMALLEST = {
    "ConvNeXtTiny": 64,
    "DenseNet121": 64,
    "EfficientNetB0": 64,
    "InceptionV3": 139,
    "MobileNet": 64,
    "MobileNetV2": 64,
    "MobileNetV3Small": 64,
    "NASNetMobile": 224,
    "ResNet50": 64,
    "ResNet50V2": 64,
    "Xception": 139,
}
"""Models, and the sizes of their images here."""


def build(keras, name, **arguments):
    keras.utils.set_random_seed(0)
    shape = (SMALLEST[name], SMALLEST[name], 3)
    application = getattr(keras.applications, name)
    return application(weights=None, input_shape=shape, classes=100, **arguments)


@pytest.mark.parametrize("name", SMALLEST)
def test_a_disguised_model_matches_and_its_outputs_are_bit_equal(keras, name):
    source = build(keras, name)
    target = disguise(source)
    images = images_for(source)
    live_statistics(source, images)
    before = logits(target, images)
    report = transplant(source, target)
    expected = logits(source, images)
    assert np.array_equal(logits(target, images), expected)
    assert difference(before, expected) > 1e-2
    assert report.parameters == source.count_params() == target.count_params()
    assert report.left == ((), ())


@pytest.mark.parametrize("name", ["DenseNet121", "EfficientNetB0", "MobileNetV2"])
def test_swapping_any_two_layers_of_equal_shape_shows(keras, name):
    """The tests above would be void if a wrong match gave the same output."""
    model = build(keras, name)
    images = images_for(model)
    live_statistics(model, images)
    features = keras.Model(model.input, model.layers[-1].input)
    expected = features.predict_on_batch(images)
    moved = []
    for pair in twins(model):
        swap_weights(*pair)
        moved.append(difference(features.predict_on_batch(images), expected))
        swap_weights(*pair)
    assert len(moved) > 50
    assert min(moved) > 1e-2


def twins(model):
    """Return pairs of layers whose weights have equal shapes: each and the next."""
    by_shapes = {}
    for layer in model.layers:
        if layer.weights:
            shapes = tuple(tuple(variable.shape) for variable in layer.weights)
            by_shapes.setdefault(shapes, []).append(layer)
    return [pair for layers in by_shapes.values() for pair in pairwise(layers)]


def swap_weights(one, other):
    weights = one.get_weights()
    one.set_weights(other.get_weights())
    other.set_weights(weights)
