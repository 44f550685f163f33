"""RandAugment: operations drawn for each image, all of one strength.

The fourteen operations of Cubuk et al. (arXiv 1909.13719, section 3), as strong as
torchvision has them. Emitted training scripts quote these functions.
"""

from typing import Any

import tensorflow as tf

from archcompiler.training.data.moving import moved, rotation
from archcompiler.training.data.values import stretched


def rand_augment(images: Any, draw: Any, operations: int, magnitude: float) -> Any:
    """Change each image by some of fourteen operations, in turn; 30 is the most."""
    chosen, sides = tf.unstack(draw(0.0, 1.0, 2, operations))
    chosen = tf.cast(14 * chosen, tf.int32)
    strengths = tf.where(sides < 0.5, -1.0, 1.0) * (magnitude / 30)
    images = tf.clip_by_value(images, 0, 255)
    for at in range(operations):
        images = operated(images, chosen[at], strengths[at])
    return images


def operated(images: Any, chosen: Any, strengths: Any) -> Any:
    """Change each image by the operation that is chosen for it; 1 is full strength."""
    fixed = [tf.identity, auto_contrasted, equalized]
    scaled = [
        *(solarized, posterized, coloured, contrasted, brightened, sharpened),
        *(turned, sheared_along, sheared_down, moved_along, moved_down),
    ]
    first, count = len(fixed), len(fixed) + len(scaled)
    parts = tf.dynamic_partition(images, chosen, count)
    places = tf.dynamic_partition(tf.range(tf.size(chosen)), chosen, count)
    strengths = tf.dynamic_partition(strengths, chosen, count)[first:]
    changed = [change(part) for change, part in zip(fixed, parts, strict=False)]
    for change, part, strength in zip(scaled, parts[first:], strengths, strict=True):
        changed.append(change(part, strength))
    return tf.ensure_shape(tf.dynamic_stitch(places, changed), images.shape)


def auto_contrasted(images: Any) -> Any:
    """Stretch the values of each channel to 0 to 255."""
    least = tf.reduce_min(images, axis=[1, 2], keepdims=True)
    most = tf.reduce_max(images, axis=[1, 2], keepdims=True)
    whole = tf.math.divide_no_nan(images - least, most - least)
    return tf.where(most > least, 255.0 * whole, images)


def equalized(images: Any) -> Any:
    """Make the values of each channel about equally frequent, as Pillow does."""
    count, height, width, channels = tf.unstack(tf.shape(images))
    values = tf.transpose(tf.cast(images, tf.int32), [0, 3, 1, 2])
    values = tf.reshape(values, [count * channels, height * width])
    first = 256 * tf.range(count * channels)[:, None]
    found = tf.math.unsorted_segment_sum(
        tf.ones_like(values), values + first, 256 * count * channels
    )
    found = tf.reshape(found, [count * channels, 256])
    last = tf.gather(found, tf.reduce_max(values, axis=1), batch_dims=1)
    step = (height * width - last)[:, None] // 255
    below = tf.cumsum(found, axis=1, exclusive=True)
    table = tf.minimum((below + step // 2) // tf.maximum(step, 1), 255)
    equal = tf.gather(table, values, batch_dims=1)
    equal = tf.where(step > 0, equal, values)
    equal = tf.reshape(equal, [count, channels, height, width])
    return tf.cast(tf.transpose(equal, [0, 2, 3, 1]), tf.float32)


def solarized(images: Any, strengths: Any) -> Any:
    """Invert the values from a threshold on: at full strength all."""
    least = 256 * (1 - tf.abs(strengths))[:, None, None, None]
    return tf.where(images < least, images, 255 - images)


def posterized(images: Any, strengths: Any) -> Any:
    """Leave the first bits of each value: at full strength 4 of 8."""
    step = 2 ** tf.round(4 * tf.abs(strengths))[:, None, None, None]
    return tf.floor(images / step) * step


def turned(images: Any, strengths: Any) -> Any:
    """Turn by up to 30 degrees."""
    return rotation(images, lambda *_: strengths, 30.0)


def sheared_along(images: Any, strengths: Any) -> Any:
    """Shear along the rows, by up to 0.3."""
    one = tf.ones_like(strengths)
    return moved(images, (one, 0.3 * strengths, 0 * one, one), 0.0, 0.0)


def sheared_down(images: Any, strengths: Any) -> Any:
    """Shear along the columns, by up to 0.3."""
    one = tf.ones_like(strengths)
    return moved(images, (one, 0 * one, 0.3 * strengths, one), 0.0, 0.0)


def moved_along(images: Any, strengths: Any) -> Any:
    """Move along the rows, by up to 150 of 331 pixels."""
    one = tf.ones_like(strengths)
    return moved(images, (one, 0 * one, 0 * one, one), 150 / 331 * strengths, 0.0)


def moved_down(images: Any, strengths: Any) -> Any:
    """Move along the columns, by up to 150 of 331 pixels."""
    one = tf.ones_like(strengths)
    return moved(images, (one, 0 * one, 0 * one, one), 0.0, 150 / 331 * strengths)


def coloured(images: Any, strengths: Any) -> Any:
    """Multiply the differences from grey by up to 1.9, or down to 0.1."""
    return stretched(images, greyed(images), 1 + 0.9 * strengths)


def contrasted(images: Any, strengths: Any) -> Any:
    """Multiply the differences from the mean of grey by up to 1.9, or down to 0.1."""
    mean = tf.reduce_mean(greyed(images), axis=[1, 2], keepdims=True)
    return stretched(images, mean, 1 + 0.9 * strengths)


def brightened(images: Any, strengths: Any) -> Any:
    """Multiply the values by up to 1.9, or down to 0.1."""
    return stretched(images, 0.0, 1 + 0.9 * strengths)


def sharpened(images: Any, strengths: Any) -> Any:
    """Multiply the differences from what is smooth by up to 1.9, or down to 0.1."""
    smooth = (9 * tf.nn.avg_pool2d(images, 3, 1, "SAME") + 4 * images) / 13
    return stretched(images, smooth, 1 + 0.9 * strengths)


def greyed(images: Any) -> Any:
    """Return colours as grey; images of another number of channels as they are."""
    return tf.image.rgb_to_grayscale(images) if images.shape[-1] == 3 else images
