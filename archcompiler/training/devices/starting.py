"""Starting: the devices that a request asks for, made ready before a model is built."""

from archcompiler.training.devices.backends import (
    chosen_backend,
    leave_devices_to_backend,
)
from archcompiler.training.devices.kinds import Devices, OneDevice
from archcompiler.training.devices.workers import refuse_workers
from archcompiler.training.errors import TrainingError
from archcompiler.training.request import Request


def start_devices(request: Request, place: tuple[str, int] | None = None) -> Devices:
    """Return the devices of a run; `place` is the coordinator and the process's number.

    Raises:
        TrainingError: where Keras' backend, or this machine, does not have them.
    """
    leave_devices_to_backend()
    if chosen_backend() == "tensorflow":
        refuse_workers()
    if request.strategy is not None:
        _require(chosen_backend(), "tensorflow", "--strategy mirrored")
        from archcompiler.training.devices.mirrored import MirroredDevices

        return MirroredDevices(request.devices)
    if place is not None:
        assert request.processes is not None
        _require(chosen_backend(), "jax", "--processes")
        from archcompiler.training.devices.joined import JoinedDevices

        coordinator, process = place
        return JoinedDevices(coordinator, request.processes, process)
    return OneDevice()


def _require(found: str, needed: str, option: str) -> None:
    if found != needed:
        raise TrainingError(
            f"`{option}` is of the backend {needed}, Keras computes with {found}: "
            f"write `--backend {needed}`"
        )
