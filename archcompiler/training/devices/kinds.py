"""What a run asks of its devices, and the usual answer: there is one."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from archcompiler.training.devices.share import WHOLE, Share
from archcompiler.training.task import Task

if TYPE_CHECKING:
    import keras


class Devices(ABC):
    """The devices of a run, which are ready before its model is built."""

    leads: bool = True
    """Whether this process writes the run folder and reports; the others are quiet."""

    share: Share = WHOLE
    """What this process reads of every batch."""

    notes: tuple[str, ...] = ()
    """What the user should know about them."""

    @abstractmethod
    def refuse_unfit(self, task: Task) -> None:
        """Refuse batches that cannot be divided among the devices.

        Raises:
            TrainingError: with what can.
        """

    @abstractmethod
    def refuse_disagreement(self, words: Sequence[str]) -> None:
        """Refuse processes that were not asked for the same, which `words` tell.

        Raises:
            TrainingError: in all of them.
        """

    @abstractmethod
    def scope(self) -> AbstractContextManager[Any]:
        """Return where the model is built and compiled."""

    @abstractmethod
    def watch(self) -> AbstractContextManager[Any]:
        """Return where the model is trained: what fails there is said plainly."""

    @abstractmethod
    def adapt(self, model: "keras.Model", task: Task) -> "keras.Model":
        """Return a model of the same layers that trains on these devices."""

    @abstractmethod
    def record(self) -> Mapping[str, Any]:
        """Return what `environment.json` says of them."""


class OneDevice(Devices):
    """What the backend takes by itself."""

    def refuse_unfit(self, task: Task) -> None:
        """Every batch fits."""

    def refuse_disagreement(self, words: Sequence[str]) -> None:
        """There is nobody to disagree with."""

    def scope(self) -> AbstractContextManager[Any]:
        """Return a place like any other."""
        return nullcontext()

    def watch(self) -> AbstractContextManager[Any]:
        """Return a place like any other."""
        return nullcontext()

    def adapt(self, model: "keras.Model", task: Task) -> "keras.Model":
        """Return the model as it is."""
        del task
        return model

    def record(self) -> Mapping[str, Any]:
        """Return nothing: the environment names the devices already."""
        return {}
