"""Changes of the values of an image, 0 to 255: brightness, colours, a part erased.

Emitted training scripts quote these functions.
"""

from typing import Any

import tensorflow as tf


def brightness(images: Any, draw: Any, by: float) -> Any:
    """Add up to `by` of the brightest value, or take it away."""
    delta = draw(-by, by)[:, None, None, None]
    return tf.clip_by_value(images + 255.0 * delta, 0, 255)


def contrast(images: Any, draw: Any, by: float) -> Any:
    """Stretch the differences from each image's mean, or shrink them."""
    mean = tf.reduce_mean(images, axis=[1, 2], keepdims=True)
    return stretched(images, mean, draw(1 - by, 1 + by))


def saturation(images: Any, draw: Any, by: float) -> Any:
    """Stretch the differences from grey, or shrink them."""
    grey = tf.image.rgb_to_grayscale(images)
    return stretched(images, grey, draw(1 - by, 1 + by))


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


def stretched(images: Any, other: Any, factor: Any) -> Any:
    """Multiply the differences of images from others by a factor for each."""
    factor = factor[:, None, None, None]
    return tf.clip_by_value((images - other) * factor + other, 0, 255)
