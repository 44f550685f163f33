"""The models of keras.applications with the weights that were trained on ImageNet."""

import os
from pathlib import Path
from traceback import walk_tb
from typing import Any

from archcompiler.models.applications import find_application
from archcompiler.models.errors import ModelError
from archcompiler.training.errors import TrainingError


def fetch_application(text: str) -> tuple[Any, str]:
    """Return a model with its published weights, from Keras' folder or the network.

    Raises:
        TrainingError: for an unknown name; where the weights cannot be fetched, naming
            the file and the place where it belongs.
    """
    try:
        build, name = find_application(text)
    except ModelError as error:
        raise TrainingError(str(error)) from None
    try:
        return build(weights="imagenet"), f"keras.applications.{name}"
    except Exception as error:  # Keras wraps what the network says in a bare one
        raise TrainingError(_told(name, error)) from None


def _told(name: str, error: Exception) -> str:
    """Say what could not be fetched and where it belongs, or what cannot be read."""
    reason = str(error).rpartition(" -- ")[2]
    for frame, _ in walk_tb(error.__traceback__):
        if frame.f_code.co_name == "get_file":  # a file may have another name than URL
            origin = frame.f_locals["origin"]
            place = frame.f_locals["download_target"]
            return f"cannot fetch {origin} ({reason}): put it there as `{place}`"
    home = Path(os.environ.get("KERAS_HOME", "~/.keras")).expanduser() / "models"
    return f"the weights of {name} in `{home}` cannot be read: {reason}"
