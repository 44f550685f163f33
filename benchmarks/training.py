"""A training step beside the articles' own: `python -m benchmarks.training`.

Both train the same network on the same images, the articles' code on arrays that were
resized before, ours through its pipeline and with all that keeps a run. A step is the
time from the beginning of one batch to the beginning of the next; blocks of steps of
the two take turns, and the ratio is that of the medians. Saving and validation stand
between epochs, and are left out.
"""

import argparse
import math
import os
import statistics
import tempfile
import time
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import numpy as np

import archcompiler
from archcompiler.training.checkpoints import Progress
from archcompiler.training.compiling import build_for_training
from archcompiler.training.data.images import Data, ImageSet
from archcompiler.training.data.pipeline import training_batches
from archcompiler.training.keeping import Keeper
from archcompiler.training.recipe import read_recipe
from archcompiler.training.reporting import Reporter
from archcompiler.training.task import Task
from benchmarks.articles import googlenet_cifar10
from benchmarks.speed import Ratio

STEPS = 6
"""Steps of a block; the first of each is not counted."""


class Clock(keras.callbacks.Callback):
    """Notes when each batch begins."""

    def __init__(self) -> None:
        super().__init__()
        self.steps: list[float] = []
        self.last = math.nan

    def on_epoch_begin(self, epoch: int, logs: object = None) -> None:
        """Begin a block."""
        del epoch, logs
        self.last = math.nan

    def on_train_batch_begin(self, batch: int, logs: object = None) -> None:
        """Note the time since the batch before."""
        del batch, logs
        now = time.perf_counter()
        if not math.isnan(self.last):
            self.steps.append(now - self.last)
        self.last = now


class SavingNothing(Keeper):
    """All that is done for a step, and nothing that is done for an epoch."""

    def on_epoch_end(self, epoch: int, logs: object = None) -> None:
        """Go on with the next block."""
        del epoch, logs
        self.progress.step = 0


def articles_decay(epoch: int, rate: float) -> float:
    """Return the rate as the articles write it."""
    del rate
    return 0.01 * math.pow(0.96, math.floor((1 + epoch) / 8))


def ratio(blocks: int, batch: int, folder: Path) -> Ratio:
    """Measure a step of ours against a step of the articles'."""
    images = np.random.default_rng(0).integers(
        0, 256, (STEPS * batch, 32, 32, 3), np.uint8
    )
    labels = np.arange(len(images)) % 10
    ours, theirs = (
        our_steps(images, labels, batch, folder),
        their_steps(images, labels, batch),
    )
    times = []
    for block in range(blocks + 1):
        for clock, run in (ours, theirs):
            run(block)
            if not block:
                clock.steps.clear()  # both have made their graphs
    for clock, _ in (ours, theirs):
        times.append(statistics.median(clock.steps))
    detail = f"{times[0] * 1e3:.1f} ms against {times[1] * 1e3:.1f} ms, batch {batch}, "
    detail += f"{len(ours[0].steps)} steps each in {blocks} blocks"
    return Ratio("a training step / the articles'", times[0] / times[1], 1.02, detail)


def our_steps(images, labels, batch, folder):
    """Return our clock, and what runs a block."""
    architecture = archcompiler.load("googlenet-cifar10")
    recipe = read_recipe(architecture, {"batch size": str(batch)})
    data = Data("random", ImageSet(images, labels), None, tuple("0123456789"))
    model = build_for_training(architecture, recipe)
    progress, clock = Progress(), Clock()
    with open(os.devnull, "w") as nowhere:
        reporter = Reporter(nowhere, 1)
    keeper = SavingNothing(folder, Task(architecture, recipe, data), progress, reporter)

    def run(block: int) -> None:
        first = block * STEPS
        batches = training_batches(data.training, recipe, first, first + STEPS)
        model.fit(
            batches,
            steps_per_epoch=STEPS,
            callbacks=[clock, keeper],
            verbose=0,
            shuffle=False,
        )

    return clock, run


def their_steps(images, labels, batch):
    """Return the articles' clock, and what runs a block."""
    resized = np.asarray(keras.ops.image.resize(images.astype("float32"), (224, 224)))
    x = resized / 255.0
    y = keras.utils.to_categorical(labels, 10)
    model, clock = googlenet_cifar10(), Clock()
    model.compile(
        loss=["categorical_crossentropy"] * 3,
        loss_weights=[1, 0.3, 0.3],
        optimizer=keras.optimizers.SGD(learning_rate=0.01, momentum=0.9),
        metrics=[["accuracy"]] * 3,
        jit_compile=False,
    )
    decay = keras.callbacks.LearningRateScheduler(articles_decay)

    def run(block: int) -> None:
        del block
        model.fit(x, [y, y, y], batch_size=batch, callbacks=[clock, decay], verbose=0)

    return clock, run


def main() -> int:
    """Print the ratio; exit 1 when it is over its bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--blocks", type=int, default=12, help="blocks of each")
    parser.add_argument("--batch", type=int, default=16, help="images of a step")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = ratio(options.blocks, options.batch, Path(folder))
    print(found)
    return 0 if found.kept else 1


if __name__ == "__main__":
    raise SystemExit(main())
