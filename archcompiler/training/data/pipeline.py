"""The pipeline: batches of images, resized as they are needed, so memory stays flat."""

from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Any

import numpy as np
import tensorflow as tf

from archcompiler.diagnostics import fail
from archcompiler.language.forms.forms import read_items
from archcompiler.language.recipe.augmentation import first_side, mixing_of
from archcompiler.training.data.augmenting import Draws, augment, mix
from archcompiler.training.data.images import ImageSet
from archcompiler.training.data.order import Order
from archcompiler.training.data.reading import read_image
from archcompiler.training.devices.backends import uses_gpu
from archcompiler.training.devices.share import WHOLE, Share
from archcompiler.training.recipe import Recipe


def training_batches(
    images: ImageSet, recipe: Recipe, first: int, last: int, share: Share = WHOLE
) -> Any:
    """Return the batches of the steps from `first` to `last`, over all epochs."""
    order = training_order(images, recipe)
    mixing = mixing_of(recipe.training.augmentation)
    if mixing and share != WHOLE:
        message = f"{mixing.what} mixes the images of a batch, of which each of "
        message += "several devices has a part"
        item = read_items(recipe.training.place("augmentation"))[-1]
        help = "train on one device, or leave it out"
        fail("bad-value", message, item.span, help=help)
    return _batches(images, order, recipe, range(first, last), share, train=True)


def redrawn_batches(
    images: ImageSet, recipe: Recipe, calls: Collection[int], count: int, steps: int
) -> Any:
    """Return the first images of the first batch, as each of some steps changes them.

    `calls` are the numbers of those of the recipe's changes that are made; one that
    mixes images is given all of the batch. What scales values is left out.
    """
    choose = _chooser(images, training_order(images, recipe), WHOLE)
    changes = recipe.training.augmentation
    some = slice(None if any(changes[n].of_labels for n in calls) else count)

    def chosen(step: Any) -> tuple[Any, Any, Draws]:
        batch, labels, draws = choose(tf.zeros_like(step))
        return batch[some], labels[some], Draws(step, draws.places[some], draws.count)

    bare = {"pixels": None, "mean": (), "deviation": ()}
    training = recipe.training.model_copy(update=bare)
    prepare = _preparer(images, replace(recipe, training=training), calls)
    prepared = tf.data.Dataset.range(steps).map(chosen).map(prepare)
    return prepared.map(lambda batch, _: batch[:count])


def validation_batches(images: ImageSet, recipe: Recipe, share: Share = WHOLE) -> Any:
    """Return every image once, in its order and as it is."""
    order = validation_order(images, recipe)
    return _batches(images, order, recipe, range(order.steps), share, train=False)


def training_order(images: ImageSet, recipe: Recipe) -> Order:
    """Return the order of a training set."""
    return Order(len(images), recipe.batch_size, recipe.training.seed, shuffled=True)


def validation_order(images: ImageSet, recipe: Recipe) -> Order:
    """Return the order of a validation set, which is its own."""
    return Order(len(images), recipe.batch_size, recipe.training.seed, shuffled=False)


def _batches(
    images: ImageSet,
    order: Order,
    recipe: Recipe,
    steps: range,
    share: Share,
    train: bool,
) -> Any:
    numbers = tf.data.Dataset.range(steps.start, steps.stop)
    chosen = numbers.map(_chooser(images, order, share))
    calls = range(len(recipe.training.augmentation) if train else 0)
    prepared = chosen.map(
        _preparer(images, recipe, calls),
        num_parallel_calls=tf.data.AUTOTUNE if uses_gpu() else None,
        deterministic=True if uses_gpu() else None,
    )
    return prepared.prefetch(tf.data.AUTOTUNE)


def _chooser(images: ImageSet, order: Order, share: Share) -> Callable[[Any], Any]:
    """Return what takes from the set the images of a step that are the process's."""
    kind = tf.string if images.files else tf.as_dtype(images.images.dtype)
    shape = [None] if images.files else [None, *images.images.shape[1:]]

    def choose(step: Any) -> tuple[Any, Any, Any, Any]:
        whole = order.batch(step)
        places = share.positions(len(whole), order.batch_size)
        indices, read = whole[places], images.read(whole[places])
        if images.files:
            read = np.array([str(path).encode() for path in read], object)
        return np.asarray(read), images.labels[indices], places, len(whole)

    def chosen(step: Any) -> tuple[Any, Any, Draws]:
        kinds = [kind, tf.int64, tf.int64, tf.int64]
        batch, labels, places, count = tf.numpy_function(choose, [step], kinds)
        batch, labels = tf.ensure_shape(batch, shape), tf.ensure_shape(labels, [None])
        places, count = tf.ensure_shape(places, [None]), tf.ensure_shape(count, [])
        return batch, labels, Draws(step, places, count)

    return chosen


def _preparer(
    images: ImageSet, recipe: Recipe, numbers: Collection[int]
) -> Callable[..., Any]:
    """Return what makes of chosen images what the network takes, by some changes."""
    training, size = recipe.training, recipe.image[:2]
    calls = {n: c for n, c in enumerate(training.augmentation) if n in numbers}
    side, mixing = first_side([*calls.values()]), mixing_of([*calls.values()])
    last = len(training.augmentation) - 1
    if mixing:
        del calls[last]
    first = (side, side) if side else size
    several = len(recipe.heads)

    def prepare(batch: Any, labels: Any, draws: Draws) -> tuple[Any, Any]:
        if images.files:
            batch = _read(batch, recipe, first, images.upright)
        elif not side:
            batch = _resized(batch, recipe, size)
        batch = augment(batch, calls, training.seed, draws)
        batch = _resized(batch, recipe, size)
        targets = tf.one_hot(labels, recipe.classes)
        if mixing:
            batch, targets = mix(batch, targets, mixing, last, training.seed, draws)
        batch = scale(batch, training.pixels, training.mean, training.deviation)
        return batch, targets if several == 1 else (targets,) * several

    return prepare


def _read(paths: Any, recipe: Recipe, size: tuple[int, ...], upright: bool) -> Any:
    channels = recipe.image[-1]

    def read(path: Any) -> Any:
        return _resized(read_image(path, channels, upright)[None], recipe, size)[0]

    shape = tf.TensorSpec((*size, channels), tf.float32)
    return tf.map_fn(read, paths, fn_output_signature=shape)


def _resized(batch: Any, recipe: Recipe, size: tuple[int, ...]) -> Any:
    batch = resize(batch, size, recipe.training.resize)
    return tf.ensure_shape(batch, (None, *size, recipe.image[-1]))


# Emitted training scripts quote what follows ---------------------------------


def resize(images: Any, size: tuple[int, ...], method: str) -> Any:
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
