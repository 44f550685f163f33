"""TensorBoard, where it is installed: the same numbers as the history, live."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

FOLDER = "tensorboard"


class Board(keras.callbacks.Callback):  # type: ignore[misc]
    """Writes the numbers of each epoch, under the names that Keras gives them.

    They are flushed before the epoch's checkpoint is written, so that a killed run
    lacks none that it doesn't train again.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.writers = {
            part: tf.summary.create_file_writer(str(folder / FOLDER / part))
            for part in ("train", "validation")
        }

    def on_epoch_end(self, epoch: int, logs: Mapping[str, Any] | None = None) -> None:
        """Write an epoch, counted from 0 as TensorBoard's others are."""
        rate = float(self.model.optimizer.learning_rate)
        numbers = {**(logs or {}), "learning_rate": rate}
        for name, value in numbers.items():
            part = "validation" if name.startswith("val_") else "train"
            with self.writers[part].as_default(step=epoch):
                tf.summary.scalar(f"epoch_{name.removeprefix('val_')}", value)
        for writer in self.writers.values():
            writer.flush()
