"""The pipeline: batches of images, resized as they are needed, so memory stays flat."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf

from archcompiler.training.data.augmenting import augment
from archcompiler.training.data.images import ImageSet
from archcompiler.training.data.order import Order
from archcompiler.training.recipe import Recipe


def uses_gpu() -> bool:
    """Whether a GPU trains, so that the processor has nothing to do but feed it."""
    return bool(tf.config.list_physical_devices("GPU"))


def training_batches(images: ImageSet, recipe: Recipe, first: int, last: int) -> Any:
    """Return the batches of the steps from `first` to `last`, over all epochs."""
    order = training_order(images, recipe)
    return _batches(images, order, recipe, first, last, train=True)


def validation_batches(images: ImageSet, recipe: Recipe) -> Any:
    """Return every image once, in its order and as it is."""
    order = Order(len(images), recipe.batch_size, recipe.training.seed, shuffled=False)
    return _batches(images, order, recipe, 0, order.steps, train=False)


def training_order(images: ImageSet, recipe: Recipe) -> Order:
    """Return the order of a training set."""
    return Order(len(images), recipe.batch_size, recipe.training.seed, shuffled=True)


def _batches(
    images: ImageSet, order: Order, recipe: Recipe, first: int, last: int, train: bool
) -> Any:
    steps = tf.data.Dataset.range(first, last)
    chosen = steps.map(_chooser(images, order))
    prepared = chosen.map(
        _preparer(images, recipe, train),
        num_parallel_calls=tf.data.AUTOTUNE if uses_gpu() else None,
        deterministic=True if uses_gpu() else None,
    )
    return prepared.prefetch(tf.data.AUTOTUNE)


def _chooser(images: ImageSet, order: Order) -> Callable[[Any], Any]:
    """Return what takes the images of a step from the set."""
    kind = tf.string if images.files else tf.as_dtype(images.images.dtype)
    shape = [None] if images.files else [None, *images.images.shape[1:]]

    def choose(step: Any) -> tuple[Any, Any]:
        indices = order.batch(step)
        if images.files:
            paths = [str(path).encode() for path in images.read(indices)]
            return np.array(paths, object), images.labels[indices]
        return np.asarray(images.read(indices)), images.labels[indices]

    def chosen(step: Any) -> tuple[Any, Any, Any]:
        batch, labels = tf.numpy_function(choose, [step], [kind, tf.int64])
        batch, labels = tf.ensure_shape(batch, shape), tf.ensure_shape(labels, [None])
        return step, batch, labels

    return chosen


def _preparer(
    images: ImageSet, recipe: Recipe, train: bool
) -> Callable[[Any, Any, Any], Any]:
    """Return what makes of chosen images what the network takes."""
    training = recipe.training
    several = len(recipe.heads)

    def prepare(step: Any, batch: Any, labels: Any) -> tuple[Any, Any]:
        batch = _read(batch, recipe) if images.files else _resized(batch, recipe)
        if train:
            batch = augment(batch, training.augmentation, training.seed, step)
        targets = tf.one_hot(labels, recipe.classes)
        batch = scale(batch, training.pixels, training.mean, training.deviation)
        return batch, targets if several == 1 else (targets,) * several

    return prepare


def _read(paths: Any, recipe: Recipe) -> Any:
    height, width, channels = recipe.image

    def read(path: Any) -> Any:
        content = tf.io.read_file(path)
        image = tf.io.decode_image(content, channels, expand_animations=False)
        return _resized(image[None], recipe)[0]

    shape = tf.TensorSpec((height, width, channels), tf.float32)
    return tf.map_fn(read, paths, fn_output_signature=shape)


def _resized(batch: Any, recipe: Recipe) -> Any:
    height, width, _ = recipe.image
    batch = resize(batch, (height, width), recipe.training.resize)
    return tf.ensure_shape(batch, (None, *recipe.image))


# Emitted training scripts quote what follows ---------------------------------


def resize(images: Any, size: tuple[int, int], method: str) -> Any:
    """Return images as real numbers, in the size that the network takes."""
    images = tf.cast(images, tf.float32)
    if images.shape[1:3] != size:
        images = tf.image.resize(images, size, method)
    return images


def scale(
    images: Any,
    pixels: tuple[float, float] | None,
    mean: tuple[float, ...],
    deviation: tuple[float, ...],
) -> Any:
    """Return images with their values scaled as the network takes them."""
    if pixels is not None:
        images = images / 255.0
    if pixels not in (None, (0, 1)):
        low, high = pixels
        images = images * (high - low) + low
    if mean:
        images = images - tf.constant(mean, tf.float32)
    if deviation:
        images = images / tf.constant(deviation, tf.float32)
    return images
