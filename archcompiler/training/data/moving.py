"""Changes of where the pixels of an image are: mirrored, cut, turned, moved.

Emitted training scripts quote these functions.
"""

import math
from typing import Any

import tensorflow as tf


def resizing(images: Any, _: Any, to: int) -> Any:
    """Return images in squares of a side, in which they are changed."""
    return tf.image.resize(tf.cast(images, tf.float32), (to, to))


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
