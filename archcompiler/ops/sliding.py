"""Windows that slide over a (height, width, channels) tensor."""

from math import prod

from archcompiler.ops.base import OpError, Window
from archcompiler.ops.fields import LARGEST
from archcompiler.shapes import (
    Padding,
    Pair,
    Shape,
    format_shape,
    window_extent,
    window_output,
)


def slide(
    image: tuple[int, int, int],
    field: str,
    size: Pair,
    strides: Pair,
    padding: Padding,
    dilation: Pair = (1, 1),
) -> Pair:
    """Return the height and width that a window leaves of `image`.

    `field` is the op's name for the `size` of the window. Raise OpError where the
    window does not fit.
    """
    extent = extents(size, dilation)
    if padding == "same":
        expect_padded(field, (image[0] + extent[0], image[1] + extent[1], image[2]))
    height = window_output(image[0], extent[0], strides[0], padding)
    width = window_output(image[1], extent[1], strides[1], padding)
    if height < 1 or width < 1:
        dilated = f", dilated to {format_shape(extent)}," if extent != size else ""
        raise OpError(
            "window-too-large",
            f"`{field}` (={format_shape(size)}){dilated} does not fit into the "
            f"{format_shape(image[:2])} that arrives",
            "write `padding: same`, or a smaller window",
        )
    return height, width


def expect_padded(field: str, padded: Shape) -> None:
    """Refuse a window for which a framework would pad more than it can hold."""
    if prod(padded) > LARGEST:
        raise OpError(
            "too-large",
            f"`{field}` pads what arrives to {format_shape(padded)}: more than "
            f"{LARGEST:,} elements",
            "write a smaller window",
        )


def extents(size: Pair, dilation: Pair) -> Pair:
    """Return the positions that a window spans on each axis."""
    return window_extent(size[0], dilation[0]), window_extent(size[1], dilation[1])


def sliding_window(size: Pair, strides: Pair, dilation: Pair = (1, 1)) -> Window:
    """Return what one output of a sliding window sees."""
    return Window(extents(size, dilation), strides)


def refuse_strided_dilation(strides: Pair, dilation: Pair) -> None:
    """Refuse what Keras refuses: a window that both strides and dilates."""
    if max(strides) > 1 and max(dilation) > 1:
        raise OpError(
            "strides-unsupported",
            f"`strides` (={format_shape(strides)}) and `dilation_rate` "
            f"(={format_shape(dilation)}) cannot both exceed 1",
            "keep one of them at 1",
        )
