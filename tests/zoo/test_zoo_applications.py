"""Our specs beside keras.applications: the same function, weight by weight.

Each model of keras.applications gives its weights to the model of our spec; then both
must give the same values before the softmax.
"""

import gc

import numpy as np
import pytest
from keras_applications import APPLICATIONS
from transplant.living import difference, images_for, live_statistics, logits

import archcompiler
from archcompiler import transplant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    # Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]

VARIANTS = {
    **{f"mobilenet-v1-{a}-224": ("MobileNet", {"alpha": a}) for a in (0.75, 0.5, 0.25)},
    **{
        f"mobilenet-v1-1.0-{side}": ("MobileNet", {"input_shape": (side, side, 3)})
        for side in (192, 160, 128)
    },
    "mobilenetv2-1.4": ("MobileNetV2", {"alpha": 1.4}),
}
"""Variants that keras.applications builds by an argument."""

RESOLUTIONS = {
    "efficientnet-b6": 264,
    "efficientnet-b7": 300,
    "efficientnet-v2-s": 96,
    "efficientnet-v2-m": 96,
    "efficientnet-v2-l": 96,
    **{f"convnext-{name}": 64 for name in ("small", "base", "large", "xlarge")},
}
"""Less than the native size, for models that would take a minute."""

NEARLY_EQUAL = {
    name
    for name in (*APPLICATIONS, *VARIANTS)
    if name.startswith(("mobilenet-v1", "mobilenet-v3", "convnext"))
}
"""All others give the same bits; here, a dense layer is a convolution, or functions
are written out."""


@pytest.fixture(autouse=True)
def forget(keras):
    """Give back the memory of a test's models: the largest takes gigabytes."""
    yield
    keras.utils.clear_session()
    gc.collect()


@pytest.mark.parametrize("spec", [*APPLICATIONS, *VARIANTS])
def test_a_spec_computes_what_keras_applications_computes(keras, spec):
    source, target = build_both(keras, spec)
    images = images_for(target, batch=1)
    live_statistics(source, images)
    before = logits(target, images)
    report = transplant(source, target)
    assert report.parameters == source.count_params() == target.count_params()
    assert report.left == ((), ())
    ours, theirs = logits(target, images), logits(source, images)
    assert difference(before, theirs) > 1e-2
    assert difference(ours, theirs) < 1e-5
    if spec not in NEARLY_EQUAL:
        assert np.array_equal(ours, theirs)


def build_both(keras, spec):
    """Return the model of keras.applications and ours."""
    keras.utils.set_random_seed(0)
    name, arguments = VARIANTS.get(spec) or (APPLICATIONS[spec], {})
    application = getattr(keras.applications, name)
    if spec not in RESOLUTIONS:
        source = application(weights=None, **arguments)
        return source, archcompiler.load(spec).to_keras()
    side = RESOLUTIONS[spec]
    source = application(weights=None, input_shape=(side, side, 3), **arguments)
    return source, archcompiler.load(spec, resolution=side).to_keras()
