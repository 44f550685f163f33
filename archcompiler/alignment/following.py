"""Following: differences of layers that come from nothing but the size of an image.

A window over the whole image is global pooling, and a 1x1 convolution of one position
is a dense layer. Where an image is larger than the table's, they are no longer.
"""

from archcompiler.alignment.units import Unit
from archcompiler.shapes import Shape

_POOLING = ("max pooling", "average pooling")


def follows(one: Unit, other: Unit) -> bool:
    """Whether two units of unlike kinds are one layer at images of unlike sizes."""
    if one.arrives is None or other.arrives is None or one.arrives == other.arrives:
        return False
    return any(
        _is_window_of(wide, narrow) or _is_dense_of(wide, narrow)
        for wide, narrow in ((one, other), (other, one))
    )


def is_flat(shape: Shape | None) -> bool:
    """Whether an image has one position, so that a vector holds the same."""
    return shape is not None and set(shape[:-1]) <= {1}


def _is_window_of(wide: Unit, narrow: Unit) -> bool:
    """Whether one pools the whole image, and the other as much of a larger one."""
    assert narrow.arrives is not None
    is_kind = wide.kind in _POOLING and narrow.kind == f"global {wide.kind}"
    return is_kind and wide.settings["window"] == narrow.arrives[:2]


def _is_dense_of(wide: Unit, narrow: Unit) -> bool:
    if (wide.kind, narrow.kind) != ("convolution", "dense"):
        return False
    settings = wide.settings
    return is_flat(narrow.arrives) and (
        settings["kernel"] == (1, 1) and settings["filters"] == narrow.settings["units"]
    )
