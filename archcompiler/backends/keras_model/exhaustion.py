"""Exhaustion: memory that ran out while it was needed, told with what was needed."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from archcompiler.backends.keras_model.capacity import available_bytes
from archcompiler.diagnostics import failure
from archcompiler.graph.memory import building_bytes, format_bytes

if TYPE_CHECKING:
    from archcompiler.graph.expansion import Expansion

_CLASSES = {"ResourceExhaustedError", "OutOfMemoryError"}
"""TensorFlow's and PyTorch's; others are told by their messages."""

_MESSAGES = ("RESOURCE_EXHAUSTED", "can't allocate memory", "not enough memory")
"""JAX's and PyTorch's, on the processor."""


@contextmanager
def exhaustion_told(
    expansion: "Expansion", doing: str, needed: int | None = None
) -> Iterator[None]:
    """Tell memory that runs out in this block as an error about the spec.

    `needed` are the bytes that it takes, by default those of building.

    Raises:
        SpecError: with the code `memory`.
    """
    try:
        yield
    except Exception as error:
        if not is_exhaustion(error):
            raise
    else:
        return
    estimate = format_bytes(needed or building_bytes(expansion.graph))
    name = expansion.program.name
    message = f"memory ran out while {doing} `{name}`, which takes about {estimate}"
    available = available_bytes()
    if available is not None:
        message += f"; this process may still take {format_bytes(available)}"
    help = "use a larger machine, or end what else runs on this one"
    raise failure("memory", message, expansion.program.at.span, help=help)


def is_exhaustion(error: BaseException) -> bool:
    """Whether an error of Python, NumPy or a framework says that memory ran out."""
    if isinstance(error, MemoryError) or type(error).__name__ in _CLASSES:
        return True
    is_framework = isinstance(error, RuntimeError | ValueError)
    return is_framework and any(part in str(error) for part in _MESSAGES)
