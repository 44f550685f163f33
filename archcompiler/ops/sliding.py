"""Windows that slide over a (height, width, channels) tensor."""

from math import prod

from archcompiler.ops.base import OpError, Window
from archcompiler.ops.fields import LARGEST
from archcompiler.shapes import (
    Lengths,
    Padding,
    Shape,
    format_shape,
    window_extent,
    window_output,
)


def slide(
    image: Shape,
    field: str,
    size: Lengths,
    strides: Lengths,
    padding: Padding,
    dilation: Lengths | None = None,
) -> Lengths:
    """Return the height and width that a window leaves of `image`, or its other axes.

    `field` is the op's name for the `size` of the window. Raise OpError where the
    window does not fit.
    """
    extent = extents(size, dilation)
    *lengths, channels = image
    if padding == "same":
        expect_padded(field, (*map(sum, zip(lengths, extent, strict=True)), channels))
    axes = zip(lengths, extent, strides, strict=True)
    left = tuple(window_output(*axis, padding) for axis in axes)
    if min(left) < 1:
        dilated = f", dilated to {format_shape(extent)}," if extent != size else ""
        raise OpError(
            "window-too-large",
            f"`{field}` (={format_shape(size)}){dilated} does not fit into the "
            f"{format_shape(image[:-1])} that arrives",
            "write `padding: same`, or a smaller window",
        )
    return left


def expect_padded(field: str, padded: Shape) -> None:
    """Refuse a window for which a framework would pad more than it can hold."""
    if prod(padded) > LARGEST:
        raise OpError(
            "too-large",
            f"`{field}` pads what arrives to {format_shape(padded)}: more than "
            f"{LARGEST:,} elements",
            "write a smaller window",
        )


def extents(size: Lengths, dilation: Lengths | None) -> Lengths:
    """Return the positions that a window spans on each axis."""
    return tuple(map(window_extent, size, dilation or (1,) * len(size)))


def sliding_window(
    size: Lengths, strides: Lengths, dilation: Lengths | None = None
) -> Window:
    """Return what one output of a sliding window sees."""
    return Window(extents(size, dilation), strides)


def refuse_strided_dilation(
    strides: Lengths, dilation: Lengths, *, enlarges: bool = False
) -> None:
    """Refuse what Keras refuses: a window that both strides and dilates."""
    if max(strides) > 1 and max(dilation) > 1:
        thinned = f"`MaxPooling2D: {{patch: 1x1/{format_shape(strides)}}}`"
        raise OpError(
            "strides-unsupported",
            f"`strides` (={format_shape(strides)}) and `dilation_rate` "
            f"(={format_shape(dilation)}) cannot both exceed 1",
            "keep one of them at 1"
            if enlarges
            else f"leave the strides at 1, and thin out by {thinned} behind it",
        )
