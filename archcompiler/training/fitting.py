"""Fitting: Keras' own loop over our batches, from wherever a run has come to."""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import keras
import numpy as np
import tensorflow as tf

from archcompiler.training.boards import Board
from archcompiler.training.checkpoints import Checkpoint, Progress
from archcompiler.training.compile_arguments import class_weight
from archcompiler.training.compiling import build_for_training
from archcompiler.training.data.pipeline import (
    training_batches,
    training_order,
    validation_batches,
)
from archcompiler.training.data.reading import refuse_unreadable
from archcompiler.training.devices.backends import uses_gpu
from archcompiler.training.devices.kinds import Devices
from archcompiler.training.devices.share import Share
from archcompiler.training.history import stops_early
from archcompiler.training.keeping import Keeper
from archcompiler.training.reporting import Reporter
from archcompiler.training.state import restore
from archcompiler.training.task import Task
from archcompiler.training.transfer.beginning import Beginning


def make_deterministic() -> None:
    """Ask TensorFlow for the same bits in every run; on a GPU that would cost speed."""
    if not uses_gpu():
        tf.config.experimental.enable_op_determinism()


class Start(NamedTuple):
    """Where a run goes on from: a checkpoint, or what it begins with, or the seed."""

    checkpoint: Checkpoint | None = None
    beginning: Beginning | None = None


def fit(
    task: Task,
    folder: Path,
    start: Start,
    progress: Progress,
    reporter: Reporter,
    devices: Devices,
) -> None:
    """Train to the last epoch; `progress` is kept up to date."""
    checkpoint, beginning = start
    with devices.scope():
        model = build_for_training(
            task.architecture,
            task.recipe,
            begin=beginning.give if beginning else None,
            adapt=lambda model: devices.adapt(model, task),
        )
    keeper = Keeper(folder, task, progress, reporter, writes=devices.leads)
    keeper.set_model(model)  # Keras does, but not where no epoch is left
    if checkpoint is not None:
        keeper.go_on_from(checkpoint)
    share = devices.share
    if progress.step:  # the rest of an epoch is shorter, which one call cannot say
        _fit(model, task, progress, keeper, progress.epoch + 1, share)
        if keeper.state is not None:  # Keras has put averages in the place of weights
            restore(model, keeper.state)
    _fit(model, task, progress, keeper, task.recipe.epochs, share)
    model.optimizer.finalize_variable_values(model.trainable_variables)
    keeper.save_last()


def _fit(
    model: keras.Model,
    task: Task,
    progress: Progress,
    keeper: Keeper,
    epochs: int,
    share: Share,
) -> None:
    """Let Keras train up to the end of epoch `epochs`."""
    recipe, data = task.recipe, task.data
    if progress.epoch >= epochs or stops_early(recipe, progress.rows):
        return
    steps = training_order(data.training, recipe).steps
    first = progress.epoch * steps + progress.step
    validation = None
    if data.validation is not None:
        validation = validation_batches(data.validation, recipe, share)
    try:
        model.fit(
            training_batches(data.training, recipe, first, epochs * steps, share),
            initial_epoch=progress.epoch,
            epochs=epochs,
            steps_per_epoch=steps - progress.step,
            validation_data=validation,
            class_weight=class_weight(recipe, data.training.labels),
            callbacks=[*_boards(task, keeper), keeper],
            shuffle=False,  # the order is ours
            verbose=0,
        )
    except tf.errors.OpError:
        refuse_unreadable(_files_in_turn(task, progress), recipe.image[-1])
        raise


def _files_in_turn(task: Task, progress: Progress) -> Iterable[Path]:
    """Return the images that were to be read, where they are files."""
    training, validation = task.data.training, task.data.validation
    if not training.files:
        return ()
    order = training_order(training, task.recipe)
    step = progress.epoch * order.steps + progress.step
    found: Iterable[Path] = training.read(order.batch(step))
    if progress.step == order.steps and validation is not None:
        found = validation.read(np.arange(len(validation)))
    return found


def _boards(task: Task, keeper: Keeper) -> list[Board]:
    return [Board(keeper.folder)] if task.tensorboard and keeper.writes else []
