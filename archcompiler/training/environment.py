"""The environment of a run: what could make two runs differ, and what it was told."""

import os
import platform
import shlex
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import keras

from archcompiler.training.devices.backends import device_names
from archcompiler.training.errors import TrainingError
from archcompiler.training.folder import read_json, write_json

_PACKAGES = ("archcompiler", "keras", "tensorflow", "tensorflow_cpu", "jax", "torch")
_ALSO = ("numpy", "scikit-learn", "matplotlib")
_CPUS = Path("/proc/cpuinfo")
_FILE = "environment.json"


def write_environment(folder: Path, spec: Path, devices: Mapping[str, Any]) -> None:
    """Write what a run begins in; `spec` is the folder of its spec."""
    whole = {**environment(), "commit": commit_of(spec), **devices}
    write_json(folder / _FILE, whole)


def add_environment(folder: Path, devices: Mapping[str, Any]) -> None:
    """Write what a run goes on in, beside what it began in."""
    with suppress(OSError, TrainingError):  # a full disk loses this note, not the run
        known = read_json(folder / _FILE)
        resumed = [*known.get("resumed", ()), {**environment(), **devices}]
        write_json(folder / _FILE, {**known, "resumed": resumed})


def add_seconds(folder: Path, seconds: float) -> None:
    """Write how long all epochs took, in seconds."""
    with suppress(TrainingError):
        write_json(folder / _FILE, {**read_json(folder / _FILE), "seconds": seconds})


def environment() -> dict[str, Any]:
    """Return the command with its beginning, versions, machine and devices."""
    return {
        "command": shlex.join(["archc", *sys.argv[1:]]),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "platform": platform.platform(),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "accelerators": _accelerators(),
        "backend": keras.backend.backend(),
        "devices": device_names(),
        "packages": {
            name: found for name in (*_PACKAGES, *_ALSO) if (found := _version(name))
        },
    }


def commit_of(folder: Path) -> str | None:
    """Return the git commit of a folder, with `changed` where it differs from that.

    None where the folder is in no repository, or git is not installed.
    """
    commit = _said("git", "-C", str(folder), "rev-parse", "HEAD")
    if not commit:
        return None
    changed = _said("git", "-C", str(folder), "status", "--porcelain", ".")
    return f"{commit}, changed" if changed else commit


def _accelerators() -> list[str]:
    """Return the GPUs with their driver and memory, as NVIDIA's own tool tells them."""
    query = "--query-gpu=name,driver_version,memory.total"
    return _said("nvidia-smi", query, "--format=csv,noheader").splitlines()


def _processor() -> str:
    """Return the model of the processor where the system tells it, else its kind."""
    try:
        lines = _CPUS.read_text().splitlines()
    except OSError:
        lines = []
    models = (line.partition(":")[2] for line in lines if line.startswith("model name"))
    return next(models, "").strip() or platform.processor() or platform.machine()


def _said(*command: str) -> str:
    """Return what a program prints; nothing where there is none, or it fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
