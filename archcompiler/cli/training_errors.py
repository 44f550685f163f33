"""What stops a run, as exit codes."""

from archcompiler.cli.exits import BAD, BUSY, FAILING
from archcompiler.training.errors import BusyError, DiskError, TrainingError

_CODES = {BusyError: BUSY, DiskError: FAILING}


def code_of(error: TrainingError) -> int:
    """Return the exit code of a run that cannot begin or go on."""
    return _CODES.get(type(error), BAD)
