"""Augmentation of a batch: every draw is a function of the seed and the step.

Emitted training scripts quote these functions.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow as tf

from archcompiler.language.forms.sections import NamedSection


class Draws(NamedTuple):
    """What the draws of a batch follow from, whoever reads which part of it."""

    step: Any
    places: Any
    """Where in the batch the images stand that are read here."""

    count: Any
    """Images of the whole batch."""

    def of(self, number: int, seed: int) -> Callable[..., Any]:
        """Return what draws for the whole batch, and gives those of what is read."""
        draw = draw_of(number, self.step, self.count, seed)
        return lambda *given: tf.gather(draw(*given), self.places, axis=-1)


def augment(
    images: Any, calls: tuple[NamedSection, ...], seed: int, draws: Draws
) -> Any:
    """Return images of a batch, changed by each call in turn; values are 0 to 255."""
    for number, call in enumerate(calls):
        (arguments,) = call.plain().values()
        draw = draws.of(number, seed)
        images = FUNCTIONS[call.name](images, draw, **arguments)
    return images


def draw_of(number: int, step: Any, count: Any, seed: int) -> Any:
    """Return what draws numbers for each image of a batch, in each run the same."""
    key = tf.stack([tf.constant(1000 * seed + number, tf.int64), step])

    def draw(least: float, most: float, *shape: int) -> Any:
        kind = tf.int32 if isinstance(least, int) else tf.float32
        shape = (*shape, count)
        return tf.random.stateless_uniform(shape, key, least, most, dtype=kind)

    return draw


def flip(images: Any, draw: Any, axis: str) -> Any:
    """Mirror every second image, left to right or upside down."""
    flipped = tf.reverse(images, [2 if axis == "horizontal" else 1])
    chosen = draw(0.0, 1.0)[:, None, None, None] < 0.5
    return tf.where(chosen, flipped, images)


def crop(images: Any, draw: Any, pad: int) -> Any:
    """Put a black border around, and cut the image's size out of it."""
    height, width = tf.unstack(tf.shape(images)[1:3])
    padded = tf.pad(images, [[0, 0], [pad, pad], [pad, pad], [0, 0]])
    offsets = draw(0, 2 * pad + 1, 2)
    rows = offsets[0][:, None] + tf.range(height)
    columns = offsets[1][:, None] + tf.range(width)
    padded = tf.gather(padded, rows, axis=1, batch_dims=1)
    cropped = tf.gather(padded, columns, axis=2, batch_dims=1)
    return tf.ensure_shape(cropped, images.shape)


def brightness(images: Any, draw: Any, by: float) -> Any:
    """Add up to `by` of the brightest value, or take it away."""
    delta = draw(-by, by)[:, None, None, None]
    return tf.clip_by_value(images + 255.0 * delta, 0, 255)


def contrast(images: Any, draw: Any, by: float) -> Any:
    """Stretch the differences from each image's mean, or shrink them."""
    factor = draw(1 - by, 1 + by)[:, None, None, None]
    mean = tf.reduce_mean(images, axis=[1, 2], keepdims=True)
    return tf.clip_by_value((images - mean) * factor + mean, 0, 255)


FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function for function in (flip, crop, brightness, contrast)
}
"""By the words of the language."""
