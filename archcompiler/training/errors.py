"""What stops a training run: wrong data, a lost number, a full disk."""


class TrainingError(Exception):
    """A run that cannot begin or go on; the message says what to do."""


class DiskError(TrainingError):
    """A disk that takes no more, or nothing."""


class BusyError(TrainingError):
    """A folder in which another process works: try again when it has ended."""
