"""Facets: the parts of a text such as `3x3/2` that functions take separately.

A column `patch` becomes `kernel_size` and `strides`; a column that is only asked for
its channels becomes those channels.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from archcompiler.backends.keras_source.symbols import (
    Code,
    Known,
    Nature,
    Symbol,
    common_kind,
    nature_of,
    same,
    text_of,
)
from archcompiler.backends.keras_source.unprintable import Unprintable
from archcompiler.language.expressions import Value, paste
from archcompiler.language.text.notation import read_dimension, read_patch
from archcompiler.ops.base import AbstractOp
from archcompiler.ops.fields import read_int, read_pair
from archcompiler.shapes import Pair

ONES = (1, 1)


@dataclass(frozen=True, slots=True)
class Facet:
    """A part of a text; `word` is what the op that receives it calls it."""

    part: str
    word: str = field(default="", compare=False)


VALUE = Facet("value")
WINDOW = Facet("window")
"""Height and width; a lone number stands for both."""

HEIGHT, WIDTH = Facet("height"), Facet("width")
FILTERS = Facet("filters")
STRIDE = Facet("stride")
"""The one stride that a text says, for both axes."""

STRIDES = Facet("strides", "strides")
"""The strides of an op that has 1 where a text leaves them out."""

OWN_STRIDES = Facet("own strides", "strides")
"""The strides of an op that has others then, as pooling has its window; or None."""

ORDER = (
    WINDOW,
    HEIGHT,
    WIDTH,
    Facet("channels"),
    FILTERS,
    Facet("rank"),
    STRIDE,
    VALUE,
    STRIDES,
    OWN_STRIDES,
)
"""The order of a column's facets among the arguments of a function."""


def patch_facets(op: type[AbstractOp]) -> tuple[Facet, Facet]:
    """Return the window and strides that an op takes from a `patch`."""
    own = op.model_fields["strides"].default is None
    window = Facet(WINDOW.part, op.window_field)
    return window, OWN_STRIDES if own else STRIDES


def facet_of(value: Value, facet: Facet) -> Value | Pair | None:
    """Return one facet of a column's value; None where the text does not say it."""
    if facet == VALUE:
        return value
    text = paste(value)
    size = text.partition("/")[0]
    try:
        if facet == WINDOW:
            return _window_of(value, size)
        if facet in (STRIDES, OWN_STRIDES):
            return read_patch(text).strides or (ONES if facet == STRIDES else None)
        of_window = facet in (HEIGHT, WIDTH)
        return read_dimension(size if of_window else text, facet.part)
    except ValueError:
        return None


def _window_of(value: Value, size: str) -> Pair:
    """Return height and width, which a text says, or one number for both."""
    if isinstance(value, str) and "x" in size:
        try:
            return read_dimension(size, "height"), read_dimension(size, "width")
        except ValueError:  # `0x1`, which is no window, but a padding
            pass
    height, width = read_pair(size if isinstance(value, str) else value)
    return read_int(height), read_int(width)


def pair(first: Symbol, second: Symbol) -> Symbol:
    """Return a window or strides from height and width; equal ones stand for both."""
    if isinstance(first, Known) and isinstance(second, Known):
        return Known((_whole(first), _whole(second)))
    if same(first, second):
        return first
    text = f"({text_of(first)}, {text_of(second)})"
    return Code(text, nature_of(tuple, [first, second]))


def is_square(window: Symbol) -> bool:
    """Whether a window is as high as wide, whatever its code computes."""
    if isinstance(window, Code):
        return window.nature.kind is not tuple
    return not isinstance(window.value, tuple) or len({*window.value}) == 1


def shorten(symbol: Symbol) -> Symbol:
    """Return a square window or equal strides as one number."""
    if isinstance(symbol, Known) and isinstance(symbol.value, tuple):
        first, second = symbol.value
        return Known(first if first == second else symbol.value)
    return symbol


def nature_of_facet(symbols: Iterable[Symbol], facet: Facet) -> Nature:
    """Return the nature of a facet that is one of several symbols.

    A window and strides are numbers where they are square in every case.
    """
    symbols = list(symbols)
    kind = common_kind(symbols)
    if facet in (WINDOW, STRIDES, OWN_STRIDES):
        squares = all(is_square(s) and s != Known(None) for s in symbols)
        kind = int if squares else tuple
    return nature_of(kind, symbols)


def _whole(symbol: Known) -> int:
    if not isinstance(symbol.value, int):
        raise Unprintable(f"`{symbol.value}` is no size")
    return symbol.value
