"""Augmentation of a batch: every draw is a function of the seed and the step.

Emitted training scripts quote these functions.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import tensorflow as tf

from archcompiler.language.forms.sections import NamedSection
from archcompiler.training.data.moving import (
    crop,
    flip,
    resized_crop,
    resizing,
    rotation,
    translation,
    zoom,
)
from archcompiler.training.data.rand_augment import rand_augment
from archcompiler.training.data.values import (
    brightness,
    contrast,
    erasing,
    hue,
    saturation,
)


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
    images: Any, calls: Mapping[int, NamedSection], seed: int, draws: Draws
) -> Any:
    """Return images of a batch, changed by each call in turn; values are 0 to 255.

    The calls have the numbers that they have in the recipe, which their draws follow.
    """
    for number, call in calls.items():
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


def parts_of(number: int, step: Any, count: Any, alpha: float, seed: int) -> Any:
    """Return for each image of a batch which part of it is kept: a beta draw."""
    key = tf.stack([tf.constant(1000 * seed + 500 + number, tf.int64), step])
    both = tf.random.stateless_gamma((2, count), key, alpha, dtype=tf.float32)
    return both[0] / tf.maximum(both[0] + both[1], 1e-30)


def mixup(images: Any, targets: Any, draw: Any, parts: Any) -> tuple[Any, Any]:
    """Blend each image, and its target, with another one of the batch."""
    others = tf.argsort(draw(0.0, 1.0))
    part, own = parts[:, None, None, None], parts[:, None]
    images = part * images + (1 - part) * tf.gather(images, others)
    return images, own * targets + (1 - own) * tf.gather(targets, others)


def cutmix(images: Any, targets: Any, draw: Any, parts: Any) -> tuple[Any, Any]:
    """Paste a part of another image in, with its share of the target."""
    order, left, top = tf.unstack(draw(0.0, 1.0, 3))
    others, side = tf.argsort(order), tf.sqrt(1 - parts)[:, None]
    height, width = tf.unstack(tf.cast(tf.shape(images)[1:3], tf.float32))
    rows = tf.abs((tf.range(height) + 0.5) / height - top[:, None]) < side / 2
    columns = tf.abs((tf.range(width) + 0.5) / width - left[:, None]) < side / 2
    part = rows[:, :, None, None] & columns[:, None, :, None]
    own = 1 - tf.reduce_mean(tf.cast(part, tf.float32), axis=[1, 2, 3])[:, None]
    images = tf.where(part, tf.gather(images, others), images)
    return images, own * targets + (1 - own) * tf.gather(targets, others)


def mix(
    images: Any, targets: Any, call: NamedSection, number: int, seed: int, draws: Draws
) -> tuple[Any, Any]:
    """Return images of a whole batch and their targets, mixed by the last call."""
    (arguments,) = call.plain().values()
    draw = draws.of(number, seed)
    parts = parts_of(number, draws.step, draws.count, arguments["alpha"], seed)
    return MIXING[call.name](images, targets, draw, parts)


MIXING: dict[str, Callable[..., tuple[Any, Any]]] = {"mixup": mixup, "cutmix": cutmix}
"""What mixes images and targets, by the words of the language."""

FUNCTIONS: dict[str, Callable[..., Any]] = {
    function.__name__.replace("_", " "): function
    for function in (
        *(resizing, flip, crop, resized_crop, rotation, zoom, translation),
        *(brightness, contrast, saturation, hue, erasing, rand_augment),
    )
}
"""By the words of the language."""
