"""Meeting: whether processes find one another; JAX would abort where they do not."""

import socket
import time

from archcompiler.training.errors import TrainingError

PATIENCE = 300.0  # seconds in which process 0 should begin to listen; those of JAX
_BETWEEN = 0.2


def meet(coordinator: str, process: int, patience: float = PATIENCE) -> None:
    """Wait until process 0 listens; as process 0, look whether it can.

    Raises:
        TrainingError: where it cannot, or does not.
    """
    host, _, port = coordinator.rpartition(":")
    if process == 0:
        _refuse_taken(coordinator, int(port))
        return
    until = time.monotonic() + patience
    while not _listens(host.strip("[]"), int(port)):
        if time.monotonic() > until:
            raise TrainingError(
                f"nobody listens at {coordinator} for {patience:.0f} s: start "
                "process 0 there, with the same `--coordinator`"
            )
        time.sleep(_BETWEEN)


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=5).close()
    except socket.gaierror as error:
        message = f"`--coordinator` names no host: `{host}` ({error.strerror})"
        raise TrainingError(message) from None
    except OSError:
        return False
    return True


def _refuse_taken(coordinator: str, port: int) -> None:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("", port))
        except OSError as error:
            raise TrainingError(
                f"process 0 cannot listen at {coordinator} ({error.strerror}): "
                "choose another port"
            ) from None
