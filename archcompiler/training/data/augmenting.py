"""Augmentation of a batch: every draw is a function of the seed and the step."""

from typing import Any

import tensorflow as tf

from archcompiler.language.augmentation import Brightness, Contrast, Crop, Flip
from archcompiler.language.sections import Call

BRIGHTEST = 255.0


def augment(images: Any, calls: tuple[Call, ...], seed: int, step: Any) -> Any:
    """Return a batch, changed by each call in turn; values are 0 to 255."""
    for number, call in enumerate(calls):
        draw = tf.stack([tf.constant(1000 * seed + number, tf.int64), step])
        images = _APPLY[type(call)](images, call, draw)
    return images


def _flip(images: Any, call: Any, draw: Any) -> Any:
    axis = 2 if call.axis == "horizontal" else 1
    flipped = tf.reverse(images, [axis])
    chosen = tf.random.stateless_uniform([tf.shape(images)[0], 1, 1, 1], draw) < 0.5
    return tf.where(chosen, flipped, images)


def _crop(images: Any, call: Any, draw: Any) -> Any:
    pad = call.pad
    count, height, width = tf.unstack(tf.shape(images)[:3])
    padded = tf.pad(images, [[0, 0], [pad, pad], [pad, pad], [0, 0]])
    offsets = tf.random.stateless_uniform(
        [2, count], draw, 0, 2 * pad + 1, dtype=tf.int32
    )
    rows = offsets[0][:, None] + tf.range(height)
    columns = offsets[1][:, None] + tf.range(width)
    padded = tf.gather(padded, rows, axis=1, batch_dims=1)
    cropped = tf.gather(padded, columns, axis=2, batch_dims=1)
    return tf.ensure_shape(cropped, images.shape)


def _brightness(images: Any, call: Any, draw: Any) -> Any:
    shape = [tf.shape(images)[0], 1, 1, 1]
    delta = tf.random.stateless_uniform(shape, draw, -call.by, call.by)
    return tf.clip_by_value(images + BRIGHTEST * delta, 0, BRIGHTEST)


def _contrast(images: Any, call: Any, draw: Any) -> Any:
    shape = [tf.shape(images)[0], 1, 1, 1]
    factor = tf.random.stateless_uniform(shape, draw, 1 - call.by, 1 + call.by)
    mean = tf.reduce_mean(images, axis=[1, 2], keepdims=True)
    return tf.clip_by_value((images - mean) * factor + mean, 0, BRIGHTEST)


_APPLY: dict[type[Call], Any] = {
    Flip: _flip,
    Crop: _crop,
    Brightness: _brightness,
    Contrast: _contrast,
}
