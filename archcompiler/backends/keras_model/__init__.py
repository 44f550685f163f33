"""The Keras model: built, verified, saved. Keras is imported only then."""

import os
from contextlib import nullcontext
from typing import TYPE_CHECKING

from archcompiler.backends.keras_model.capacity import refuse_too_large
from archcompiler.backends.keras_model.exhaustion import exhaustion_told
from archcompiler.backends.keras_model.messages import native_messages_kept

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import keras

    from archcompiler.graph.expansion import Expansion

__all__ = ["build_model", "import_keras", "save_model", "verify_model"]


def build_model(
    expansion: "Expansion", *, ignore_memory: bool = False
) -> "keras.Model":
    """Build the Keras model of an expanded table.

    Raises:
        SpecError: with `memory`, before anything is allocated, where the weights alone
            cannot fit this machine, unless `ignore_memory`; and where memory runs out.
    """
    if not ignore_memory:
        refuse_too_large(expansion)
    import_keras()
    from archcompiler.backends.keras_model.building import build

    with exhaustion_told(expansion, "building"):
        return build(expansion)


def verify_model(expansion: "Expansion", model: "keras.Model") -> None:
    """Compare Keras' own counts, shapes and weights with the checked ones.

    Raises:
        SpecError: with `build-mismatch` for each difference.
    """
    from archcompiler.backends.keras_model.verification import verify

    verify(expansion, model)


def save_model(
    model: "keras.Model",
    path: "str | os.PathLike[str]",
    check: "Callable[[keras.Model, Path], None] | None" = None,
) -> None:
    """Save a model as `.keras`; the file is complete, or is what it was before.

    `check` is given the model and the file before this is moved to its place.
    """
    from archcompiler.backends.keras_model.saving import save

    save(model, path, check)


def import_keras() -> None:
    """Import Keras without the messages of its framework's start.

    Who sets `TF_CPP_MIN_LOG_LEVEL` to 0 sees them.

    Raises:
        ModuleNotFoundError: where Keras or its framework is not installed; its message
            says what to install.
    """
    silent = os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3") != "0"
    try:
        with native_messages_kept() if silent else nullcontext():
            import keras  # noqa: F401
    except ModuleNotFoundError as error:
        message = (
            f"a Keras model needs Keras and a framework, {error.name} is not "
            'installed: pip install "archcompiler[tensorflow]"'
        )
        raise ModuleNotFoundError(message, name=error.name) from error
