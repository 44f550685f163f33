"""The devices of a run from the command line: which options go together."""

from typing import Any

from archcompiler.cli.usage import UsageError, refuse_on_windows
from archcompiler.training.devices.workers import MULTI_WORKER


def refuse_wrong_devices(options: Any) -> None:
    """Refuse options that do not go together; the rest is for Keras to say.

    Raises:
        UsageError: with what to write instead.
    """
    _refuse_strategy(options)
    if options.devices and not options.strategy:
        raise UsageError("--devices is of --strategy mirrored: write that, too")
    if options.processes:
        refuse_on_windows("--processes")
    if options.processes and options.backend != "jax":
        raise UsageError("--processes is of JAX: write `--backend jax`, too")
    refuse_wrong_place(options)
    refuse_wrong_number(options.process, options.processes)


def refuse_wrong_place(options: Any) -> None:
    """Refuse half of what tells a process where it stands.

    Raises:
        UsageError: with the other half.
    """
    if (options.coordinator is None) != (options.process is None):
        raise UsageError(
            "on several hosts write both `--coordinator HOST:PORT`, the same on all, "
            "and `--process I`, a number of its own for each, from 0"
        )


def refuse_wrong_number(process: int | None, processes: int | None) -> None:
    """Refuse the number of a process that is none of them.

    Raises:
        UsageError: with the numbers that are.
    """
    if process is None:
        return
    if processes is None:
        raise UsageError(
            "--coordinator and --process are of a run of several processes: "
            "`--processes N` says how many when it begins"
        )
    if process >= processes:
        numbers = f"they count from 0 to {processes - 1}"
        raise UsageError(f"--process {process} is none of {processes}: {numbers}")


def place_of(options: Any) -> tuple[str, int] | None:
    """Return the coordinator and the process's number, where it is one of many."""
    return None if options.process is None else (options.coordinator, options.process)


def _refuse_strategy(options: Any) -> None:
    strategy = options.strategy
    if strategy is None:
        return
    if "multi" in strategy.lower():
        raise UsageError(f"--strategy {strategy}: {MULTI_WORKER}")
    if strategy != "mirrored":
        raise UsageError(f"--strategy is `mirrored`, received {strategy!r}")
    if options.backend not in (None, "tensorflow"):
        raise UsageError(
            f"--strategy mirrored is TensorFlow's, not of --backend {options.backend}: "
            "write `--backend tensorflow`, or `--backend jax --processes N`"
        )
    if options.processes or options.coordinator:
        raise UsageError("--strategy mirrored is of one process: leave --processes out")
