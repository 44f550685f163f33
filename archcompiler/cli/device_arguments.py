"""The arguments that say on which devices a run is computed."""

import argparse

from archcompiler.cli.commands import count

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
