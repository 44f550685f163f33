"""Several devices of one host: TensorFlow's MirroredStrategy."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from archcompiler.training.data.pipeline import training_order, validation_order
from archcompiler.training.devices.kinds import Devices
from archcompiler.training.errors import TrainingError
from archcompiler.training.state import copies_of
from archcompiler.training.task import Task

REDUCTION = tf.distribute.ReduceOp.SUM


class MirroredDevices(Devices):
    """A replica on each GPU, or on parts of the processor to try it."""

    def __init__(self, devices: int | None) -> None:
        gpus = tf.config.list_physical_devices("GPU")
        names = _gpus(gpus, devices) if gpus else _processors(devices or 1)
        self.strategy = tf.distribute.MirroredStrategy(names)
        self.replicas: int = self.strategy.num_replicas_in_sync
        if self.replicas == 1:
            kind = "GPU" if gpus else "processor and no GPU"
            self.notes = (
                f"there is one {kind}: `--strategy mirrored` changes nothing; "
                "`--devices N` tries it on N parts of the processor"
                if not gpus
                else f"there is one {kind}: `--strategy mirrored` changes nothing",
            )

    def refuse_unfit(self, task: Task) -> None:
        """Refuse a batch with fewer images than there are replicas, and XLA."""
        if task.recipe.training.xla:
            raise TrainingError(
                "`xla: true` does not go with `--strategy mirrored`, for which Keras "
                "does not compile: write `xla: false`"
            )
        for what, images in _smallest(task):
            if images < self.replicas:
                raise TrainingError(
                    f"{what} has {images} image{'s' if images > 1 else ''}, which "
                    f"{self.replicas} devices cannot divide among them: "
                    "choose another `--batch-size`, or fewer `--devices`"
                )

    def refuse_disagreement(self, words: Sequence[str]) -> None:
        """There is one process."""

    def scope(self) -> AbstractContextManager[Any]:
        """Return where every variable gets a copy on each device."""
        scope: AbstractContextManager[Any] = self.strategy.scope()
        return scope

    def watch(self) -> AbstractContextManager[Any]:
        """Return a place like any other."""
        return nullcontext()

    def adapt(self, model: keras.Model, task: Task) -> keras.Model:
        """Return a model whose replicas count by their images."""
        del task
        return WeighedModel(model.inputs, model.outputs, name=model.name)

    def record(self) -> Mapping[str, Any]:
        """Return the strategy with its devices."""
        names = list(self.strategy.extended.worker_devices)
        return {"strategy": "mirrored", "devices": names}


class WeighedModel(keras.Model):  # type: ignore[misc]
    """Weighs each replica's gradient by its share of the batch.

    Keras takes the mean over the replicas of their means, which is that of the images
    only where every replica has equally many.
    """

    def compute_loss(
        self,
        x: Any = None,
        y: Any = None,
        y_pred: Any = None,
        sample_weight: Any = None,
        training: bool = True,
    ) -> Any:
        """Return the loss as it is, with its gradient weighed."""
        loss = super().compute_loss(x, y, y_pred, sample_weight, training)
        if not training or tf.distribute.in_cross_replica_context():
            return loss
        replica = tf.distribute.get_replica_context()
        images = tf.cast(tf.shape(keras.tree.flatten(y_pred)[0])[0], loss.dtype)
        weight = images * replica.num_replicas_in_sync
        weight /= replica.all_reduce(REDUCTION, images)
        value = tf.stop_gradient(loss)
        return value + weight * (loss - value)

    def evaluate(self, *arguments: Any, **keywords: Any) -> Any:
        """Judge the weights that are saved: the mean of each replica's statistics."""
        for variable in self.non_trainable_variables:
            if variable.dtype.startswith("float"):
                copies = copies_of(variable)
                mean = np.mean([copy.numpy() for copy in copies], axis=0)
                for copy in copies:
                    copy.assign(mean)
        return super().evaluate(*arguments, **keywords)

    def _maybe_symbolic_build(
        self, iterator: Any = None, data_batch: Any = None
    ) -> None:
        """Do nothing: all is built, and Keras would need equally many images here."""


def _gpus(gpus: list[Any], devices: int | None) -> list[str]:
    if devices is not None and devices > len(gpus):
        raise TrainingError(f"`--devices {devices}`: this machine has {len(gpus)} GPUs")
    return [f"GPU:{number}" for number in range(devices or len(gpus))]


def _processors(devices: int) -> list[str]:
    """Divide the processor, which must be done before TensorFlow begins."""
    processor = tf.config.list_physical_devices("CPU")[0]
    parts = [tf.config.LogicalDeviceConfiguration() for _ in range(devices)]
    try:
        tf.config.set_logical_device_configuration(processor, parts)
    except RuntimeError:
        raise TrainingError(
            "TensorFlow computes in this process already, so that the processor "
            "cannot be divided: start another one"
        ) from None
    return [f"CPU:{number}" for number in range(devices)]


def _smallest(task: Task) -> list[tuple[str, int]]:
    """Return the last batches of training and validation, which are the smallest."""
    data, recipe = task.data, task.recipe
    order = training_order(data.training, recipe)
    found = [("the last batch of an epoch", len(order.batch(order.steps - 1)))]
    if data.validation is not None:
        order = validation_order(data.validation, recipe)
        last = len(order.batch(order.steps - 1))
        found.append(("the last batch of the validation set", last))
    return found
