"""`archc train`: a recipe carried out, in a run that survives."""

import gc
from typing import Any

from archcompiler.cli.usage import UsageError


def run(options: Any) -> int:
    """Train, or say what must be installed first.

    Raises:
        UsageError: for a wrong combination of options, or a package that is missing.
    """
    if (options.spec is None) == (options.resume is None):
        raise UsageError("name a SPEC to train, or a run to `--resume`, one of the two")
    gc.enable()  # models are cycles, and a run is no short command
    try:
        from archcompiler.cli.training import begin_or_resume

        return begin_or_resume(options)
    except ModuleNotFoundError as error:
        raise missing_package(error) from None


def missing_package(error: ModuleNotFoundError) -> UsageError:
    """Return the error that says how to install what training needs."""
    message = f"training needs Keras and TensorFlow, {error.name} is not installed"
    return UsageError(f"{message}: pip install 'archcompiler[tensorflow,train]'")
