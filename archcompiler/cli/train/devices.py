"""The devices of a run from the command line: options, and which go together."""

import argparse
from typing import Any

from archcompiler.cli.commands import count
from archcompiler.cli.usage import UsageError, refuse_on_windows

_BACKENDS = ("tensorflow", "jax", "torch")
"""Those of training, which no command imports to read its options."""


def add_devices(command: argparse.ArgumentParser) -> None:
    """Add the options of devices and processes."""
    group = command.add_argument_group("devices")
    group.add_argument(
        "--backend",
        choices=_BACKENDS,
        help="what Keras computes with (default: KERAS_BACKEND, else tensorflow)",
    )
    group.add_argument(
        "--strategy",
        metavar="mirrored",
        help="share each batch among the GPUs of this host, with TensorFlow",
    )
    for flag, name, least, help in (
        ("--devices", "N", 1, "of them; without a GPU, parts of the processor"),
        ("--processes", "N", 2, "share each batch among N processes, with JAX"),
        ("--process", "I", 0, "the number of this host's process, from 0"),
    ):
        group.add_argument(flag, metavar=name, type=count(least), help=help)
    group.add_argument(
        "--coordinator",
        metavar="HOST:PORT",
        type=_address,
        help="on several hosts: where process 0 listens; each host runs the command",
    )


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    plain = port.isascii() and port.isdigit() and len(port) <= 5
    if not host or not plain or not 0 < int(port) < 2**16:
        message = f"expected HOST:PORT, as in 10.0.0.1:9876, received {text!r}"
        raise argparse.ArgumentTypeError(message)
    return text


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
        from archcompiler.training.devices.workers import MULTI_WORKER

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
