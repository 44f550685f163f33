"""Fitting: Keras' own loop over our batches, from wherever a run has come to."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from archcompiler.training.boards import Board
from archcompiler.training.checkpoints import Checkpoint, Progress
from archcompiler.training.compiling import build_for_training
from archcompiler.training.data.pipeline import (
    training_batches,
    training_order,
    uses_gpu,
    validation_batches,
)
from archcompiler.training.keeping import Keeper
from archcompiler.training.reporting import Reporter
from archcompiler.training.state import restore
from archcompiler.training.task import Task


def make_deterministic() -> None:
    """Ask TensorFlow for the same bits in every run; on a GPU that would cost speed."""
    if not uses_gpu():
        tf.config.experimental.enable_op_determinism()


def fit(
    task: Task,
    folder: Path,
    checkpoint: Checkpoint | None,
    progress: Progress,
    reporter: Reporter,
    begin: Callable[[keras.Model], None] | None = None,
) -> keras.Model:
    """Train to the last epoch and return the model; `progress` is kept up to date.

    `begin` puts weights in the place of those that the seed draws.
    """
    model = build_for_training(task.architecture, task.recipe, begin)
    keeper = Keeper(folder, task, progress, reporter)
    keeper.set_model(model)  # Keras does, but not where no epoch is left
    if checkpoint is not None:
        restore(model, checkpoint.state)
        keeper.metrics = checkpoint.state if progress.step else None
    if progress.step:  # the rest of an epoch is shorter, which one call cannot say
        _fit(model, task, progress, keeper, progress.epoch + 1)
    _fit(model, task, progress, keeper, task.recipe.epochs)
    keeper.save_last()
    return model


def _fit(
    model: keras.Model, task: Task, progress: Progress, keeper: Any, epochs: int
) -> None:
    """Let Keras train up to the end of epoch `epochs`."""
    if progress.epoch >= epochs:
        return
    recipe, data = task.recipe, task.data
    steps = training_order(data.training, recipe).steps
    first = progress.epoch * steps + progress.step
    validation = None
    if data.validation is not None:
        validation = validation_batches(data.validation, recipe)
    model.fit(
        training_batches(data.training, recipe, first, epochs * steps),
        initial_epoch=progress.epoch,
        epochs=epochs,
        steps_per_epoch=steps - progress.step,
        validation_data=validation,
        callbacks=[Board(keeper.folder), keeper] if task.tensorboard else [keeper],
        shuffle=False,  # the order is ours
        verbose=0,
    )
