"""Reading: images from files, and which file it was where one cannot be read."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import tensorflow as tf

from archcompiler.training.data.facts import count_of
from archcompiler.training.errors import TrainingError

_OF_TENSORFLOW = re.compile(r"\{\{.*?\}\}|\[Op:.*", re.DOTALL)
"""What its messages say of the graph, around what they say of the file."""


def read_image(path: Any, channels: int) -> Any:
    """Return the image in a file; of one that moves, the first."""
    content = tf.io.read_file(path)
    return tf.io.decode_image(content, channels, expand_animations=False)


def refuse_unreadable(paths: Iterable[Path], channels: int) -> None:
    """Refuse the first file that cannot be read.

    Raises:
        TrainingError: with its path.
    """
    for path in paths:
        try:
            read_image(str(path), channels)
        except tf.errors.OpError as error:
            reason = _OF_TENSORFLOW.sub("", error.message).strip().rstrip(".")
            raise TrainingError(
                f"`{path}` cannot be read as an image of {count_of(channels)} "
                f"({reason}): mend or remove it, and begin anew"
            ) from None
