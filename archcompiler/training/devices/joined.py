"""Several processes, on one host or on several: JAX's distributed runtime."""

import atexit
import hashlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import jax
import keras
import numpy as np
from jax.experimental import multihost_utils

from archcompiler.training.data.order import Order
from archcompiler.training.data.pipeline import training_order, validation_order
from archcompiler.training.devices.kinds import Devices
from archcompiler.training.devices.meeting import meet
from archcompiler.training.devices.share import Share, refuse_uneven
from archcompiler.training.errors import TrainingError
from archcompiler.training.task import Task

_LOST = ("UNKNOWN", "UNAVAILABLE", "INTERNAL", "ABORTED", "DEADLINE_EXCEEDED")
"""How the messages of JAX begin where another process does not answer."""

_SILENCE = 60  # seconds after which a process that says nothing is taken for dead


class JoinedDevices(Devices):
    """The devices of all processes, over which each batch is divided."""

    def __init__(self, coordinator: str, processes: int, process: int) -> None:
        _join(coordinator, processes, process)
        self.done = False
        atexit.register(self._leave)
        devices = sorted(jax.devices(), key=lambda one: (one.process_index, one.id))
        counts = [len(jax.local_devices(number)) for number in range(processes)]
        if len(set(counts)) > 1:
            raise TrainingError(
                f"the processes have {', '.join(map(str, counts))} devices: "
                "each must have as many as any other"
            )
        self.names = [f"{one.platform}:{one.id}" for one in devices]
        self.leads = process == 0
        self.share = Share(process, processes, len(devices))
        distribution = keras.distribution.DataParallel(
            devices=self.names, auto_shard_dataset=False
        )
        keras.distribution.set_distribution(distribution)

    def refuse_unfit(self, task: Task) -> None:
        """Refuse a batch size that the devices do not divide."""
        refuse_uneven(task.recipe.batch_size, len(self.names))

    def refuse_disagreement(self, words: Sequence[str]) -> None:
        """Compare what the processes are about to do."""
        whole = [*words, keras.__version__, jax.__version__]
        digest = hashlib.sha256(" ".join(whole).encode()).digest()
        found = multihost_utils.process_allgather(np.frombuffer(digest, np.uint8))
        others = [n for n, row in enumerate(found) if bytes(row) != bytes(found[0])]
        if others:
            raise TrainingError(
                f"the processes 0 and {', '.join(map(str, others))} are not asked for "
                "the same: spec, options, data, checkpoint and versions must be equal"
            )

    def scope(self) -> AbstractContextManager[Any]:
        """Return a place like any other: the distribution holds everywhere."""
        return nullcontext()

    @contextmanager
    def watch(self) -> Iterator[None]:
        """Say plainly that a process was lost."""
        try:
            yield
            self.done = True
        except (RuntimeError, ValueError) as error:  # JAX raises either
            first = str(error).partition("\n")[0]
            if first.partition(":")[0] not in _LOST:
                raise
            raise TrainingError(
                f"the processes lost one another ({first}): go on with `--resume` "
                "from the last checkpoint"
            ) from None

    def adapt(self, model: keras.Model, task: Task) -> keras.Model:
        """Return a model that does not see what fills a batch up."""
        data, recipe = task.data, task.recipe
        adapted = UnfilledModel(model.inputs, model.outputs, name=model.name)
        adapted.filled = self._filled(training_order(data.training, recipe))
        if data.validation is not None:
            order = validation_order(data.validation, recipe)
            adapted.validation_filled = self._filled(order)
        return adapted

    def record(self) -> Mapping[str, Any]:
        """Return the processes with their devices."""
        return {"processes": self.share.of, "devices": self.names}

    def _leave(self) -> None:
        """End a process that failed; JAX would let it wait for those that wait."""
        if not self.done:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(1)

    def _filled(self, order: Order) -> tuple[int, int]:
        """Return the rows of the last batch when it is filled up, and its images."""
        images = len(order.batch(order.steps - 1))
        return self.share.rows(images, order.batch_size), images


class UnfilledModel(keras.Model):  # type: ignore[misc]
    """Trains on the images of a batch, without the rows that only fill it up."""

    filled = (0, 0)
    validation_filled = (0, 0)

    def train_step(self, state: Any, data: Any) -> Any:
        """Do a step on a whole batch, of which each device has a part."""
        return super().train_step(state, _unfilled(data, self.filled))

    def test_step(self, state: Any, data: Any) -> Any:
        """Judge a whole batch, of which each device has a part."""
        return super().test_step(state, _unfilled(data, self.validation_filled))


def _unfilled(data: Any, filled: tuple[int, int]) -> Any:
    rows, images = filled
    return keras.tree.map_structure(
        lambda array: array[:images] if array.shape[0] == rows else array, data
    )


def _join(coordinator: str, processes: int, process: int) -> None:
    """Wait for the other processes, before anything else of JAX is used."""
    meet(coordinator, process)
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.distributed.initialize(
        coordinator,
        processes,
        process,
        heartbeat_timeout_seconds=_SILENCE,
        shutdown_timeout_seconds=_SILENCE,
    )
