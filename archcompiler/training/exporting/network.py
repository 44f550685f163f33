"""What is exported: the network of a run in float32, with its pipeline where asked."""

from typing import Any

import keras

from archcompiler.training.errors import TrainingError
from archcompiler.training.loading import Run
from archcompiler.training.recipe import Head, Recipe
from archcompiler.training.transfer.weights import load_exactly

_BRIGHTEST = 255.0


def network_of(run: Run, head: Head | None = None) -> keras.Model:
    """Return the network with the weights of a run; of its outputs all, or that of one.

    Raises:
        TrainingError: for a damaged file, or weights of another network.
    """
    model = run.architecture.to_keras()
    load_exactly(model, run.weights)
    if head is None:
        return model
    output = model.outputs[run.recipe.heads.index(head)]
    return keras.Model(model.inputs, output, name=model.name)


def with_preprocessing(model: keras.Model, recipe: Recipe) -> keras.Model:
    """Return a model of images as they are: of any size, with values of 0 to 255.

    Raises:
        TrainingError: where Keras has no layer that resizes so.
    """
    height, width, channels = recipe.image
    method = recipe.training.resize
    if method == "area":
        raise TrainingError(
            "`resize: area` is of TensorFlow, no layer of Keras does it: leave "
            "`--preprocess` out, and resize images before they reach the network"
        )
    images = keras.Input((None, None, channels), name="image")
    values: Any = keras.layers.Resizing(height, width, method)(images)
    scales, offsets = _affine(recipe)
    if (scales, offsets) != ([1.0] * channels, [0.0] * channels):
        values = keras.layers.Rescaling(scales, offsets)(values)
    # Else Keras takes a model within a model to be in training, where nobody says.
    return keras.Model(images, model(values, training=False), name=model.name)


def _affine(recipe: Recipe) -> tuple[list[float], list[float]]:
    """Return for each channel by what it is multiplied, and what is added then."""
    training, channels = recipe.training, recipe.image[-1]
    low, high = training.pixels or (0.0, _BRIGHTEST)
    scale = (high - low) / _BRIGHTEST
    mean = training.mean or (0.0,) * channels
    deviation = training.deviation or (1.0,) * channels
    scales = [scale / each for each in deviation]
    return scales, [(low - m) / d for m, d in zip(mean, deviation, strict=True)]
