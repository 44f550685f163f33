"""What stops a training run: wrong data, a lost number, a full disk."""


class TrainingError(Exception):
    """A run that cannot begin or go on; the message says what to do."""
