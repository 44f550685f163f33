"""The environment of a run: what could make two runs differ."""

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import keras

from archcompiler.training.devices.backends import device_names

_PACKAGES = ("archcompiler", "keras", "tensorflow", "tensorflow_cpu", "jax", "torch")
_ALSO = ("numpy", "scikit-learn", "matplotlib")


def environment() -> dict[str, Any]:
    """Return versions, machine and devices."""
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": platform.machine(),
        "cores": os.cpu_count(),
        "backend": keras.backend.backend(),
        "devices": device_names(),
        "packages": {
            name: found for name in (*_PACKAGES, *_ALSO) if (found := _version(name))
        },
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
