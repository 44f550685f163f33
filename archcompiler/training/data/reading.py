"""Reading: images from files, and which file it was where one cannot be read."""

import io
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from archcompiler.training.data.facts import count_of
from archcompiler.training.data.kinds import BY_TENSORFLOW, LONGEST, kind_of
from archcompiler.training.errors import TrainingError

_OF_TENSORFLOW = re.compile(r"\{\{.*?\}\}|\[Op:.*", re.DOTALL)
"""What its messages say of the graph, around what they say of the file."""


def read_image(path: Any, channels: int, upright: bool = False) -> Any:
    """Return the image in a file; of one that moves, the first.

    TensorFlow reads what it can. What it cannot, Pillow does, and all that is to be
    turned `upright` as its EXIF orientation says.
    """
    content = tf.io.read_file(path)
    if upright:
        return _by_pillow(content, channels, upright)
    return tf.cond(
        tf.numpy_function(_is_for_tensorflow(channels), [content], tf.bool),
        lambda: tf.io.decode_image(content, channels, expand_animations=False),
        lambda: _by_pillow(content, channels, upright),
    )


def _is_for_tensorflow(channels: int) -> Callable[[Any], Any]:
    """Return what tells the files that TensorFlow reads, or is to complain of."""
    kinds = ("", *BY_TENSORFLOW[channels])
    return lambda content: np.bool_(kind_of(_plain(content)[:LONGEST]) in kinds)


def _plain(content: Any) -> bytes:
    """Return bytes, which TensorFlow wraps in an array outside of a graph."""
    return content if isinstance(content, bytes) else bytes(content.item())


def _by_pillow(content: Any, channels: int, upright: bool) -> Any:
    def decode(content: Any) -> Any:
        from PIL import Image, ImageOps

        with Image.open(io.BytesIO(_plain(content))) as image:
            turned = ImageOps.exif_transpose(image) if upright else image
            return _with_channels(turned, channels)

    image = tf.numpy_function(decode, [content], tf.uint8)
    return tf.ensure_shape(image, [None, None, channels])


def _with_channels(image: Any, channels: int) -> Any:
    """Return an image of Pillow as TensorFlow returns its own: 8 bits a channel."""
    if image.mode.startswith("I;16"):
        grey = (np.asarray(image) >> 8).astype(np.uint8)[..., None]
        return np.repeat(grey, channels, axis=-1)
    pixels = np.asarray(image.convert("L" if channels == 1 else "RGB"))
    return pixels.reshape(*pixels.shape[:2], channels)


def refuse_unreadable(paths: Iterable[Path], channels: int) -> None:
    """Refuse the first file that cannot be read.

    Raises:
        TrainingError: with its path.
    """
    for path in paths:
        try:
            read_image(str(path), channels)
        except Exception as error:  # TensorFlow's, or any of Pillow's
            said = getattr(error, "message", None) or str(error)
            reason = _OF_TENSORFLOW.sub("", said).strip().rstrip(".")
            raise TrainingError(
                f"`{path}` cannot be read as an image of {count_of(channels)} "
                f"({reason}): mend or remove it, and begin anew"
            ) from None
