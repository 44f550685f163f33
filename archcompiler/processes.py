"""Processes: how training starts Python again, whatever lies in the current folder."""

import os
import sys
from pathlib import Path


def python(*arguments: str) -> list[str]:
    """Return the command that runs Python without looking into the current folder."""
    return [sys.executable, "-P", *arguments]


def search_path() -> dict[str, str]:
    """Return the variable by which it finds the package from which it is started."""
    package = Path(__file__).resolve().parent.parent
    given = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join(filter(None, [str(package), given]))}
