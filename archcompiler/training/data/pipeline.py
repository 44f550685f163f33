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
        batch = _read(batch, recipe) if images.files else _resize(batch, recipe)
        if train:
            batch = augment(batch, training.augmentation, training.seed, step)
        targets = tf.one_hot(labels, recipe.classes)
        return scale(batch, recipe), targets if several == 1 else (targets,) * several

    return prepare


def _read(paths: Any, recipe: Recipe) -> Any:
    height, width, channels = recipe.image

    def read(path: Any) -> Any:
        content = tf.io.read_file(path)
        image = tf.io.decode_image(content, channels, expand_animations=False)
        return _resize(image[None], recipe)[0]

    shape = tf.TensorSpec((height, width, channels), tf.float32)
    return tf.map_fn(read, paths, fn_output_signature=shape)


def _resize(batch: Any, recipe: Recipe) -> Any:
    height, width, channels = recipe.image
    batch = tf.cast(batch, tf.float32)
    if batch.shape[1:3] != (height, width):
        batch = tf.image.resize(batch, (height, width), recipe.training.resize)
    return tf.ensure_shape(batch, (None, height, width, channels))


def scale(batch: Any, recipe: Recipe) -> Any:
    """Return images whose 0 and 255 are what the recipe says."""
    training = recipe.training
    if training.pixels is not None:
        low, high = training.pixels
        batch = batch / 255.0
        if (low, high) != (0, 1):
            batch = batch * (high - low) + low
    if training.mean:
        batch = batch - tf.constant(training.mean, tf.float32)
    if training.deviation:
        batch = batch / tf.constant(training.deviation, tf.float32)
    return batch
