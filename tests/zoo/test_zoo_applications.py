"""Our specs beside keras.applications: the same function, weight by weight.

Each model of keras.applications gives its weights to the model of our spec; then both
must give the same values before the softmax.
"""

import numpy as np
import pytest
from transplant.living import difference, images_for, live_statistics, logits

import archcompiler
from archcompiler import transplant

pytestmark = [
    pytest.mark.slow,
    pytest.mark.usefixtures("keras"),
    # Keras reads TensorFlow's variables in a way that NumPy 2 warns of.
    pytest.mark.filterwarnings("ignore:__array__ implementation"),
]

APPLICATIONS = {
    "densenet121": "DenseNet121",
    "densenet169": "DenseNet169",
    "densenet201": "DenseNet201",
    **{f"efficientnet-b{n}": f"EfficientNetB{n}" for n in range(8)},
    "inception-resnet-v2": "InceptionResNetV2",
    "inception-v3": "InceptionV3",
    "mobilenet-v1": "MobileNet",
    "mobilenetv2": "MobileNetV2",
    "resnet50": "ResNet50",
    "resnet101": "ResNet101",
    "resnet152": "ResNet152",
    "resnet50v2": "ResNet50V2",
    "resnet101v2": "ResNet101V2",
    "resnet152v2": "ResNet152V2",
    "vgg16": "VGG16",
    "vgg19": "VGG19",
    "xception": "Xception",
}
"""The name of each spec in keras.applications."""

VARIANTS = {
    **{f"mobilenet-v1-{a}-224": ("MobileNet", {"alpha": a}) for a in (0.75, 0.5, 0.25)},
    **{
        f"mobilenet-v1-1.0-{side}": ("MobileNet", {"input_shape": (side, side, 3)})
        for side in (192, 160, 128)
    },
    "mobilenetv2-1.4": ("MobileNetV2", {"alpha": 1.4}),
}
"""Variants that keras.applications builds by an argument."""

RESOLUTIONS = {"efficientnet-b6": 264, "efficientnet-b7": 300}
"""Half the native size, for models that would take a minute."""

NEARLY_EQUAL = {name for name in (*APPLICATIONS, *VARIANTS) if "mobilenet-v1" in name}
"""All others give the same bits; here, theirs ends in a convolution, ours is dense."""


@pytest.mark.parametrize("spec", [*APPLICATIONS, *VARIANTS])
def test_a_spec_computes_what_keras_applications_computes(keras, spec):
    source, target = build_both(keras, spec)
    images = images_for(source, batch=1)
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
    source = application(weights=None, input_shape=(side, side, 3))
    return source, archcompiler.load(spec, resolution=side).to_keras()
