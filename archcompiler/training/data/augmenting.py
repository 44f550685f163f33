"""Augmentation of a batch: every draw is a function of the seed and the step.

Emitted training scripts quote these functions.
"""

import math
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


def resizing(images: Any, _: Any, to: int) -> Any:
    """Return images in squares of a side, in which they are changed."""
    return tf.image.resize(tf.cast(images, tf.float32), (to, to))


def rotation(images: Any, draw: Any, degrees: float) -> Any:
    """Turn by up to so many degrees."""
    angle = draw(-1.0, 1.0) * math.radians(degrees)
    cosine, sine = tf.cos(angle), tf.sin(angle)
    return moved(images, (cosine, -sine, sine, cosine), 0.0, 0.0)


def zoom(images: Any, draw: Any, by: float) -> Any:
    """Enlarge by 1 - `by` to 1 + `by`."""
    scale = 1 / draw(1 - by, 1 + by)
    return moved(images, (scale, 0 * scale, 0 * scale, scale), 0.0, 0.0)


def translation(images: Any, draw: Any, by: float) -> Any:
    """Move by up to a share of each side."""
    right, down = tf.unstack(draw(-by, by, 2))
    one = tf.ones_like(right)
    return moved(images, (one, 0 * one, 0 * one, one), right, down)


def resized_crop(images: Any, draw: Any, area: float, ratio: float) -> Any:
    """Cut a part of `area` to all out, and resize it to the size of the whole."""
    share, shape, right, down = tf.unstack(draw(0.0, 1.0, 4))
    share, shape = area + (1 - area) * share, ratio ** (2 * shape - 1)
    wide = tf.minimum(tf.sqrt(share * shape), 1.0)
    high = tf.minimum(tf.sqrt(share / shape), 1.0)
    right, down = (right - 0.5) * (1 - wide), (down - 0.5) * (1 - high)
    return moved(images, (wide, 0 * wide, 0 * high, high), right, down)


def moved(images: Any, turn: Any, right: Any, down: Any) -> Any:
    """Take each pixel from where a 2x2 matrix about the centre has it, and moved.

    Ways are shares of the sides. Beyond its border an image is mirrored.
    """
    a, b, c, d = turn
    height, width = tf.unstack(tf.cast(tf.shape(images)[1:3], tf.float32))
    x, y = (width - 1) / 2, (height - 1) / 2
    along = x - a * x - b * y + right * width
    across = y - c * x - d * y + down * height
    rows = tf.stack([a, b, along, c, d, across, 0 * a, 0 * a], axis=1)
    taken = tf.raw_ops.ImageProjectiveTransformV3(
        images=images,
        transforms=rows,
        output_shape=tf.shape(images)[1:3],
        fill_value=0.0,
        interpolation="BILINEAR",
        fill_mode="REFLECT",
    )
    return tf.ensure_shape(taken, images.shape)


def saturation(images: Any, draw: Any, by: float) -> Any:
    """Stretch the differences from grey, or shrink them."""
    factor = draw(1 - by, 1 + by)[:, None, None, None]
    grey = tf.image.rgb_to_grayscale(images)
    return tf.clip_by_value((images - grey) * factor + grey, 0, 255)


def hue(images: Any, draw: Any, by: float) -> Any:
    """Turn the circle of hues by up to a share of it."""
    turn = draw(-by, by)[:, None, None]
    angle, colour, value = tf.unstack(tf.image.rgb_to_hsv(images), axis=-1)
    turned = tf.stack([tf.math.floormod(angle + turn, 1.0), colour, value], axis=-1)
    return tf.image.hsv_to_rgb(turned)


def erasing(images: Any, draw: Any, area: float, rate: float) -> Any:
    """Fill a part of some images with the image's mean."""
    share, shape, left, top, lost = tf.unstack(draw(0.0, 1.0, 5))
    share, shape = area * (0.01 + 0.99 * share), 3.3 ** (2 * shape - 1)
    wide = tf.minimum(tf.sqrt(share * shape), 1.0)
    high = tf.minimum(tf.sqrt(share / shape), 1.0)
    height, width = tf.unstack(tf.cast(tf.shape(images)[1:3], tf.float32))
    columns = (tf.range(width) + 0.5) / width - (left * (1 - wide))[:, None]
    rows = (tf.range(height) + 0.5) / height - (top * (1 - high))[:, None]
    columns = (columns >= 0) & (columns < wide[:, None])
    rows = (rows >= 0) & (rows < tf.where(lost < rate, high, 0.0)[:, None])
    part = rows[:, :, None, None] & columns[:, None, :, None]
    return tf.where(part, tf.reduce_mean(images, axis=[1, 2], keepdims=True), images)


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
        *(brightness, contrast, saturation, hue, erasing),
    )
}
"""By the words of the language."""
