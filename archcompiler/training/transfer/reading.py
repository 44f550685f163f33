"""Reading a source: what goes wrong is told as one error."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from archcompiler.training.errors import TrainingError


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever a damaged file makes Keras raise into one error.

    Raises:
        TrainingError: naming the file.
    """
    try:
        yield
    except TrainingError:
        raise
    except Exception as error:  # h5py, zipfile and Keras, by the kind of damage
        told = " ".join(str(error).split())[:300] or type(error).__name__
        raise TrainingError(f"`{path}` cannot be read: {told}") from None
